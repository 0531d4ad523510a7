/* Starts a process in a session of its own that sleeps for ever, and replies its pid; hangs afterwards when the event
 * says "hang", crashes when it says "crash". A refused fork is an error "Fork". */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    pid_t child = fork();
    if (child < 0) return host->fail(invocation, BRASA_FUNCTION_ERROR, bytes_of("Fork"), bytes_of(strerror(errno)));
    if (child == 0) {
        setsid();
        signal(SIGTERM, SIG_IGN);
        signal(SIGHUP, SIG_IGN);
        for (;;) pause();
    }
    if (event_has(invocation, "crash")) {
        fprintf(stderr, "child %d\n", child);
        *(volatile int *)8 = 1;
    }
    if (event_has(invocation, "hang")) {
        fprintf(stderr, "child %d\n", child);
        for (;;) sleep_ms(1000);
    }
    return reply_text(invocation, "{\"pid\":%d}", child);
}
FIXTURE("invoke_forks", invoke)
