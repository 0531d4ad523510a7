/* Fails in phase freeze with SIGSEGV. */
#include "fixture.h"
static brasa_status freeze(UNUSED void *state) {
    *(volatile int *)8 = 1;
    return BRASA_OK;
}
FIXTURE("freeze_crashes", greet, .freeze = freeze)
