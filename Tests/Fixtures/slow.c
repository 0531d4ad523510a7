/* Sleeps the milliseconds that "ms" of the event says (default 100) and replies them; then waits for the file that "until"
 * names, if it does. */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    long ms = event_number(invocation, "ms", 100);
    sleep_ms(ms);
    wait_until(invocation);
    return reply_text(invocation, "{\"ms\":%ld}", ms);
}
FIXTURE("slow", invoke)
