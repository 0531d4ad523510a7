/* Writes to stdout, stderr and log, the last line of each stream without its end, and replies "ok". */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    printf("out one\nout two\n");
    fflush(stdout);
    fprintf(stderr, "err one\n");
    brasa_pair fields[] = {{bytes_of("user"), bytes_of("17")}, {bytes_of("quote"), bytes_of("a \"b\"\n")}};
    host->log(invocation, BRASA_LOG_INFO, bytes_of("log one"), fields, 2);
    host->log(invocation, BRASA_LOG_ERROR, bytes_of("log two"), NULL, 0);
    printf("out without end");
    fflush(stdout);
    fprintf(stderr, "err without end");
    return reply_text(invocation, "\"ok\"");
}
FIXTURE("prints", invoke)
