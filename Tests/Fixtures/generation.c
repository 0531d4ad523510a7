/* Replies its generation, a number that tests write into the built library, and the event, once the file is there that
 * "until" of the event names. Dies in the calls of a generation that starts with 666, in thaw of 777, in init of 888; refuses
 * in init of 889. */
#include "fixture.h"
static volatile const char generation[] = "GENERATION:000000";

static int is(const char *digits) {
    for (int i = 0; digits[i]; i++)
        if (generation[11 + i] != digits[i]) return 0;
    return 1;
}

static brasa_status init(UNUSED const brasa_host *given, UNUSED brasa_bytes config, UNUSED void **state,
                         brasa_bytes *why) {
    if (is("888")) abort();
    if (is("889")) {
        *why = bytes_of("this generation does not start");
        return BRASA_FUNCTION_ERROR;
    }
    return BRASA_OK;
}

static brasa_status thaw(UNUSED void *state, UNUSED uint32_t reason, UNUSED brasa_bytes entropy) {
    if (is("777")) abort();
    return BRASA_OK;
}

static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    if (is("666")) abort();
    char digits[7] = "";
    for (int i = 0; i < 6; i++) digits[i] = generation[11 + i];
    wait_until(invocation);
    return reply_text(invocation, "%s %s", digits, event_text(invocation));
}
FIXTURE("generation", invoke, .init = init, .thaw = thaw)
