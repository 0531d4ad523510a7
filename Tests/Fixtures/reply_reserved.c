/* Replies without a copy: writes "bytes" bytes (default 1000) into the reservation. */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    size_t size = (size_t)event_number(invocation, "bytes", 1000);
    char *body = host->reserve(invocation, size);
    if (!body) return host->fail(invocation, BRASA_FUNCTION_ERROR, bytes_of("Reserve"), bytes_of("reserve gave NULL"));
    memset(body, 121, size);
    if (size >= 2) body[0] = body[size - 1] = 34;
    return host->reply(invocation, (brasa_bytes){body, size}, NULL, 0);
}
FIXTURE("reply_reserved", invoke)
