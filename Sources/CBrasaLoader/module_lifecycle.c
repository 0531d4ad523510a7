#include "module_error.h"
#include "text.h"
#include <string.h>

static const char *status_name(brasa_status status) {
    switch (status) {
    case BRASA_FUNCTION_ERROR: return "BRASA_FUNCTION_ERROR";
    case BRASA_RETRY: return "BRASA_RETRY";
    case BRASA_INVALID: return "BRASA_INVALID";
    case BRASA_NOT_FOUND: return "BRASA_NOT_FOUND";
    case BRASA_CONFLICT: return "BRASA_CONFLICT";
    case BRASA_DENIED: return "BRASA_DENIED";
    case BRASA_LIMIT: return "BRASA_LIMIT";
    case BRASA_DEADLINE: return "BRASA_DEADLINE";
    case BRASA_NO_MEMORY: return "BRASA_NO_MEMORY";
    case BRASA_UNSUPPORTED: return "BRASA_UNSUPPORTED";
    case BRASA_CLOSED: return "BRASA_CLOSED";
    case BRASA_INTERNAL: return "BRASA_INTERNAL";
    default: return "no status of brasa.h";
    }
}

/** 0 for BRASA_OK; anything else, positive numbers too, is a failure. */
static int judge(const brasa_module *module, int32_t phase, brasa_status status, const brasa_bytes *why,
                 brasa_load_error *error) {
    if (status == BRASA_OK) return 0;
    char name[300], reason[560] = "";
    brasa_printable(name, sizeof name, module->name, strnlen(module->name, 256));
    if (why && why->ptr && why->len) brasa_printable(reason, sizeof reason, why->ptr, why->len);
    brasa_load_fail(error, phase, BRASA_LOAD_FAILED, "%s of module %s returned %d (%s)%s%s", brasa_phase_name(phase),
                    name, status, status_name(status), reason[0] ? ": " : ".", reason);
    error->status = status;
    return -1;
}

int brasa_module_init(const brasa_module *module, const brasa_host *host, brasa_bytes config, void **state,
                      brasa_load_error *error) {
    *state = NULL;
    *error = (brasa_load_error){0};
    if (!BRASA_HAS(module, init) || !module->init) return 0;
    brasa_bytes why = {0};
    return judge(module, BRASA_PHASE_INIT, module->init(host, config, state, &why), &why, error);
}

int brasa_module_freeze(const brasa_module *module, void *state, brasa_load_error *error) {
    *error = (brasa_load_error){0};
    if (!BRASA_HAS(module, freeze) || !module->freeze) return 0;
    return judge(module, BRASA_PHASE_FREEZE, module->freeze(state), NULL, error);
}

int brasa_module_thaw(const brasa_module *module, void *state, uint32_t reason, brasa_bytes entropy,
                      brasa_load_error *error) {
    *error = (brasa_load_error){0};
    if (!BRASA_HAS(module, thaw) || !module->thaw) return 0;
    return judge(module, BRASA_PHASE_THAW, module->thaw(state, reason, entropy), NULL, error);
}

void brasa_module_shutdown(const brasa_module *module, void *state) {
    if (BRASA_HAS(module, shutdown) && module->shutdown) module->shutdown(state);
}

const brasa_function *brasa_module_function(const brasa_module *module, const char *name) {
    for (uint32_t i = 0; i < module->function_count; i++) {
        if (!name || strcmp(module->functions[i]->name, name) == 0) return module->functions[i];
    }
    return NULL;
}
