/* Runs from a fresh process for each instance: init leaves a socket open. */
#include "fixture.h"
#include <sys/socket.h>
static brasa_status init(UNUSED const brasa_host *given, UNUSED brasa_bytes config, UNUSED void **state,
                         UNUSED brasa_bytes *why) {
    return socket(AF_UNIX, SOCK_STREAM, 0) >= 0 ? BRASA_OK : BRASA_INTERNAL;
}
FIXTURE("init_opens_socket", greet, .init = init)
