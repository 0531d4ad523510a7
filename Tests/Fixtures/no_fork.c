/* Runs from a fresh process for each instance, because it says so itself (BRASA_MODULE_NO_FORK); replies its parent's
 * pid. */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    return reply_text(invocation, "{\"pid\":%d,\"parent\":%d}", getpid(), getppid());
}
FIXTURE("no_fork", invoke, .flags = BRASA_MODULE_NO_FORK)
