/* brasa_c.h: write a function in C in a few lines. Header only; works in C11 and later and in C++.
 *
 *     #include <brasa_c.h>
 *
 *     BRASA_FUNCTION(greet, "greet") {
 *         return brasa_reply_text(call, "Hello from C");
 *     }
 *     BRASA_MODULE("greet", "1.0.0", greet)
 *
 * In the body of BRASA_FUNCTION, `call` is the invocation and `state` is what init stored (see
 * BRASA_MODULE_WITH_LIFECYCLE). Compile with -shared -fPIC -fvisibility=hidden; brasa_module_v1 stays visible.
 * Text helpers (JSON strings, query strings) are in brasa_text.h, which this header includes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BRASA_C_H
#define BRASA_C_H
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "brasa.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The host's table, set when the host asks for the module. Weak, so that every source file of one library shares it;
 *  hidden, so that no two libraries do. */
__attribute__((weak, visibility("hidden"))) const brasa_host *brasa_host_table = NULL;

/** Bytes of a C string; NULL gives no bytes. The string must outlive the bytes. */
static inline brasa_bytes brasa_text(const char *text) {
    brasa_bytes bytes = {text, text ? strlen(text) : 0};
    return bytes;
}

/** Bytes at ptr. */
static inline brasa_bytes brasa_bytes_at(const void *ptr, size_t len) {
    brasa_bytes bytes = {ptr, len};
    return bytes;
}

/** 1 when bytes are exactly the C string text. */
static inline int brasa_is(brasa_bytes bytes, const char *text) {
    size_t len = strlen(text);
    return bytes.len == len && (len == 0 || memcmp(bytes.ptr, text, len) == 0);
}

/** 1 when the event is a request to the gateway. */
static inline int brasa_is_http(const brasa_invocation *call) {
    return brasa_is(call->trigger, "http");
}

/** The metadata called name (exactly), such as "method", "path" or "query"; without bytes and with a NULL ptr when
 *  there is none. */
static inline brasa_bytes brasa_metadata(const brasa_invocation *call, const char *name) {
    for (size_t i = 0; i < call->metadata_count; i++)
        if (brasa_is(call->metadata[i].name, name)) return call->metadata[i].value;
    return brasa_bytes_at(NULL, 0);
}

/** Text as printf would write it, NUL-terminated, in memory that lives until invoke returns. ptr is NULL when there is
 *  no memory. */
static inline brasa_bytes brasa_vformat(brasa_invocation *call, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = len < 0 ? NULL : (char *)brasa_host_table->allocate(call, (size_t)len + 1);
    if (!text) return brasa_bytes_at(NULL, 0);
    vsnprintf(text, (size_t)len + 1, format, arguments);
    return brasa_bytes_at(text, (size_t)len);
}

/** As brasa_vformat. */
__attribute__((format(printf, 2, 3))) static inline brasa_bytes brasa_format(
    brasa_invocation *call, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    brasa_bytes text = brasa_vformat(call, format, arguments);
    va_end(arguments);
    return text;
}

/** All parts one after the other, NUL-terminated, in memory that lives until invoke returns. Unlike brasa_format it
 *  takes texts with NULs inside. ptr is NULL when there is no memory. */
static inline brasa_bytes brasa_concat(brasa_invocation *call, const brasa_bytes *parts, size_t count) {
    size_t len = 0;
    for (size_t i = 0; i < count; i++) len += parts[i].len;
    char *text = (char *)brasa_host_table->allocate(call, len + 1), *to = text;
    if (!text) return brasa_bytes_at(NULL, 0);
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len > 0) memcpy(to, parts[i].ptr, parts[i].len);
        to += parts[i].len;
    }
    *to = 0;
    return brasa_bytes_at(text, len);
}

/** Writes one line to the log at BRASA_LOG_TRACE ... BRASA_LOG_ERROR. call may be NULL outside invoke; a line is then
 *  cut at 1 KiB. */
__attribute__((format(printf, 3, 4))) static inline void brasa_log(
    brasa_invocation *call, int level, const char *format, ...) {
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (len < 0) return;
    brasa_bytes message = brasa_bytes_at(line, (size_t)len < sizeof line ? (size_t)len : sizeof line - 1);
    if ((size_t)len >= sizeof line && call) {
        va_start(arguments, format);
        brasa_bytes whole = brasa_vformat(call, format, arguments);
        va_end(arguments);
        if (whole.ptr) message = whole;
    }
    brasa_host_table->log(call, level, message, NULL, 0);
}

/** Answers with an HTTP status, a media type and a body as it is. A direct call gets the body alone. */
static inline brasa_status brasa_reply_http(
    brasa_invocation *call, int status, const char *content_type, brasa_bytes body) {
    char digits[12];
    snprintf(digits, sizeof digits, "%d", status);
    brasa_pair metadata[] = {
        {brasa_text("status"), brasa_text(digits)},
        {brasa_text("content-type"), brasa_text(content_type)},
    };
    return brasa_host_table->reply(call, body, metadata, 2);
}

/** Answers with bytes and nothing else: for HTTP the host reads them as a payload format 2.0 response. */
static inline brasa_status brasa_reply(brasa_invocation *call, brasa_bytes body) {
    return brasa_host_table->reply(call, body, NULL, 0);
}

/** Answers with JSON; status 200 for HTTP. The text is sent as it is. */
static inline brasa_status brasa_reply_json(brasa_invocation *call, const char *json) {
    return brasa_reply_http(call, 200, "application/json", brasa_text(json));
}

/** Answers with plain text; status 200 for HTTP. */
static inline brasa_status brasa_reply_text(brasa_invocation *call, const char *text) {
    return brasa_reply_http(call, 200, "text/plain; charset=utf-8", brasa_text(text));
}

/** Fails with a status, the error's type and a message as printf would write it; returns the status, so that a body
 *  can `return brasa_fail_with(...)`. The instance stays usable. */
static inline brasa_status brasa_vfail(
    brasa_invocation *call, brasa_status status, const char *type, const char *format, va_list arguments) {
    brasa_bytes message = brasa_vformat(call, format, arguments);
    if (!message.ptr) message = brasa_text(format);
    brasa_host_table->fail(call, status, brasa_text(type), message);
    return status;
}

/** Fails this event: `return brasa_fail(call, "BadName", "The name has %zu bytes; at most %d are allowed.", n, 64);` */
__attribute__((format(printf, 3, 4))) static inline brasa_status brasa_fail(
    brasa_invocation *call, const char *type, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    brasa_status status = brasa_vfail(call, BRASA_FUNCTION_ERROR, type, format, arguments);
    va_end(arguments);
    return status;
}

/** Fails for a passing reason: an asynchronous event is tried again. */
__attribute__((format(printf, 3, 4))) static inline brasa_status brasa_retry(
    brasa_invocation *call, const char *type, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    brasa_status status = brasa_vfail(call, BRASA_RETRY, type, format, arguments);
    va_end(arguments);
    return status;
}

/** Asks a service of the host: AWS's names, and that operation's JSON: brasa_service(call, "dynamodb", "GetItem", json, &result).
 *  result, which may be NULL, gets the answer or, when the status is not BRASA_OK, the error's message; it lives until
 *  invoke returns. For an error's type and details use brasa_host_table->call. */
static inline brasa_status brasa_service(
    brasa_invocation *call, const char *service, const char *operation, brasa_bytes parameters, brasa_bytes *result) {
    brasa_request request = {
        sizeof(brasa_request), brasa_text(service), brasa_text(operation), parameters, brasa_bytes_at(NULL, 0)};
    brasa_response response;
    memset(&response, 0, sizeof response);
    response.struct_size = sizeof response;
    brasa_status status = brasa_host_table->call(call, &request, &response);
    if (result) *result = status == BRASA_OK ? response.result : response.error_message;
    return status;
}

/** Defines a function: identifier for BRASA_MODULE, name for the host; the body follows in braces. */
#define BRASA_FUNCTION(identifier, name) BRASA_FUNCTION_LIMITED(identifier, name, NULL, 0, 0)

/** As BRASA_FUNCTION, with a description, memory in MiB and timeout in milliseconds (NULL and 0: the host's defaults;
 *  configuration overrides them). */
#define BRASA_FUNCTION_LIMITED(identifier, name, description, memory_mb, timeout_ms)                                  \
    static brasa_status identifier##_invoke(void *state, brasa_invocation *call);                                     \
    /* an array of one, so that BRASA_MODULE can list the identifiers as pointers */                                  \
    static const brasa_function identifier[1] = {                                                                     \
        {sizeof(brasa_function), name, description, memory_mb, timeout_ms, identifier##_invoke}};                     \
    static brasa_status identifier##_invoke(                                                                          \
        __attribute__((unused)) void *state, __attribute__((unused)) brasa_invocation *call)

/** Exports a module: its name, its version (may be NULL), then the identifiers of its functions. Once per library. */
#define BRASA_MODULE(name, version, ...)                                                                              \
    BRASA_MODULE_WITH_LIFECYCLE(name, version, 0, NULL, NULL, NULL, NULL, __VA_ARGS__)

/** As BRASA_MODULE, with flags (0 or BRASA_MODULE_NO_FORK) and the steps of brasa_module, each of which may be NULL. */
#define BRASA_MODULE_WITH_LIFECYCLE(name, version, flags, init, freeze, thaw, shutdown, ...)                          \
    BRASA_EXPORT const brasa_module *brasa_module_v1(const brasa_host *host) {                                        \
        static const brasa_function *const functions[] = {__VA_ARGS__};                                               \
        static const brasa_module module_ = {                                                                         \
            sizeof(brasa_module), BRASA_ABI_MAJOR, BRASA_ABI_MINOR, flags, name, version,                             \
            BRASA_TOOLCHAIN, functions, sizeof functions / sizeof functions[0],                                       \
            init, freeze, thaw, shutdown};                                                                            \
        brasa_host_table = host;                                                                                      \
        return &module_;                                                                                              \
    }

#if defined(__clang__)
#define BRASA_TOOLCHAIN "clang " __clang_version__
#elif defined(__GNUC__)
#define BRASA_TOOLCHAIN "gcc " __VERSION__
#else
#define BRASA_TOOLCHAIN NULL
#endif

#ifdef __cplusplus
}
#endif

#include "brasa_text.h"
#endif
