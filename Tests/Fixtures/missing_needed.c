/* Refused before it is loaded: needs libbrasa_removed.so.1, which is removed after linking. Built so:
 * cc -shared removed.c -Wl,-soname,libbrasa_removed.so.1 -o libbrasa_removed.so.1; link against it; rm it. */
#include "fixture.h"
extern int brasa_removed(void);
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    return reply_text(invocation, "%d", brasa_removed());
}
FIXTURE("missing_needed", invoke)
