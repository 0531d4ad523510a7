/* Sends itself SIGKILL when the event says "kill"; else replies "ok". */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    if (event_has(invocation, "kill")) kill(getpid(), SIGKILL);
    return reply_text(invocation, "\"ok\"");
}
FIXTURE("invoke_kills", invoke)
