/* Fails in phase thaw, in each instance. */
#include "fixture.h"
static brasa_status thaw(UNUSED void *state, UNUSED uint32_t reason, UNUSED brasa_bytes entropy) {
    return BRASA_DENIED;
}
FIXTURE("thaw_fails", greet, .thaw = thaw)
