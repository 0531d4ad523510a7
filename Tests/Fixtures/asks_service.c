/* Calls a service again and again, one call after the other, and replies how long each took: 32-bit nanoseconds, little endian.
 *
 * The event is one line, "<service> <operation> <calls> <first> <modulus>", and after it the parameters, in which ######## stands
 * for eight digits of each call's number below the modulus, counted from <first>, and @@@@@@@@ for those of its number as it is. */
#define _GNU_SOURCE
#include <brasa_c.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

enum { DIGITS = 8 };

static uint64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void write_number(char *text, size_t bytes, const char *mark, unsigned long number) {
    char digits[DIGITS + 1], *end = text + bytes;
    snprintf(digits, sizeof digits, "%08lu", number % 100000000);
    for (char *at = text; (at = memmem(at, (size_t)(end - at), mark, DIGITS)); at += DIGITS)
        memcpy(at, digits, DIGITS);
}

BRASA_FUNCTION(asks, "asks_service") {
    char service[32], operation[32];
    unsigned long calls, first, modulus;
    const char *text = brasa_concat(call, &call->event, 1).ptr, *line = text ? strchr(text, '\n') : NULL;
    if (!line || sscanf(text, "%31s %31s %lu %lu %lu", service, operation, &calls, &first, &modulus) != 5 || modulus == 0)
        return brasa_fail(call, "BadEvent", "The event is not what the fixture reads.");
    size_t bytes = strlen(line + 1);
    char *parameters = brasa_host_table->allocate(call, bytes + 1);
    uint32_t *durations = brasa_host_table->allocate(call, (calls + 1) * sizeof *durations);
    if (!parameters || !durations) return BRASA_NO_MEMORY;
    for (unsigned long i = 0; i < calls; i++) {
        memcpy(parameters, line + 1, bytes + 1);
        write_number(parameters, bytes, "########", (first + i) % modulus);
        write_number(parameters, bytes, "@@@@@@@@", first + i);
        brasa_bytes result;
        uint64_t begin = now_ns();
        brasa_status status = brasa_service(call, service, operation, brasa_bytes_at(parameters, bytes), &result);
        durations[i] = (uint32_t)(now_ns() - begin);
        if (status != BRASA_OK)
            return brasa_fail(call, "ServiceFailed", "status %d: %.*s", status, (int)result.len, (const char *)result.ptr);
    }
    return brasa_reply(call, brasa_bytes_at(durations, calls * sizeof *durations));
}

BRASA_MODULE("asks_service", "1.0", asks)
