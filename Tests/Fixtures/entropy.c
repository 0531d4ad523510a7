/* Replies what thaw was given: 32 fresh bytes in hexadecimal, the reason, and a number of rand, which differs by
 * instance too. */
#include "fixture.h"
static char entropy_text[128];
static uint32_t thaw_reason;
static brasa_status thaw(UNUSED void *state, uint32_t reason, brasa_bytes entropy) {
    const unsigned char *bytes = entropy.ptr;
    for (size_t i = 0; i < entropy.len && i < 60; i++) snprintf(entropy_text + 2 * i, 3, "%02x", bytes[i]);
    thaw_reason = reason;
    return BRASA_OK;
}
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    return reply_text(invocation, "{\"entropy\":\"%s\",\"reason\":%u,\"rand\":%d}", entropy_text, thaw_reason, rand());
}
FIXTURE("entropy", invoke, .thaw = thaw)
