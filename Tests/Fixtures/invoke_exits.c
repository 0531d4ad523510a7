/* Exits with status 3, or with "status" of the event, when it says "exit"; _exit when it says "quick"; else replies
 * "ok". */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    int status = (int)event_number(invocation, "status", 3);
    if (event_has(invocation, "exit")) exit(status);
    if (event_has(invocation, "quick")) _exit(status);
    return reply_text(invocation, "\"ok\"");
}
FIXTURE("invoke_exits", invoke)
