/* SIGABRT when the event says "abort"; else replies "ok". */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    if (event_has(invocation, "abort")) abort();
    return reply_text(invocation, "\"ok\"");
}
FIXTURE("invoke_aborts", invoke)
