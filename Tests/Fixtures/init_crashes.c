/* Fails in phase init with SIGSEGV. */
#include "fixture.h"
static brasa_status init(UNUSED const brasa_host *given, UNUSED brasa_bytes config, UNUSED void **state,
                         UNUSED brasa_bytes *why) {
    *(volatile int *)8 = 1;
    return BRASA_OK;
}
FIXTURE("init_crashes", greet, .init = init)
