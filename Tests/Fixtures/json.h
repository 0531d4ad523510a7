/* JSON text that grows; for fixtures that reply lists. Lives until the process ends, or is cut at 256 KiB. */
#ifndef FIXTURE_JSON_H
#define FIXTURE_JSON_H
#include <stdio.h>
#include <string.h>

struct json {
    char bytes[262144];
    size_t used;
};

static void add(struct json *out, const char *text, size_t length) {
    if (length > sizeof out->bytes - out->used) length = sizeof out->bytes - out->used;
    memcpy(out->bytes + out->used, text, length);
    out->used += length;
}

static void add_text(struct json *out, const char *text, size_t length) {
    add(out, "\"", 1);
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        char escaped[8];
        if (c == '"' || c == '\\' || c < 0x20) {
            add(out, escaped, (size_t)snprintf(escaped, sizeof escaped, "\\u%04x", c));
        } else {
            add(out, text + i, 1);
        }
    }
    add(out, "\"", 1);
}
#endif
