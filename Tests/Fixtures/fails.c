/* Fails: with "silent" by status only, with "retry" by BRASA_RETRY, with "status" by that number; else with error
 * type and message. */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    if (event_has(invocation, "silent")) return BRASA_FUNCTION_ERROR;
    brasa_status status = event_has(invocation, "retry")
                              ? BRASA_RETRY
                              : (brasa_status)event_number(invocation, "status", BRASA_FUNCTION_ERROR);
    return host->fail(invocation, status, bytes_of("UserNotFound"), bytes_of("There is no user 17."));
}
FIXTURE("fails", invoke)
