/* brasa_text.h: just enough text for a function without a library of its own: one text member of a JSON object, one
 * value of a query string, and a JSON string. A function with richer input links a JSON library. Included by brasa_c.h.
 *
 * Memory of every result is the invocation's: it lives until invoke returns.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BRASA_TEXT_H
#define BRASA_TEXT_H
#include "brasa_c.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Length (1 to 4) of the UTF-8 sequence at `at`, or 0 when there is none: overlong forms, surrogates and values over
 *  U+10FFFF are none. */
static inline size_t brasa_utf8_sequence(const unsigned char *at, const unsigned char *end) {
    size_t left = (size_t)(end - at);
    if (left == 0) return 0;
    if (at[0] < 0x80) return 1;
    if (at[0] < 0xC2 || at[0] > 0xF4) return 0;
    size_t length = at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : 4;
    if (left < length) return 0;
    for (size_t i = 1; i < length; i++)
        if ((at[i] & 0xC0) != 0x80) return 0;
    if (at[0] == 0xE0 && at[1] < 0xA0) return 0;
    if (at[0] == 0xED && at[1] > 0x9F) return 0;
    if (at[0] == 0xF0 && at[1] < 0x90) return 0;
    if (at[0] == 0xF4 && at[1] > 0x8F) return 0;
    return length;
}

/** 1 when bytes are valid UTF-8. */
static inline int brasa_utf8_valid(brasa_bytes bytes) {
    const unsigned char *at = (const unsigned char *)bytes.ptr, *end = at + bytes.len;
    while (at < end) {
        size_t length = brasa_utf8_sequence(at, end);
        if (length == 0) return 0;
        at += length;
    }
    return 1;
}

/** text as a JSON string with its quotes: controls, quote and backslash escaped, bytes that are not UTF-8 replaced by
 *  U+FFFD. NUL-terminated; ptr is NULL when there is no memory. */
static inline brasa_bytes brasa_json_string(brasa_invocation *call, brasa_bytes text) {
    static const char hex[] = "0123456789abcdef";
    /* A byte becomes at most six. */
    char *out = text.len > (SIZE_MAX - 3) / 6 ? NULL : (char *)brasa_host_table->allocate(call, text.len * 6 + 3);
    if (!out) return brasa_bytes_at(NULL, 0);
    char *to = out;
    const unsigned char *at = (const unsigned char *)text.ptr, *end = at + text.len;
    *to++ = '"';
    while (at < end) {
        size_t length = brasa_utf8_sequence(at, end);
        if (length == 0) {
            memcpy(to, "\xEF\xBF\xBD", 3);
            to += 3;
            at++;
        } else if (*at == '"' || *at == '\\') {
            *to++ = '\\';
            *to++ = (char)*at++;
        } else if (*at < 0x20 || *at == 0x7F) {
            memcpy(to, "\\u00", 4);
            to[4] = hex[*at >> 4];
            to[5] = hex[*at & 15];
            to += 6;
            at++;
        } else {
            memcpy(to, at, length);
            to += length;
            at += length;
        }
    }
    *to++ = '"';
    *to = 0;
    return brasa_bytes_at(out, (size_t)(to - out));
}

/** A hexadecimal digit's value, or -1. */
static inline int brasa_hex_value(unsigned char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

/** Decodes one half of a query's `name=value`. */
static inline brasa_status brasa_query_decode(brasa_invocation *call, brasa_bytes raw, brasa_bytes *decoded) {
    const unsigned char *at = (const unsigned char *)raw.ptr, *end = at + raw.len;
    char *out = (char *)brasa_host_table->allocate(call, raw.len + 1), *to = out;
    if (!out) return BRASA_NO_MEMORY;
    while (at < end) {
        if (*at != '%') {
            *to++ = *at == '+' ? ' ' : (char)*at;
            at++;
            continue;
        }
        int high = end - at > 2 ? brasa_hex_value(at[1]) : -1, low = end - at > 2 ? brasa_hex_value(at[2]) : -1;
        if (high < 0 || low < 0) return BRASA_INVALID;
        *to++ = (char)(high << 4 | low);
        at += 3;
    }
    *to = 0;
    *decoded = brasa_bytes_at(out, (size_t)(to - out));
    return brasa_utf8_valid(*decoded) ? BRASA_OK : BRASA_INVALID;
}

/** The first value called name in a query string (`a=1&name=Ada+Lovelace`), decoded and NUL-terminated.
 *  BRASA_NOT_FOUND without one; BRASA_INVALID when it has a broken % escape or is not UTF-8. */
static inline brasa_status brasa_query_get(
    brasa_invocation *call, brasa_bytes query, const char *name, brasa_bytes *value) {
    const char *at = (const char *)query.ptr, *end = at + query.len;
    while (at && at < end) {
        const char *next = (const char *)memchr(at, '&', (size_t)(end - at));
        const char *stop = next ? next : end;
        const char *equals = (const char *)memchr(at, '=', (size_t)(stop - at));
        const char *key_end = equals ? equals : stop;
        brasa_bytes key = {NULL, 0};
        if (brasa_query_decode(call, brasa_bytes_at(at, (size_t)(key_end - at)), &key) == BRASA_OK
            && brasa_is(key, name)) {
            const char *from = equals ? equals + 1 : stop;
            return brasa_query_decode(call, brasa_bytes_at(from, (size_t)(stop - from)), value);
        }
        at = next ? next + 1 : end;
    }
    return BRASA_NOT_FOUND;
}

/** Where a reading of JSON stands. */
typedef struct brasa_json_reader {
    const unsigned char *at, *end;
} brasa_json_reader;

static inline void brasa_json_space(brasa_json_reader *in) {
    while (in->at < in->end && (*in->at == ' ' || *in->at == '\t' || *in->at == '\n' || *in->at == '\r')) in->at++;
}

static inline int brasa_json_take(brasa_json_reader *in, unsigned char byte) {
    if (in->at >= in->end || *in->at != byte) return 0;
    in->at++;
    return 1;
}

/** Four hexadecimal digits after \u, or -1. */
static inline int brasa_json_unit(brasa_json_reader *in) {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
        int digit = in->at < in->end ? brasa_hex_value(*in->at) : -1;
        if (digit < 0) return -1;
        unit = unit << 4 | digit;
        in->at++;
    }
    return unit;
}

/** Reads one character of a string, which is not at its end, into utf8, and returns its bytes: 1 to 4, or 0 when there is
 *  none. A surrogate without its other half becomes U+FFFD. */
static inline size_t brasa_json_character(brasa_json_reader *in, unsigned char utf8[4]) {
    if (*in->at != '\\') {
        size_t length = *in->at < 0x20 ? 0 : brasa_utf8_sequence(in->at, in->end);
        for (size_t i = 0; i < length; i++) utf8[i] = *in->at++;
        return length;
    }
    if (++in->at >= in->end) return 0;
    static const char escapes[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    unsigned char kind = *in->at++;
    const char *escape = (const char *)memchr(escapes, kind, sizeof escapes - 1);
    uint32_t scalar;
    if (escape) {
        scalar = (unsigned char)meanings[escape - escapes];
    } else if (kind == 'u') {
        int unit = brasa_json_unit(in);
        if (unit < 0) return 0;
        scalar = (uint32_t)unit;
        if (scalar >= 0xD800 && scalar < 0xE000) {
            brasa_json_reader ahead = *in;
            int low = scalar < 0xDC00 && brasa_json_take(&ahead, '\\') && brasa_json_take(&ahead, 'u')
                ? brasa_json_unit(&ahead) : -1;
            if (low >= 0xDC00 && low < 0xE000) {
                scalar = 0x10000 + ((scalar - 0xD800) << 10) + ((uint32_t)low - 0xDC00);
                *in = ahead;
            } else {
                scalar = 0xFFFD;
            }
        }
    } else {
        return 0;
    }
    size_t length = scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : scalar < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = length; i-- > 1; scalar >>= 6) utf8[i] = (unsigned char)(0x80 | (scalar & 0x3F));
    utf8[0] = (unsigned char)(leads[length] | scalar);
    return length;
}

/** Reads a string, opening quote included. With out, writes its text there (never longer than the source) and moves
 *  out on. */
static inline int brasa_json_read_string(brasa_json_reader *in, char **out) {
    if (!brasa_json_take(in, '"')) return 0;
    while (in->at < in->end && *in->at != '"') {
        unsigned char utf8[4];
        size_t length = brasa_json_character(in, utf8);
        if (length == 0) return 0;
        if (out) {
            memcpy(*out, utf8, length);
            *out += length;
        }
    }
    return brasa_json_take(in, '"');
}

static inline int brasa_json_digits(brasa_json_reader *in) {
    const unsigned char *from = in->at;
    while (in->at < in->end && *in->at >= '0' && *in->at <= '9') in->at++;
    return in->at > from;
}

static inline int brasa_json_skip_number(brasa_json_reader *in) {
    brasa_json_take(in, '-');
    if (!brasa_json_take(in, '0') && !brasa_json_digits(in)) return 0;
    if (brasa_json_take(in, '.') && !brasa_json_digits(in)) return 0;
    if (brasa_json_take(in, 'e') || brasa_json_take(in, 'E')) {
        if (!brasa_json_take(in, '+')) brasa_json_take(in, '-');
        return brasa_json_digits(in);
    }
    return 1;
}

/** Moves past one value of at most depth levels. */
static inline int brasa_json_skip(brasa_json_reader *in, int depth) {
    brasa_json_space(in);
    if (in->at >= in->end || depth == 0) return 0;
    unsigned char first = *in->at;
    if (first == '"') return brasa_json_read_string(in, NULL);
    if (first == '{' || first == '[') {
        unsigned char close = first == '{' ? '}' : ']';
        in->at++;
        brasa_json_space(in);
        if (brasa_json_take(in, close)) return 1;
        do {
            brasa_json_space(in);
            if (first == '{') {
                if (!brasa_json_read_string(in, NULL)) return 0;
                brasa_json_space(in);
                if (!brasa_json_take(in, ':')) return 0;
            }
            if (!brasa_json_skip(in, depth - 1)) return 0;
            brasa_json_space(in);
        } while (brasa_json_take(in, ','));
        return brasa_json_take(in, close);
    }
    const char *word = first == 't' ? "true" : first == 'f' ? "false" : first == 'n' ? "null" : NULL;
    if (!word) return brasa_json_skip_number(in);
    size_t length = strlen(word);
    if ((size_t)(in->end - in->at) < length || memcmp(in->at, word, length) != 0) return 0;
    in->at += length;
    return 1;
}

/** The text of the member called name of a JSON object, decoded and NUL-terminated (it may hold NULs of its own: use
 *  len). The whole document is checked, to 128 levels; of members with one name the last counts. BRASA_NOT_FOUND when
 *  there is none or it is null. Otherwise BRASA_INVALID, and *why (may be NULL) says what is wrong, as the rest of a
 *  sentence that starts with "The event". */
static inline brasa_status brasa_json_get(
    brasa_invocation *call, brasa_bytes object, const char *name, brasa_bytes *value, const char **why) {
    const char *unused;
    if (!why) why = &unused;
    brasa_json_reader in = {(const unsigned char *)object.ptr, (const unsigned char *)object.ptr + object.len};
    brasa_json_reader whole = in, found = {NULL, NULL};
    *why = "is not valid JSON";
    if (!brasa_json_skip(&whole, 128)) return BRASA_INVALID;
    brasa_json_space(&whole);
    if (whole.at != whole.end) return BRASA_INVALID;
    brasa_json_space(&in);
    *why = "is not a JSON object";
    if (!brasa_json_take(&in, '{')) return BRASA_INVALID;

    /* The document is valid from here on, so the steps below cannot fail. */
    char *text = (char *)brasa_host_table->allocate(call, object.len + 1);
    *why = "needs more memory than there is";
    if (!text) return BRASA_NO_MEMORY;
    brasa_json_space(&in);
    while (*in.at != '}') {
        char *to = text;
        brasa_json_read_string(&in, &to);
        brasa_json_space(&in);
        brasa_json_take(&in, ':');
        brasa_json_space(&in);
        if (brasa_is(brasa_bytes_at(text, (size_t)(to - text)), name)) found = in;
        brasa_json_skip(&in, 128);
        brasa_json_space(&in);
        brasa_json_take(&in, ',');
        brasa_json_space(&in);
    }
    if (!found.at || *found.at == 'n') return BRASA_NOT_FOUND;
    *why = "has a member of that name that is not text";
    if (*found.at != '"') return BRASA_INVALID;
    char *to = text;
    brasa_json_read_string(&found, &to);
    *to = 0;
    *value = brasa_bytes_at(text, (size_t)(to - text));
    return BRASA_OK;
}

#ifdef __cplusplus
}
#endif
#endif
