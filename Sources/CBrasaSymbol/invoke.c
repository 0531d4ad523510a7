#include "symbol.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

static brasa_bytes bytes_of(const char *text) { return (brasa_bytes){text, strlen(text)}; }

void *call_allocate(call *call, size_t bytes) {
    void *out = call->symbol->host->allocate(call->invocation, bytes > 0 ? bytes : 1);
    if (!out) call_fail(call, "Runtime.OutOfMemory", "%s has no memory left for %zu bytes.", call->symbol->name, bytes);
    return out;
}

static void *allocate(void *context, size_t bytes) {
    call *call = context;
    return call->symbol->host->allocate(call->invocation, bytes > 0 ? bytes : 1);
}

brasa_json_memory call_memory(call *call) { return (brasa_json_memory){allocate, call}; }

static bool fail_with(call *call, const char *error_type, const char *message) {
    if (call->status != BRASA_OK) return false; /* the first reason counts */
    call->status = BRASA_FUNCTION_ERROR;
    call->symbol->host->fail(call->invocation, BRASA_FUNCTION_ERROR, bytes_of(error_type), bytes_of(message));
    return false;
}

bool call_fail(call *call, const char *error_type, const char *format, ...) {
    char message[1500];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return fail_with(call, error_type, message);
}

bool call_refuse(call *call, const char *parameter, const char *format, ...) {
    static const char error_type[] = "Symbol.InvalidParameter";
    char message[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (!call->is_http) return fail_with(call, error_type, message);
    if (call->status != BRASA_OK) return false;
    writer out = {.call = call};
    write_text(&out, "{\"message\":");
    write_string(&out, message, strlen(message));
    write_text(&out, ",\"errorType\":");
    write_string(&out, error_type, sizeof error_type - 1);
    if (parameter) {
        write_text(&out, ",\"parameter\":");
        write_string(&out, parameter, strlen(parameter));
    }
    write_text(&out, "}");
    if (out.is_broken) return false;
    static const brasa_pair head[] = {
        {{"status", 6}, {"400", 3}},
        {{"content-type", 12}, {"application/json", 16}},
    };
    call->status = call->symbol->host->reply(call->invocation, (brasa_bytes){out.bytes, out.length}, head, 2);
    if (call->status == BRASA_OK) call->status = 1; /* answered, and no failure of the function */
    return false;
}

void *result_pointer(const call *call) {
    void *pointer = NULL;
    kind kind = call->symbol->result.kind;
    if (kind == KIND_CSTR || kind == KIND_BYTES) memcpy(&pointer, call->frame + call->symbol->result_slot, sizeof pointer);
    return pointer;
}

/** Widens what libffi returned: small integers fill a whole register. */
static int64_t result_integer(const call *call) {
    return integer_load(call->symbol->result.kind, call->frame + call->symbol->result_slot);
}

static bool fail_by_errno(call *call) {
    const char *name = strerrorname_np(call->error_number);
    return call_fail(call, "Symbol.Errno", "%s failed: %s (%s, errno %d).", call->symbol->name,
                     strerror(call->error_number), name ? name : "unknown", call->error_number);
}

/** Holds the result against the convention; false: it says failure, and the caller has been answered. */
static bool check_result(call *call) {
    const brasa_symbol *symbol = call->symbol;
    kind kind = symbol->result.kind;
    bool is_integer = kind_is_integer(kind) || kind == KIND_BOOL, is_pointer = kind == KIND_CSTR || kind == KIND_BYTES;
    int64_t value = is_integer ? result_integer(call) : 0;
    switch (symbol->error) {
    case ERROR_NONE: return true;
    case ERROR_NEGATIVE:
        return value >= 0 || call_fail(call, "Symbol.Failed", "%s returned %lld; negative results are errors.",
                                       symbol->name, (long long)value);
    case ERROR_NONZERO:
        return value == 0 || call_fail(call, "Symbol.Failed", "%s returned %lld; results other than 0 are errors.",
                                       symbol->name, (long long)value);
    case ERROR_ZERO:
        return value != 0 || call_fail(call, "Symbol.Failed", "%s returned 0, which is an error.", symbol->name);
    case ERROR_NULL:
        return result_pointer(call) || call_fail(call, "Symbol.Failed", "%s returned NULL, which is an error.", symbol->name);
    case ERROR_ERRNO:
        if (is_pointer && result_pointer(call)) return true;
        if (is_integer && value != -1) return true;
        /* -1 and NULL are errors, whether errno says why or not; floats and void have errno alone. */
        if (call->error_number == 0)
            return (!is_integer && !is_pointer) ||
                   call_fail(call, "Symbol.Failed", "%s returned %s without setting errno.", symbol->name,
                             is_pointer ? "NULL" : "-1");
        return fail_by_errno(call);
    }
    return true;
}

static void run(call *call) {
    const brasa_symbol *symbol = call->symbol;
    void *values[2 * PARAMETER_LIMIT + 1];
    for (size_t i = 0; i < symbol->argument_count; i++) values[i] = call->frame + symbol->argument_slots[i];
    errno = 0;
    ffi_call((ffi_cif *)&symbol->cif, symbol->function, call->frame + symbol->result_slot, values);
    call->error_number = errno;
}

brasa_status symbol_invoke(void *state, brasa_invocation *invocation) {
    const brasa_symbol *symbol = state;
    call call = {.symbol = symbol, .invocation = invocation};
    call.is_http = invocation->trigger.len == 4 && memcmp(invocation->trigger.ptr, "http", 4) == 0;
    source sources[PARAMETER_LIMIT] = {0};
    call.frame = call_allocate(&call, symbol->frame_bytes);
    if (!call.frame) return call.status;
    memset(call.frame, 0, symbol->frame_bytes);
    if (request_read(&call, sources) && arguments_fill(&call, sources)) {
        run(&call);
        if (check_result(&call)) (void)reply_send(&call);
        void *owned = symbol->release ? result_pointer(&call) : NULL;
        if (owned) symbol->release(owned);
    }
    return call.status < 0 ? call.status : BRASA_OK;
}
