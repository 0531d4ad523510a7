/* Works: replies the settings that init was given. */
#include "fixture.h"
static brasa_status init(UNUSED const brasa_host *given, brasa_bytes config, void **state, brasa_bytes *why) {
    char *kept = calloc(1, config.len + 1);
    if (!kept) {
        *why = bytes_of("no memory");
        return BRASA_NO_MEMORY;
    }
    if (config.len) memcpy(kept, config.ptr, config.len);
    *state = kept;
    return BRASA_OK;
}
static brasa_status invoke(void *state, brasa_invocation *invocation) {
    return host->reply(invocation, bytes_of(state), NULL, 0);
}
FIXTURE("config", invoke, .init = init)
