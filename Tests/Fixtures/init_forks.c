/* Starts a process in a session of its own that sleeps for ever, deaf to SIGTERM and SIGHUP, in init, and then does what the
 * environment variable INIT_THEN says: "hang", "crash", or else works. */
#include "fixture.h"
static brasa_status init(UNUSED const brasa_host *given, UNUSED brasa_bytes config, UNUSED void **state,
                         UNUSED brasa_bytes *why) {
    const char *then = getenv("INIT_THEN");
    pid_t child = fork();
    if (child < 0) return BRASA_INTERNAL;
    if (child == 0) {
        setsid();
        signal(SIGTERM, SIG_IGN);
        signal(SIGHUP, SIG_IGN);
        for (;;) pause();
    }
    if (then && strcmp(then, "crash") == 0) *(volatile int *)8 = 1;
    while (then && strcmp(then, "hang") == 0) sleep_ms(1000);
    return BRASA_OK;
}
FIXTURE("init_forks", greet, .init = init)
