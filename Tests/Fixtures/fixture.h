/* What the fixtures share: a module of one function, and the least of reading events and writing replies.
 *
 * Built by tests: cc -shared -fPIC -std=gnu17 -I Sources/CBrasa/include Tests/Fixtures/NAME.c -o NAME.so
 * An event is any text; event_has(invocation, "crash") looks for that whole word in it, event_number(invocation, "ms", 5)
 * reads the number after the word ms, as in {"ms":250}. */
#ifndef FIXTURE_H
#define FIXTURE_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <brasa.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#define UNUSED __attribute__((unused))

static const brasa_host *host UNUSED;

static UNUSED brasa_bytes bytes_of(const char *text) { return (brasa_bytes){text, strlen(text)}; }

/** The event NUL-terminated in the arena; "" without memory. */
static UNUSED const char *event_text(brasa_invocation *invocation) {
    char *text = host->allocate(invocation, invocation->event.len + 1);
    if (!text) return "";
    if (invocation->event.len) memcpy(text, invocation->event.ptr, invocation->event.len);
    text[invocation->event.len] = 0;
    return text;
}

/** Whether a byte can be part of a word; what is no letter ends one, so that "crash" is not found in /invoke_crashes. */
static UNUSED int in_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/** Where the event goes on after the whole word; NULL: it does not hold it. */
static UNUSED const char *event_after(brasa_invocation *invocation, const char *word) {
    const char *start = invocation->event.ptr, *at = start, *end = start + invocation->event.len;
    size_t length = strlen(word);
    for (; start && (at = memmem(at, (size_t)(end - at), word, length)); at++) {
        if (at > start && in_word(at[-1])) continue;
        if (at + length < end && in_word(at[length])) continue;
        return at + length;
    }
    return NULL;
}

static UNUSED int event_has(brasa_invocation *invocation, const char *word) {
    return event_after(invocation, word) != NULL;
}

/** The number after the word, whatever stands between; otherwise fallback. */
static UNUSED long event_number(brasa_invocation *invocation, const char *word, long fallback) {
    const char *at = event_after(invocation, word), *end = (const char *)invocation->event.ptr + invocation->event.len;
    if (!at) return fallback;
    while (at < end && *at != '-' && (*at < '0' || *at > '9')) at++;
    char digits[24] = "";
    for (size_t i = 0; i + 1 < sizeof digits && at < end; i++) digits[i] = *at++;
    return digits[0] ? atol(digits) : fallback;
}

/** Waits for the file whose path follows the word "until", as in {"until":"/tmp/go"}; not at all without that word. */
static UNUSED void wait_until(brasa_invocation *invocation) {
    const char *at = event_after(invocation, "until"), *end = (const char *)invocation->event.ptr + invocation->event.len;
    if (!at) return;
    while (at < end && *at != '/') at++;
    char path[512] = "";
    for (size_t i = 0; i + 1 < sizeof path && at < end; i++) {
        if (!in_word(*at) && *at != '/' && *at != '.') break;
        path[i] = *at++;
    }
    while (access(path, F_OK) != 0) usleep(1000);
}

static UNUSED brasa_status reply_text(brasa_invocation *invocation, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static UNUSED brasa_status reply_text(brasa_invocation *invocation, const char *format, ...) {
    char text[4096];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return host->reply(invocation, bytes_of(text), NULL, 0);
}

/** A sleep that signals do not shorten. */
static UNUSED void sleep_ms(long ms) {
    struct timespec left = {ms / 1000, ms % 1000 * 1000000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR) continue;
}

static UNUSED brasa_status greet(UNUSED void *state, brasa_invocation *invocation) {
    return reply_text(invocation, "\"ok\"");
}

// clang-format off
/** Defines the module: its name, which is its function's too, invoke, and further fields such as .init = my_init. */
#define FIXTURE(NAME, INVOKE, ...) \
    static const brasa_function fixture_function = {sizeof(brasa_function), NAME, NULL, 0, 0, INVOKE}; \
    static const brasa_function *const fixture_functions[] = {&fixture_function}; \
    static const brasa_module fixture_module = { \
        .struct_size = sizeof(brasa_module), \
        .abi_major = BRASA_ABI_MAJOR, \
        .abi_minor = BRASA_ABI_MINOR, \
        .name = NAME, \
        .version = "1.0", \
        .toolchain = "cc", \
        .functions = fixture_functions, \
        .function_count = 1, \
        ##__VA_ARGS__}; \
    FIXTURE_ENTRY(&fixture_module)
// clang-format on

/** Defines the module from descriptors of the fixture's own. */
#define FIXTURE_ENTRY(MODULE)                                                                                          \
    const brasa_module *brasa_module_v1(const brasa_host *given) {                                                     \
        host = given;                                                                                                  \
        return MODULE;                                                                                                 \
    }

#endif
