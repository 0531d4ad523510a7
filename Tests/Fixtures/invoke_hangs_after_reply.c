/* Replies "ok" and then never returns. */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    reply_text(invocation, "\"ok\"");
    for (;;) sleep_ms(1000);
    return BRASA_OK;
}
FIXTURE("invoke_hangs_after_reply", invoke)
