/* Writes "lines" lines (default 1000) of 100 bytes to stdout and replies "ok". */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    long lines = event_number(invocation, "lines", 1000);
    for (long i = 0; i < lines; i++) printf("%08ld %090d\n", i, 0);
    fflush(stdout);
    return reply_text(invocation, "\"ok\"");
}
FIXTURE("prints_much", invoke)
