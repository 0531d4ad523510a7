/* Waits until cancelled says so or "ms" ms (default 60000) are over, and then for the file that "until" names; replies which
 * it was. */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    long ms = event_number(invocation, "ms", 60000);
    for (long waited = 0; waited < ms; waited += 1) {
        if (host->cancelled(invocation)) {
            wait_until(invocation);
            return reply_text(invocation, "\"cancelled\"");
        }
        sleep_ms(1);
    }
    return reply_text(invocation, "\"waited\"");
}
FIXTURE("cooperative", invoke)
