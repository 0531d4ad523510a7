/* Replies the environment as a JSON object. */
#include "fixture.h"
#include "json.h"
extern char **environ;
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    static struct json out;
    out.used = 0;
    add(&out, "{", 1);
    for (char **variable = environ; *variable; variable++) {
        const char *equals = strchr(*variable, 61);
        size_t name = equals ? (size_t)(equals - *variable) : strlen(*variable);
        if (variable != environ) add(&out, ",", 1);
        add_text(&out, *variable, name);
        add(&out, ":", 1);
        add_text(&out, equals ? equals + 1 : "", equals ? strlen(equals + 1) : 0);
    }
    add(&out, "}", 1);
    return host->reply(invocation, (brasa_bytes){out.bytes, out.used}, NULL, 0);
}
FIXTURE("environment", invoke)
