/* Returns BRASA_OK without an answer: JSON null. */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    (void)invocation;
    return BRASA_OK;
}
FIXTURE("never_replies", invoke)
