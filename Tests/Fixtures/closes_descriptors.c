/* Closes every descriptor from 3 up (from 0 with "all" in the event), then replies "ok". */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    int first = event_has(invocation, "all") ? 0 : 3;
    for (int i = first; i < 4096; i++) close(i);
    return reply_text(invocation, "\"ok\"");
}
FIXTURE("closes_descriptors", invoke)
