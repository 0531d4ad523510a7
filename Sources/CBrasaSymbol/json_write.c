#include "symbol.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool make_room(writer *out, size_t more) {
    if (out->is_broken) return false;
    if (out->capacity - out->length >= more) return true;
    size_t capacity = out->capacity ? 2 * out->capacity : 512;
    while (capacity - out->length < more) capacity *= 2;
    char *bytes = call_allocate(out->call, capacity);
    if (!bytes) {
        out->is_broken = true;
        return false;
    }
    if (out->length > 0) memcpy(bytes, out->bytes, out->length);
    out->bytes = bytes;
    out->capacity = capacity;
    return true;
}

void write_raw(writer *out, const char *bytes, size_t length) {
    if (length == 0 || !make_room(out, length)) return;
    memcpy(out->bytes + out->length, bytes, length);
    out->length += length;
}

void write_text(writer *out, const char *text) { write_raw(out, text, strlen(text)); }

void write_string(writer *out, const char *bytes, size_t length) {
    const uint8_t *at = (const uint8_t *)bytes, *end = at + length;
    write_text(out, "\"");
    while (at < end) {
        const uint8_t *plain = at;
        while (at < end && *at >= 0x20 && *at < 0x80 && *at != '"' && *at != '\\') at++;
        write_raw(out, (const char *)plain, (size_t)(at - plain));
        if (at == end) break;
        size_t whole = brasa_json_utf8_length(at, (size_t)(end - at));
        if (*at < 0x20 || *at == '"' || *at == '\\') {
            char escape[8] = {'\\', (char)*at};
            if (*at < 0x20) snprintf(escape, sizeof escape, "\\u%04x", *at);
            write_text(out, escape);
        } else if (whole == 0) {
            write_text(out, "\xef\xbf\xbd"); /* U+FFFD */
        } else {
            write_raw(out, (const char *)at, whole);
        }
        at += whole > 0 ? whole : 1;
    }
    write_text(out, "\"");
}

void write_base64(writer *out, const uint8_t *bytes, size_t length) {
    write_text(out, "\"");
    if (make_room(out, (length + 2) / 3 * 4)) out->length += base64_encode(out->bytes + out->length, bytes, length);
    write_text(out, "\"");
}

void write_float(writer *out, double value, bool is_single) {
    if (isnan(value)) return write_text(out, "\"NaN\"");
    if (isinf(value)) return write_text(out, value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
    char text[40];
    /* Any number survives 9 digits as float and 17 as double; most need fewer. */
    for (int digits = is_single ? 6 : 15; digits <= (is_single ? 9 : 17); digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (is_single ? strtof(text, NULL) == (float)value : strtod(text, NULL) == value) break;
    }
    write_text(out, text);
}

static void write_integer(writer *out, kind kind, const void *place) {
    char text[32];
    int64_t value = integer_load(kind, place);
    if (kind == KIND_U64) snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    else snprintf(text, sizeof text, "%lld", (long long)value);
    write_text(out, text);
}

void write_value(writer *out, const type *type, const void *place) {
    float single;
    double number;
    switch (type->kind) {
    case KIND_BOOL: return write_text(out, *(const uint8_t *)place ? "true" : "false");
    case KIND_F32: memcpy(&single, place, sizeof single); return write_float(out, single, true);
    case KIND_F64: memcpy(&number, place, sizeof number); return write_float(out, number, false);
    case KIND_STRUCT:
        for (size_t i = 0; i < type->field_count; i++) {
            const field *field = &type->fields[i];
            write_text(out, i == 0 ? "{" : ",");
            write_string(out, field->name, strlen(field->name));
            write_text(out, ":");
            write_value(out, &field->type, (const uint8_t *)place + field->offset);
        }
        return write_text(out, "}");
    default: return write_integer(out, type->kind, place);
    }
}
