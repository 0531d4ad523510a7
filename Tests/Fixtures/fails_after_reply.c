/* Replies "ok" and then returns BRASA_FUNCTION_ERROR, which becomes the result; with "fail" in the event it says why,
 * with "crash" it does that. */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    reply_text(invocation, "\"ok\"");
    if (event_has(invocation, "crash")) *(volatile int *)8 = 1;
    if (event_has(invocation, "fail"))
        return host->fail(invocation, BRASA_FUNCTION_ERROR, bytes_of("TooLate"), bytes_of("The cleanup failed."));
    return BRASA_FUNCTION_ERROR;
}
FIXTURE("fails_after_reply", invoke)
