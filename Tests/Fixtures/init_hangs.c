/* Fails in phase init at the init time limit. */
#include "fixture.h"
static brasa_status init(UNUSED const brasa_host *given, UNUSED brasa_bytes config, UNUSED void **state,
                         UNUSED brasa_bytes *why) {
    for (;;) sleep_ms(1000);
    return BRASA_OK;
}
FIXTURE("init_hangs", greet, .init = init)
