/* Works with a warning: init leaves memory that instances share. */
#include "fixture.h"
#include <sys/mman.h>
static brasa_status init(UNUSED const brasa_host *given, UNUSED brasa_bytes config, UNUSED void **state,
                         UNUSED brasa_bytes *why) {
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) != MAP_FAILED ? BRASA_OK
                                                                                                     : BRASA_INTERNAL;
}
FIXTURE("init_maps_shared", greet, .init = init)
