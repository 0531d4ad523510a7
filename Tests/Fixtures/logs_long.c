/* Logs one line of "bytes" bytes (default 100) in two-byte characters and replies "ok". */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    long bytes = event_number(invocation, "bytes", 100);
    char *text = host->allocate(invocation, (size_t)bytes + 2);
    if (!text) return BRASA_NO_MEMORY;
    for (long i = 0; i < bytes; i += 2) memcpy(text + i, "\303\251", 2);
    host->log(invocation, BRASA_LOG_INFO, (brasa_bytes){text, (size_t)bytes / 2 * 2}, NULL, 0);
    return reply_text(invocation, "\"ok\"");
}
FIXTURE("logs_long", invoke)
