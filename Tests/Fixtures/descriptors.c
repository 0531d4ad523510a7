/* Replies the open descriptors as a JSON object: number to target. */
#include "fixture.h"
#include "json.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    static struct json out;
    out.used = 0;
    add(&out, "{", 1);
    for (int i = 0; i < 4096; i++) {
        char link[64], target[512], number[16];
        snprintf(link, sizeof link, "/proc/self/fd/%d", i);
        ssize_t length = fcntl(i, F_GETFD) < 0 ? -1 : readlink(link, target, sizeof target);
        if (length < 0) continue;
        if (out.used > 1) add(&out, ",", 1);
        add_text(&out, number, (size_t)snprintf(number, sizeof number, "%d", i));
        add(&out, ":", 1);
        add_text(&out, target, (size_t)length);
    }
    add(&out, "}", 1);
    return host->reply(invocation, (brasa_bytes){out.bytes, out.used}, NULL, 0);
}
FIXTURE("descriptors", invoke)
