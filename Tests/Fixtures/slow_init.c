/* Works: init takes the milliseconds that the environment variable INIT_MS says (default 300). */
#include "fixture.h"
static brasa_status init(UNUSED const brasa_host *given, UNUSED brasa_bytes config, UNUSED void **state,
                         UNUSED brasa_bytes *why) {
    const char *ms = getenv("INIT_MS");
    sleep_ms(ms ? atol(ms) : 300);
    return BRASA_OK;
}
FIXTURE("slow_init", greet, .init = init)
