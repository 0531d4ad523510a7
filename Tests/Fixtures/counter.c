/* Replies how often this instance was invoked and its pid, so that tests see which instances are reused; first waits for the
 * file that "until" of the event names, if it does. */
#include "fixture.h"
static brasa_status init(UNUSED const brasa_host *given, UNUSED brasa_bytes config, void **state,
                         UNUSED brasa_bytes *why) {
    static long count;
    *state = &count;
    return BRASA_OK;
}
static brasa_status invoke(void *state, brasa_invocation *invocation) {
    wait_until(invocation);
    return reply_text(invocation, "{\"count\":%ld,\"pid\":%d}", ++*(long *)state, getpid());
}
FIXTURE("counter", invoke, .init = init)
