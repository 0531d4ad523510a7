/* Fails in phase load at the init time limit: a constructor never returns. */
#include "fixture.h"
__attribute__((constructor)) static void construct(void) {
    for (;;) sleep_ms(1000);
}
FIXTURE("constructor_hangs", greet)
