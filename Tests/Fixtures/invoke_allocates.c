/* Touches as many MB as the number "mb" of the event says (default 16) and replies; NULL from malloc is an error
 * "NoMemory". With "keep" they stay allocated. */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    long mb = event_number(invocation, "mb", 16);
    static char *blocks[65536];
    static long kept = 0;
    long start = kept, count = 0;
    for (; count < mb && kept < 65536; count++) {
        char *block = malloc(1 << 20);
        if (!block)
            return host->fail(invocation, BRASA_FUNCTION_ERROR, bytes_of("NoMemory"), bytes_of("malloc gave NULL"));
        for (size_t i = 0; i < 1 << 20; i += 512) block[i] = (char)(i + (size_t)count);
        blocks[kept++] = block;
    }
    while (!event_has(invocation, "keep") && kept > start) free(blocks[--kept]);
    return reply_text(invocation, "{\"mb\":%ld}", count);
}
FIXTURE("invoke_allocates", invoke)
