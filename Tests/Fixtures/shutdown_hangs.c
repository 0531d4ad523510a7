/* Is killed 2 s after it was asked to shut down. */
#include "fixture.h"
static void shut_down(UNUSED void *state) {
    for (;;) sleep_ms(1000);
}
FIXTURE("shutdown_hangs", greet, .shutdown = shut_down)
