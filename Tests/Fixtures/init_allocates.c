/* Fails in phase init: touches memory without end, past every cap. */
#include "fixture.h"
static brasa_status init(UNUSED const brasa_host *given, UNUSED brasa_bytes config, UNUSED void **state,
                         UNUSED brasa_bytes *why) {
    for (;;) {
        char *volatile block = malloc(1 << 20); // volatile, or the compiler leaves out what nobody reads
        if (!block) return BRASA_NO_MEMORY;
        memset(block, 1, 1 << 20);
    }
}
FIXTURE("init_allocates", greet, .init = init)
