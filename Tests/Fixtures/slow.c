/* Sleeps the milliseconds that "ms" of the event says (default 100) and replies them. */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    long ms = event_number(invocation, "ms", 100);
    sleep_ms(ms);
    return reply_text(invocation, "{\"ms\":%ld}", ms);
}
FIXTURE("slow", invoke)
