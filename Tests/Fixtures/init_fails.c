/* Fails in phase init, with a reason: the database file is missing. */
#include "fixture.h"
static brasa_status init(UNUSED const brasa_host *given, UNUSED brasa_bytes config, UNUSED void **state,
                         UNUSED brasa_bytes *why) {
    *why = bytes_of("cannot open users.db: No such file");
    return BRASA_FUNCTION_ERROR;
}
FIXTURE("init_fails", greet, .init = init)
