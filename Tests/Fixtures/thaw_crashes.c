/* Fails in phase thaw with SIGSEGV, in each instance. */
#include "fixture.h"
static brasa_status thaw(UNUSED void *state, UNUSED uint32_t reason, UNUSED brasa_bytes entropy) {
    *(volatile int *)8 = 1;
    return BRASA_OK;
}
FIXTURE("thaw_crashes", greet, .thaw = thaw)
