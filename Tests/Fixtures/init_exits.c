/* Fails in phase init: exits with status 7. */
#include "fixture.h"
static brasa_status init(UNUSED const brasa_host *given, UNUSED brasa_bytes config, UNUSED void **state,
                         UNUSED brasa_bytes *why) {
    exit(7);
}
FIXTURE("init_exits", greet, .init = init)
