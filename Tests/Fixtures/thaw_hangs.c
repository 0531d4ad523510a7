/* Fails in phase thaw at its time limit, in each instance. */
#include "fixture.h"
static brasa_status thaw(UNUSED void *state, UNUSED uint32_t reason, UNUSED brasa_bytes entropy) {
    for (;;) sleep_ms(1000);
    return BRASA_OK;
}
FIXTURE("thaw_hangs", greet, .thaw = thaw)
