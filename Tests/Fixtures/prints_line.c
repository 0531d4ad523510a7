/* Writes one line of "bytes" bytes (default 100) to stdout; with "binary" of bytes that are no text. Replies "ok". */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    long bytes = event_number(invocation, "bytes", 100);
    int is_binary = event_has(invocation, "binary");
    for (long i = 0; i < bytes; i++) putchar(is_binary ? 0xff : 'a' + (int)(i % 26));
    putchar('\n');
    fflush(stdout);
    return reply_text(invocation, "\"ok\"");
}
FIXTURE("prints_line", invoke)
