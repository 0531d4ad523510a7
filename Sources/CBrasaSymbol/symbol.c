#include "symbol.h"
#include "brasa_elf.h"
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int fail(brasa_load_error *error, int32_t phase, int32_t code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static int fail(brasa_load_error *error, int32_t phase, int32_t code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    error->phase = phase;
    error->code = code;
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return -1;
}

static void *forever(void *context, size_t bytes) {
    (void)context;
    return malloc(bytes);
}

static bool is_libc_free(const char *name) { return strcmp(name, "free") == 0; }

/** Checks the file before any of its code runs: constructors would. */
static int check_file(const brasa_symbol *symbol, brasa_load_error *error) {
    brasa_elf_policy policy = brasa_elf_policy_of_this_host();
    const char *names[2] = {symbol->name};
    policy.symbols = names;
    policy.symbol_count = 1;
    if (symbol->release_name && !is_libc_free(symbol->release_name)) names[policy.symbol_count++] = symbol->release_name;
    brasa_elf_report *report = brasa_elf_inspect(symbol->path, &policy);
    int result = 0;
    if (!report || report->refusal_count > 0)
        result = fail(error, BRASA_PHASE_SYMBOL, BRASA_LOAD_NO_ENTRY, "%s",
                      report ? report->refusals[0].message : "There is no memory left.");
    brasa_elf_report_free(report);
    return result;
}

static int open_library(brasa_symbol *symbol, brasa_load_error *error) {
    dlerror();
    void *handle = dlopen(symbol->path, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        const char *why = dlerror();
        return fail(error, BRASA_PHASE_LOAD, BRASA_LOAD_NOT_LOADABLE, "%s cannot be loaded: %s.", symbol->path,
                    why ? why : "the dynamic linker gives no reason");
    }
    *(void **)&symbol->function = dlsym(handle, symbol->name);
    if (symbol->release_name) {
        if (is_libc_free(symbol->release_name)) symbol->release = free;
        else *(void **)&symbol->release = dlsym(handle, symbol->release_name);
    }
    if (symbol->function && (!symbol->release_name || symbol->release)) return 0;
    return fail(error, BRASA_PHASE_SYMBOL, BRASA_LOAD_NO_ENTRY, "%s does not export %s.", symbol->path,
                symbol->function ? symbol->release_name : symbol->name);
}

int brasa_symbol_open(
    const char *path, const char *description, size_t bytes, const brasa_host *host, brasa_symbol **out,
    brasa_load_error *error) {
    *error = (brasa_load_error){0};
    brasa_symbol *symbol = calloc(1, sizeof *symbol);
    brasa_json_memory memory = {forever, NULL};
    char *text = malloc(bytes + 1); /* values point into it */
    if (!symbol || !text || !(symbol->path = strdup(path)))
        return fail(error, BRASA_PHASE_LOAD, BRASA_LOAD_FAILED, "There is no memory left to open %s.", path);
    memcpy(text, description, bytes);
    brasa_json_error wrong;
    const brasa_json *json = brasa_json_parse(text, bytes, memory, &wrong);
    if (!json)
        return fail(error, BRASA_PHASE_SYMBOL, BRASA_LOAD_FAILED,
                    "The description of a signature for %s is not JSON: %s at byte %zu.", path, wrong.reason, wrong.offset);
    symbol->host = host;
    symbol->description = json;
    symbol->text = text;
    if (!signature_read(symbol, json, memory, error) || check_file(symbol, error) != 0 || open_library(symbol, error) != 0)
        return -1;
    const char *slash = strrchr(symbol->path, '/');
    symbol->entry = (brasa_function){
        .struct_size = sizeof symbol->entry,
        .name = symbol->name,
        .description = symbol->signature,
        .invoke = symbol_invoke,
    };
    symbol->table[0] = &symbol->entry;
    symbol->module = (brasa_module){
        .struct_size = sizeof symbol->module,
        .abi_major = BRASA_ABI_MAJOR,
        .abi_minor = BRASA_ABI_MINOR,
        .name = slash ? slash + 1 : symbol->path,
        .functions = symbol->table,
        .function_count = 1,
    };
    *out = symbol;
    return 0;
}

const brasa_module *brasa_symbol_module(const brasa_symbol *symbol) { return &symbol->module; }
