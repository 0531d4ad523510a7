/* Works: init leaves a file open for reading, and /dev/null. */
#include "fixture.h"
static brasa_status init(UNUSED const brasa_host *given, UNUSED brasa_bytes config, UNUSED void **state,
                         UNUSED brasa_bytes *why) {
    return open("/proc/self/status", O_RDONLY) >= 0 && open("/dev/null", O_RDWR) >= 0 ? BRASA_OK : BRASA_INTERNAL;
}
FIXTURE("init_opens_file", greet, .init = init)
