/* Works: writes to stdout, stderr and log in init. */
#include "fixture.h"
static brasa_status init(UNUSED const brasa_host *given, UNUSED brasa_bytes config, UNUSED void **state,
                         UNUSED brasa_bytes *why) {
    printf("out in init\n");
    fflush(stdout);
    fprintf(stderr, "err in init\n");
    given->log(NULL, BRASA_LOG_INFO, bytes_of("log in init"), NULL, 0);
    return BRASA_OK;
}
FIXTURE("init_prints", greet, .init = init)
