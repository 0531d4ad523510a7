#include "module_error.h"
#include "text.h"
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

enum {
    MODULE_MINIMUM = offsetof(brasa_module, shutdown) + sizeof(void (*)(void *)),
    FUNCTION_MINIMUM = offsetof(brasa_function, invoke) + sizeof(void *),
    MAX_FUNCTIONS = 1024,
    MAX_NAME = 64,
    MAX_MODULE_NAME = 256,
    KNOWN_FLAGS = BRASA_MODULE_NO_FORK,
    PATH_TEXT = 400, /* room for the rest of the sentence */
};
// ABI 1.0's sizes are the minimum for ever; later minors append behind them.
_Static_assert(MODULE_MINIMUM == 88, "brasa_module of ABI 1.0 has 88 bytes");
_Static_assert(FUNCTION_MINIMUM == 40, "brasa_function of ABI 1.0 has 40 bytes");

static int check_name(const char *path, const brasa_function *function, uint32_t index, brasa_load_error *error) {
    const char *name = function->name;
    if (!name) {
        return brasa_load_fail(error, BRASA_PHASE_DESCRIPTOR, BRASA_LOAD_FUNCTION_NAME,
                               "Function %u of %s has no name (NULL); this host takes 1 to 64 of A-Z a-z 0-9 - _.",
                               index, path);
    }
    size_t length = strnlen(name, MAX_NAME + 1);
    bool fits = length >= 1 && length <= MAX_NAME;
    for (size_t i = 0; fits && i < length; i++) {
        char c = name[i];
        fits = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }
    if (fits) return 0;
    char shown[200];
    brasa_printable(shown, sizeof shown, name, length);
    const char *more = length > MAX_NAME ? "..." : "";
    return brasa_load_fail(error, BRASA_PHASE_DESCRIPTOR, BRASA_LOAD_FUNCTION_NAME,
                           "Function %u of %s is named \"%s%s\"; this host takes 1 to 64 of A-Z a-z 0-9 - _.", index,
                           path, shown, more);
}

static int by_name(const void *left, const void *right) {
    return strcmp((*(const brasa_function *const *)left)->name, (*(const brasa_function *const *)right)->name);
}

/** Sorted copies: comparing each with each of 1,024 would take half a million comparisons. */
static int check_duplicates(const char *path, const brasa_module *module, brasa_load_error *error) {
    uint32_t count = module->function_count;
    const brasa_function **sorted = malloc(count * sizeof *sorted);
    if (!sorted) {
        return brasa_load_fail(error, BRASA_PHASE_DESCRIPTOR, BRASA_LOAD_FAILED, "There is no memory left to check %s.",
                               path);
    }
    memcpy(sorted, module->functions, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_name);
    int result = 0;
    for (uint32_t i = 1; i < count && result == 0; i++) {
        if (strcmp(sorted[i - 1]->name, sorted[i]->name) != 0) continue;
        result = brasa_load_fail(error, BRASA_PHASE_DESCRIPTOR, BRASA_LOAD_DUPLICATE_FUNCTION,
                                 "%s has two functions named \"%s\"; names have to differ within a library.", path,
                                 sorted[i]->name);
    }
    free(sorted);
    return result;
}

static int check_functions(const char *path, const brasa_module *module, brasa_load_error *error) {
    uint32_t count = module->function_count;
    if (count < 1 || count > MAX_FUNCTIONS) {
        return brasa_load_fail(error, BRASA_PHASE_DESCRIPTOR, BRASA_LOAD_FUNCTION_COUNT,
                               "%s offers %u functions; this host takes 1 to %d.", path, count, MAX_FUNCTIONS);
    }
    if (!module->functions) {
        return brasa_load_fail(error, BRASA_PHASE_DESCRIPTOR, BRASA_LOAD_NULL_FUNCTION,
                               "%s says it offers %u functions, but its table of functions is NULL.", path, count);
    }
    for (uint32_t i = 0; i < count; i++) {
        const brasa_function *function = module->functions[i];
        if (!function) {
            return brasa_load_fail(error, BRASA_PHASE_DESCRIPTOR, BRASA_LOAD_NULL_FUNCTION,
                                   "Function %u of %s is NULL; the table has to hold all %u functions it counts.", i,
                                   path, count);
        }
        if (function->struct_size < FUNCTION_MINIMUM) {
            return brasa_load_fail(
                error, BRASA_PHASE_DESCRIPTOR, BRASA_LOAD_STRUCT_TOO_SMALL,
                "Function %u of %s has struct_size %u; the least of ABI %u.0, which this host speaks, is "
                "%d bytes: set it to sizeof(brasa_function).",
                i, path, function->struct_size, BRASA_ABI_MAJOR, FUNCTION_MINIMUM);
        }
        if (check_name(path, function, i, error)) return -1;
        if (!function->invoke) {
            return brasa_load_fail(error, BRASA_PHASE_DESCRIPTOR, BRASA_LOAD_NO_INVOKE,
                                   "Function \"%s\" of %s has no invoke (NULL); this host has nothing to call.",
                                   function->name, path);
        }
    }
    return check_duplicates(path, module, error);
}

static int check_versions(const char *path, const brasa_host *host, const brasa_module *module,
                          brasa_load_error *error) {
    uint32_t size = module->struct_size;
    // The version comes first: a module of another major lays everything else out in its own way.
    if (BRASA_HAS(module, abi_minor) && module->abi_major != host->abi_major) {
        return brasa_load_fail(error, BRASA_PHASE_ABI, BRASA_LOAD_OTHER_MAJOR,
                               "%s speaks ABI %u.%u, this host speaks %u.%u; build it with this host's brasa.h.", path,
                               module->abi_major, module->abi_minor, host->abi_major, host->abi_minor);
    }
    if (size < MODULE_MINIMUM) {
        return brasa_load_fail(
            error, BRASA_PHASE_ABI, BRASA_LOAD_STRUCT_TOO_SMALL,
            "The module of %s has struct_size %u; the least of ABI %u.0, which this host speaks, is %d "
            "bytes: set it to sizeof(brasa_module).",
            path, size, BRASA_ABI_MAJOR, MODULE_MINIMUM);
    }
    uint32_t unknown = module->flags & ~(uint32_t)KNOWN_FLAGS;
    if (unknown) {
        return brasa_load_fail(error, BRASA_PHASE_ABI, BRASA_LOAD_UNKNOWN_FLAGS,
                               "%s, built with ABI %u.%u, sets flags 0x%x; this host, with ABI %u.%u, knows only 0x%x.",
                               path, module->abi_major, module->abi_minor, unknown, host->abi_major, host->abi_minor,
                               (unsigned)KNOWN_FLAGS);
    }
    return 0;
}

int brasa_module_check(const char *path, const brasa_host *host, const brasa_module *module, brasa_load_error *error) {
    char shown[PATH_TEXT];
    brasa_printable_path(shown, sizeof shown, path);
    if (!module) {
        return brasa_load_fail(error, BRASA_PHASE_ABI, BRASA_LOAD_NULL_MODULE,
                               "%s of %s returned NULL: the module does not run on this host, which speaks ABI %u.%u.",
                               BRASA_ENTRY_SYMBOL, shown, host->abi_major, host->abi_minor);
    }
    if (check_versions(shown, host, module, error)) return -1;
    if (!module->name || strnlen(module->name, MAX_MODULE_NAME + 1) > MAX_MODULE_NAME || !module->name[0]) {
        return brasa_load_fail(error, BRASA_PHASE_DESCRIPTOR, BRASA_LOAD_BAD_NAME,
                               "The module of %s has %s name; this host takes 1 to %d bytes.", shown,
                               !module->name     ? "no"
                               : module->name[0] ? "too long a"
                                                 : "an empty",
                               MAX_MODULE_NAME);
    }
    return check_functions(shown, module, error);
}

int brasa_module_open(const char *path, const brasa_host *host, brasa_open_module *out, brasa_load_error *error) {
    *out = (brasa_open_module){0};
    *error = (brasa_load_error){0};
    char shown[PATH_TEXT], why[560];
    brasa_printable_path(shown, sizeof shown, path);
    dlerror();
    // NOW: an unresolved symbol fails here and not in the thousandth request, and nothing is bound lazily after fork.
    out->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!out->handle) {
        const char *text = dlerror();
        if (!text) text = "the dynamic linker gives no reason";
        return brasa_load_fail(error, BRASA_PHASE_LOAD, BRASA_LOAD_NOT_LOADABLE, "%s cannot be loaded: %s.", shown,
                               brasa_printable(why, sizeof why, text, strlen(text)));
    }
    const brasa_module *(*entry)(const brasa_host *) = NULL;
    *(void **)&entry = dlsym(out->handle, BRASA_ENTRY_SYMBOL);
    if (!entry) {
        return brasa_load_fail(error, BRASA_PHASE_SYMBOL, BRASA_LOAD_NO_ENTRY,
                               "%s does not export %s, which this host with ABI %u.%u calls.", shown,
                               BRASA_ENTRY_SYMBOL, host->abi_major, host->abi_minor);
    }
    const brasa_module *module = entry(host);
    if (brasa_module_check(path, host, module, error)) return -1;
    out->module = module;
    out->has_newer_minor = module->abi_minor > host->abi_minor;
    return 0;
}
