/* Appends "n", the attempt and the request's identity to the file that the environment variable FILE names, one line an
 * invocation; fails after that with "fail". */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    char line[256];
    int length = snprintf(
        line, sizeof line, "%ld %u %.*s\n", event_number(invocation, "n", -1), invocation->attempt,
        (int)invocation->request_id.len, (const char *)invocation->request_id.ptr);
    const char *path = getenv("FILE");
    int file = open(path ? path : "", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    ssize_t written = file < 0 ? -1 : write(file, line, (size_t)length);
    if (file >= 0) close(file);
    if (written != length) return BRASA_INTERNAL;
    if (event_has(invocation, "fail"))
        return host->fail(invocation, BRASA_FUNCTION_ERROR, bytes_of("Recorded"), bytes_of("It was recorded."));
    return BRASA_OK;
}
FIXTURE("records", invoke)
