/* The library, through CBrasaLoader; turns its errors into what callers of the function see. */
#include "worker.h"

#include <CBrasaLoader.h>
#include <CBrasaSymbol.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static int refused(struct refusal *refusal, const char *type, const brasa_load_error *error) {
    snprintf(refusal->type, sizeof refusal->type, "%s", type);
    snprintf(refusal->message, sizeof refusal->message, "%s", error->message);
    return -1;
}

static int watches_constructors;
static uint64_t constructors_began_ns;

/* The dynamic linker runs constructors in the middle of dlopen and tells nobody. But _init, which the linker's start files
 * put into each library to run before its constructors, calls this function where one is defined: it was made for
 * profilers. So the first call says when relocation was over; a library without start files is not seen. */
__attribute__((visibility("default"))) void __gmon_start__(void);
void __gmon_start__(void) {
    if (watches_constructors && !constructors_began_ns) constructors_began_ns = brasa_now_ns();
}

static int open_symbol(
    const struct start *start, const brasa_host *host, struct loaded *loaded, struct refusal *refusal) {
    brasa_symbol *symbol;
    brasa_load_error error;
    if (brasa_symbol_open(start->library, (const char *)start->symbol, start->symbol_bytes, host, &symbol, &error) != 0)
        return refused(refusal, "Runtime.InvalidEntrypoint", &error);
    loaded->symbol = symbol;
    loaded->module = brasa_symbol_module(symbol);
    loaded->function = loaded->module->functions[0];
    return 0;
}

static int open_module(
    const struct start *start, const brasa_host *host, struct loaded *loaded, struct refusal *refusal) {
    brasa_open_module opened;
    brasa_load_error error;
    if (brasa_module_open(start->library, host, &opened, &error) != 0)
        return refused(refusal, "Runtime.InvalidEntrypoint", &error);
    loaded->module = opened.module;
    loaded->function = brasa_module_function(opened.module, start->entry[0] ? start->entry : NULL);
    if (loaded->function) return 0;
    char names[1024] = "";
    for (uint32_t i = 0; i < opened.module->function_count && strlen(names) < sizeof names - 80; i++)
        snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s", i ? ", " : "",
                 opened.module->functions[i]->name);
    snprintf(refusal->type, sizeof refusal->type, "Runtime.InvalidEntrypoint");
    snprintf(refusal->message, sizeof refusal->message, "%s has no function named '%s'; it has: %s.", start->library,
             start->entry, names);
    return -1;
}

int module_open(const struct start *start, const brasa_host *host, struct loaded *loaded, struct refusal *refusal) {
    watches_constructors = 1;
    int status = (start->symbol_bytes > 0 ? open_symbol : open_module)(start, host, loaded, refusal);
    uint64_t ended = brasa_now_ns();
    watches_constructors = 0;
    loaded->constructors_ns = constructors_began_ns ? (int64_t)(ended - constructors_began_ns) : -1;
    return status;
}

int module_init(const struct start *start, const brasa_host *host, struct loaded *loaded, struct refusal *refusal) {
    brasa_load_error error;
    brasa_bytes settings = {start->settings, start->settings_bytes};
    if (brasa_module_init(loaded->module, host, settings, &loaded->state, &error) != 0)
        return refused(refusal, "Function.InitError", &error);
    if (loaded->symbol) loaded->state = loaded->symbol;
    return 0;
}

int module_freeze(struct loaded *loaded, struct refusal *refusal) {
    brasa_load_error error;
    if (brasa_module_freeze(loaded->module, loaded->state, &error) == 0) return 0;
    return refused(refusal, "Function.FreezeError", &error);
}

int module_thaw(struct loaded *loaded, struct refusal *refusal) {
    uint8_t entropy[32];
    brasa_load_error error;
    if (getrandom(entropy, sizeof entropy, 0) != (ssize_t)sizeof entropy) abort(); /* never fails for 32 bytes: getrandom(2) */
    unsigned seed;
    memcpy(&seed, entropy + 28, sizeof seed);
    srand(seed); /* the C library's own generators were copied by the fork too; srandom is the same state */
    brasa_bytes fresh = {entropy, sizeof entropy};
    if (brasa_module_thaw(loaded->module, loaded->state, BRASA_THAW_FORKED, fresh, &error) == 0) return 0;
    return refused(refusal, "Function.ThawError", &error);
}

void module_shutdown(struct loaded *loaded) { brasa_module_shutdown(loaded->module, loaded->state); }

int module_prevents_fork(const struct loaded *loaded, char *note, size_t capacity) {
    static const int own[] = {0, 1, 2, BRASA_CONTROL_FD, BRASA_DOORBELL_FD};
    brasa_load_error error;
    if (loaded->module->flags & BRASA_MODULE_NO_FORK) {
        snprintf(note, capacity, "The module asks for a fresh process for each instance (BRASA_MODULE_NO_FORK)");
        return 1;
    }
    if (brasa_check_threads(50, &error) == 0 && brasa_check_descriptors(own, sizeof own / sizeof *own, &error) == 0)
        return 0;
    snprintf(note, capacity, "%s", error.message);
    size_t length = strlen(note);
    if (length > 0 && note[length - 1] == '.') note[length - 1] = 0;
    return 1;
}

size_t module_describe(const struct loaded *loaded, char *out, size_t capacity) {
    size_t length = brasa_module_describe_json(loaded->module, out, capacity);
    return length < capacity ? length : 0;
}
