/* Replies "first"; the second reply must be refused, and its status is logged as "second: -3". */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    reply_text(invocation, "\"first\"");
    char text[64];
    snprintf(text, sizeof text, "second: %d", reply_text(invocation, "\"second\""));
    host->log(invocation, BRASA_LOG_INFO, bytes_of(text), NULL, 0);
    return BRASA_OK;
}
FIXTURE("replies_twice", invoke)
