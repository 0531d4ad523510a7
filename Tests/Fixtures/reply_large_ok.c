/* Replies a JSON string of 6 MiB exactly: allowed. */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    size_t size = 6 << 20;
    char *body = malloc(size);
    if (!body) return BRASA_NO_MEMORY;
    memset(body, 120, size);
    body[0] = body[size - 1] = 34;
    brasa_status status = host->reply(invocation, (brasa_bytes){body, size}, NULL, 0);
    free(body);
    return status;
}
FIXTURE("reply_large_ok", invoke)
