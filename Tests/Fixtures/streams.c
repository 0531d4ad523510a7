/* Streams "chunks" pieces (default 3) of "size" bytes (default 10), "pause" ms between them, or once the file is there that
 * "until" names, with status 201 and a content type. Fails with "before" the first byte, "after" it, or after the "end";
 * "crash-after" and "hang-after" do that after the first piece, "crash-end" and "hang-end" after the end; "noend" returns
 * without an end; "reserved" sends without copies. */
#include "fixture.h"
static brasa_status fail(brasa_invocation *invocation, const char *message) {
    return host->fail(invocation, BRASA_FUNCTION_ERROR, bytes_of("StreamFailed"), bytes_of(message));
}
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    long chunks = event_number(invocation, "chunks", 3), size = event_number(invocation, "size", 10);
    long pause_ms = event_number(invocation, "pause", 0);
    brasa_pair metadata[] = {{bytes_of("status"), bytes_of("201")}, {bytes_of("content-type"), bytes_of("text/plain")}};
    if (event_has(invocation, "before")) return fail(invocation, "failed before the first byte");
    brasa_status status = host->begin(invocation, metadata, 2);
    if (status != BRASA_OK) return status;
    for (long i = 0; i < chunks; i++) {
        char *chunk = event_has(invocation, "reserved") ? host->reserve(invocation, (size_t)size)
                                                        : malloc((size_t)size + 1);
        if (!chunk) return BRASA_NO_MEMORY;
        memset(chunk, (int)(97 + i % 26), (size_t)size);
        status = host->write(invocation, (brasa_bytes){chunk, (size_t)size});
        if (!event_has(invocation, "reserved")) free(chunk);
        if (status != BRASA_OK) {
            char text[64];
            snprintf(text, sizeof text, "write %ld: %d", i, status);
            host->log(invocation, BRASA_LOG_WARN, bytes_of(text), NULL, 0);
            return status;
        }
        if (event_has(invocation, "crash-after")) *(volatile int *)8 = 1;
        while (event_has(invocation, "hang-after")) sleep_ms(1000);
        if (event_has(invocation, "after")) return fail(invocation, "failed after the first byte");
        if (pause_ms) sleep_ms(pause_ms);
        wait_until(invocation);
    }
    if (event_has(invocation, "noend")) return BRASA_OK;
    status = host->end(invocation);
    if (event_has(invocation, "crash-end")) *(volatile int *)8 = 1;
    while (event_has(invocation, "hang-end")) sleep_ms(1000);
    if (event_has(invocation, "end")) return fail(invocation, "failed after the end");
    return status;
}
FIXTURE("streams", invoke)
