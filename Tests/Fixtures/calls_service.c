/* Calls a service that is not there and replies the status: -10 where there are none. */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    brasa_request request = {.struct_size = sizeof request,
                             .service = bytes_of("dynamodb"),
                             .operation = bytes_of("GetItem"),
                             .params = bytes_of("{}")};
    brasa_response response = {.struct_size = sizeof response};
    return reply_text(invocation, "{\"status\":%d}", host->call(invocation, &request, &response));
}
FIXTURE("calls_service", invoke)
