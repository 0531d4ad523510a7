/* Replies "ok" and then returns BRASA_FUNCTION_ERROR, which becomes the result. */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    reply_text(invocation, "\"ok\"");
    return BRASA_FUNCTION_ERROR;
}
FIXTURE("fails_after_reply", invoke)
