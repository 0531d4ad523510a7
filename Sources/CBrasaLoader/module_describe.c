#include "brasa_loader.h"
#include "text.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MAX_TEXT = 4096 };

/** JSON being written: counts on when the buffer is full, so that the caller learns the whole length. */
typedef struct writer {
    char *buffer;
    size_t size, length;
} writer;

static void put(writer *out, const char *bytes, size_t count) {
    for (size_t i = 0; i < count; i++, out->length++) {
        if (out->length + 1 < out->size) out->buffer[out->length] = bytes[i];
    }
}

static void print(writer *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void print(writer *out, const char *format, ...) {
    char text[128];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length > 0) put(out, text, (size_t)length < sizeof text ? (size_t)length : sizeof text - 1);
}

/** A JSON string, or null for NULL. */
static void put_text(writer *out, const char *text) {
    if (!text) {
        put(out, "null", 4);
        return;
    }
    const uint8_t *bytes = (const uint8_t *)text;
    size_t length = strnlen(text, MAX_TEXT);
    put(out, "\"", 1);
    for (size_t i = 0; i < length;) {
        size_t whole = brasa_utf8_length(bytes + i, length - i);
        if (whole == 0) {
            put(out, "\xef\xbf\xbd", 3); // U+FFFD
            i += 1;
        } else if (bytes[i] == '"' || bytes[i] == '\\') {
            print(out, "\\%c", bytes[i]);
            i += 1;
        } else if (bytes[i] < 0x20 || bytes[i] == 0x7f) {
            print(out, "\\u%04x", bytes[i]);
            i += 1;
        } else {
            put(out, text + i, whole);
            i += whole;
        }
    }
    put(out, "\"", 1);
}

size_t brasa_module_describe_json(const brasa_module *module, char *buffer, size_t size) {
    writer out = {.buffer = buffer, .size = size};
    print(&out, "{\"name\":");
    put_text(&out, module->name);
    print(&out, ",\"version\":");
    put_text(&out, module->version);
    print(&out, ",\"toolchain\":");
    put_text(&out, module->toolchain);
    print(&out, ",\"abiMajor\":%u,\"abiMinor\":%u,\"structSizeBytes\":%u,\"flags\":%u,\"functions\":[",
          module->abi_major, module->abi_minor, module->struct_size, module->flags);
    for (uint32_t i = 0; i < module->function_count; i++) {
        const brasa_function *function = module->functions[i];
        print(&out, "%s{\"name\":", i ? "," : "");
        put_text(&out, function->name);
        print(&out, ",\"description\":");
        put_text(&out, function->description);
        print(&out, ",\"memoryMegabytes\":%u,\"timeoutMilliseconds\":%u}", function->memory_mb, function->timeout_ms);
    }
    print(&out, "]}");
    if (size > 0) buffer[out.length < size ? out.length : size - 1] = 0;
    return out.length;
}
