/* Fails in phase init with SIGABRT. */
#include "fixture.h"
static brasa_status init(UNUSED const brasa_host *given, UNUSED brasa_bytes config, UNUSED void **state,
                         UNUSED brasa_bytes *why) {
    abort();
}
FIXTURE("init_aborts", greet, .init = init)
