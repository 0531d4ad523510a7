/* Replies as many bytes as "bytes" of the event says (default 6 MiB); when refused replies the status as "status -7".
 * */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    size_t size = (size_t)event_number(invocation, "bytes", 6 << 20);
    char *body = malloc(size + 1);
    if (!body) return BRASA_NO_MEMORY;
    memset(body, 120, size);
    if (size >= 2) body[0] = body[size - 1] = 34;
    brasa_status status = host->reply(invocation, (brasa_bytes){body, size}, NULL, 0);
    free(body);
    return status == BRASA_OK ? BRASA_OK : reply_text(invocation, "\"status %d\"", status);
}
FIXTURE("reply_sized", invoke)
