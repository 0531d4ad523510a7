/* Fails in phase freeze. */
#include "fixture.h"
static brasa_status freeze(UNUSED void *state) { return BRASA_CONFLICT; }
FIXTURE("freeze_fails", greet, .freeze = freeze)
