/* Fails in phase init without giving a reason. */
#include "fixture.h"
static brasa_status init(UNUSED const brasa_host *given, UNUSED brasa_bytes config, UNUSED void **state,
                         UNUSED brasa_bytes *why) {
    return BRASA_INTERNAL;
}
FIXTURE("init_fails_silently", greet, .init = init)
