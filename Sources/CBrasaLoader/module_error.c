#include "module_error.h"
#include <stdarg.h>
#include <stdio.h>

int brasa_load_fail(brasa_load_error *error, int32_t phase, int32_t code, const char *format, ...) {
    error->phase = phase;
    error->code = code;
    error->status = 0;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return -1;
}

const char *brasa_phase_name(int32_t phase) {
    static const char *const names[BRASA_PHASE_COUNT] = {
        [BRASA_PHASE_NONE] = "none",
        [BRASA_PHASE_LOAD] = "load",
        [BRASA_PHASE_SYMBOL] = "symbol",
        [BRASA_PHASE_ABI] = "abi",
        [BRASA_PHASE_DESCRIPTOR] = "descriptor",
        [BRASA_PHASE_INIT] = "init",
        [BRASA_PHASE_FREEZE] = "freeze",
        [BRASA_PHASE_THREADS] = "threads",
        [BRASA_PHASE_DESCRIPTORS] = "descriptors",
        [BRASA_PHASE_THAW] = "thaw",
    };
    return phase >= 0 && phase < BRASA_PHASE_COUNT ? names[phase] : "unknown";
}

const char *brasa_load_code_name(int32_t code) {
    static const char *const names[BRASA_LOAD_CODE_COUNT] = {
        [BRASA_LOAD_OK] = "ok",
        [BRASA_LOAD_NOT_LOADABLE] = "not-loadable",
        [BRASA_LOAD_NO_ENTRY] = "no-entry",
        [BRASA_LOAD_NULL_MODULE] = "null-module",
        [BRASA_LOAD_STRUCT_TOO_SMALL] = "struct-too-small",
        [BRASA_LOAD_OTHER_MAJOR] = "other-major",
        [BRASA_LOAD_UNKNOWN_FLAGS] = "unknown-flags",
        [BRASA_LOAD_BAD_NAME] = "bad-name",
        [BRASA_LOAD_FUNCTION_COUNT] = "function-count",
        [BRASA_LOAD_NULL_FUNCTION] = "null-function",
        [BRASA_LOAD_FUNCTION_NAME] = "function-name",
        [BRASA_LOAD_DUPLICATE_FUNCTION] = "duplicate-function",
        [BRASA_LOAD_NO_INVOKE] = "no-invoke",
        [BRASA_LOAD_FAILED] = "failed",
    };
    return code >= 0 && code < BRASA_LOAD_CODE_COUNT ? names[code] : "unknown";
}
