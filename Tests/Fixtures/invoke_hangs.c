/* Never returns when the event says "loop" (burns CPU), "sleep" or "deaf" (all signals blocked); else replies "ok". */
#include "fixture.h"
__attribute__((noinline)) static unsigned long spin(unsigned long turns) {
    for (;;) __asm__ volatile("" : "+r"(turns));
    return turns;
}
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    if (event_has(invocation, "deaf")) {
        sigset_t all;
        sigfillset(&all);
        sigprocmask(SIG_BLOCK, &all, NULL);
        for (;;) pause();
    }
    volatile unsigned long turns = 0;
    while (event_has(invocation, "loop")) turns = spin(turns);
    while (event_has(invocation, "sleep")) sleep_ms(1000000);
    return reply_text(invocation, "\"ok\"");
}
FIXTURE("invoke_hangs", invoke)
