/* SIGSEGV when the event says "crash", SIGILL, SIGFPE or SIGBUS when it says "ill", "fpe", "bus"; else replies "ok".
 * */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    if (event_has(invocation, "crash")) *(volatile int *)8 = 1;
    if (event_has(invocation, "ill")) __builtin_trap();
    if (event_has(invocation, "fpe")) raise(SIGFPE);
    if (event_has(invocation, "bus")) raise(SIGBUS);
    return reply_text(invocation, "\"ok\"");
}
FIXTURE("invoke_crashes", invoke)
