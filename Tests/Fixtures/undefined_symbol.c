/* Fails in phase load: a function that nobody defines, found missing at once because of RTLD_NOW. */
#include "fixture.h"
extern int brasa_defined_nowhere(void);
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    return reply_text(invocation, "%d", brasa_defined_nowhere());
}
FIXTURE("undefined_symbol", invoke)
