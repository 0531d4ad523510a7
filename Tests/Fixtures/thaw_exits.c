/* Fails in phase thaw: exits with status 9. */
#include "fixture.h"
static brasa_status thaw(UNUSED void *state, UNUSED uint32_t reason, UNUSED brasa_bytes entropy) { exit(9); }
FIXTURE("thaw_exits", greet, .thaw = thaw)
