/* Touches as many MB as the number "mb" of the event says (default 16) and replies; NULL from malloc is an error
 * "NoMemory", unless the event says "unchecked". With "keep" they stay allocated; with "shared" they are memory that other
 * processes could share, which RLIMIT_DATA does not count. "pause" is how many ms pass between allocating and replying. */
#include "fixture.h"
#include <sys/mman.h>
static char *shared(size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    long mb = event_number(invocation, "mb", 16);
    static char *blocks[65536];
    static long kept = 0;
    long start = kept, count = 0;
    for (; count < mb && kept < 65536; count++) {
        char *block = event_has(invocation, "shared") ? shared(1 << 20) : malloc(1 << 20);
        if (!block && !event_has(invocation, "unchecked"))
            return host->fail(invocation, BRASA_FUNCTION_ERROR, bytes_of("NoMemory"), bytes_of("malloc gave NULL"));
        for (size_t i = 0; i < 1 << 20; i += 512) block[i] = (char)(i + (size_t)count);
        blocks[kept++] = block;
    }
    sleep_ms(event_number(invocation, "pause", 0));
    if (event_has(invocation, "shared")) kept = start;
    while (!event_has(invocation, "keep") && kept > start) free(blocks[--kept]);
    return reply_text(invocation, "{\"mb\":%ld}", count);
}
FIXTURE("invoke_allocates", invoke)
