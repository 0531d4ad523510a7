/* brasa_c_json.h: JSON for a function without a library of its own: a writer into memory of a fixed size, and a reader that
 * finds members and elements in place. brasa_table.h is made of it.
 *
 *     brasa_json_writer out = brasa_json_in(call, 512);
 *     brasa_json_object(&out, NULL);
 *     brasa_json_text(&out, "name", name);
 *     brasa_json_list(&out, "sizes");
 *     brasa_json_integer(&out, NULL, 42);
 *     brasa_json_close(&out);
 *     brasa_bytes json;
 *     brasa_status status = brasa_json_finish(&out, &json);   // {"name":"Ada","sizes":[42]}
 *
 * Nothing is cut: what does not fit makes the whole text fail, and finish says so. Memory of results is the invocation's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BRASA_C_JSON_H
#define BRASA_C_JSON_H
#include "brasa_c.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---------------------------------------------------------------- writing */

/** Levels that objects and lists can be inside one another. */
enum { BRASA_JSON_DEPTH = 64 };

/** JSON text that grows in memory of a fixed size. */
typedef struct brasa_json_writer {
    char *bytes;
    size_t len, room;
    /** BRASA_OK, or what went wrong first, and then nothing more is written: BRASA_LIMIT when the text does not fit,
     *  BRASA_NO_MEMORY, BRASA_INVALID for text that is not UTF-8, a name in a list, none in an object, or one close too many. */
    brasa_status status;
    int needs_comma;
    unsigned depth;
    /** How each level is closed: a kind of those below. */
    unsigned char open[BRASA_JSON_DEPTH];
} brasa_json_writer;

/** What a level is, and thereby how it ends. */
enum { BRASA_JSON_OBJECT, BRASA_JSON_LIST, BRASA_JSON_OBJECT_IN_OBJECT, BRASA_JSON_LIST_IN_OBJECT };

/** Writes into room bytes at memory, one of which is for the NUL at the end. */
static inline brasa_json_writer brasa_json_at(void *memory, size_t room) {
    brasa_json_writer out;
    memset(&out, 0, sizeof out);
    out.bytes = (char *)memory;
    out.room = room;
    out.status = memory && room > 0 ? BRASA_OK : BRASA_NO_MEMORY;
    return out;
}

/** Writes into room bytes of the invocation's memory. */
static inline brasa_json_writer brasa_json_in(brasa_invocation *call, size_t room) {
    return brasa_json_at(brasa_host_table->allocate(call, room), room);
}

/** Notes what went wrong, unless something has before. */
static inline void brasa_json_fault(brasa_json_writer *out, brasa_status status) {
    if (out->status == BRASA_OK) out->status = status;
}

/** Appends bytes as they are. */
static inline void brasa_json_append(brasa_json_writer *out, const void *bytes, size_t len) {
    if (out->status != BRASA_OK || len == 0) return;
    /* Less than the room: the NUL has its place always. */
    if (len >= out->room - out->len) {
        out->status = BRASA_LIMIT;
        return;
    }
    memcpy(out->bytes + out->len, bytes, len);
    out->len += len;
}

/** Appends text as a JSON string: controls, quote and backslash escaped. */
static inline void brasa_json_quote(brasa_json_writer *out, brasa_bytes text) {
    static const char hex[] = "0123456789abcdef";
    const unsigned char *at = (const unsigned char *)text.ptr, *end = at + text.len, *plain = at;
    brasa_json_append(out, "\"", 1);
    while (at < end && out->status == BRASA_OK) {
        size_t length = brasa_utf8_sequence(at, end);
        if (length == 0) {
            brasa_json_fault(out, BRASA_INVALID);
        } else if (*at == '"' || *at == '\\' || *at < 0x20) {
            char escaped[6] = {'\\', 'u', '0', '0', hex[*at >> 4], hex[*at & 15]};
            brasa_json_append(out, plain, (size_t)(at - plain));
            if (*at < 0x20) {
                brasa_json_append(out, escaped, 6);
                at++;
                plain = at;
            } else {
                /* The character itself follows with the next plain piece. */
                brasa_json_append(out, "\\", 1);
                plain = at++;
            }
        } else {
            at += length;
        }
    }
    brasa_json_append(out, plain, (size_t)(at - plain));
    brasa_json_append(out, "\"", 1);
}

/** Appends what stands before a value: a comma, and its name where the level has names. */
static inline void brasa_json_begin(brasa_json_writer *out, const char *name) {
    int has_names = out->depth > 0 && out->open[out->depth - 1] % 2 == BRASA_JSON_OBJECT;
    if (has_names != (name != NULL) || (out->depth == 0 && out->len > 0)) brasa_json_fault(out, BRASA_INVALID);
    if (out->needs_comma) brasa_json_append(out, ",", 1);
    out->needs_comma = 1;
    if (!name) return;
    brasa_json_quote(out, brasa_text(name));
    brasa_json_append(out, ":", 1);
}

/** Opens a level of one of the kinds above, whose opening is text. */
static inline void brasa_json_open(brasa_json_writer *out, const char *name, int kind, brasa_bytes opening) {
    brasa_json_begin(out, name);
    brasa_json_append(out, opening.ptr, opening.len);
    if (out->depth == BRASA_JSON_DEPTH) brasa_json_fault(out, BRASA_LIMIT);
    if (out->status != BRASA_OK) return;
    out->open[out->depth++] = (unsigned char)kind;
    out->needs_comma = 0;
}

/* name is NULL in a list and for the first value, and the member's name in an object. */

/** Opens an object; brasa_json_close ends it. */
static inline void brasa_json_object(brasa_json_writer *out, const char *name) {
    brasa_json_open(out, name, BRASA_JSON_OBJECT, brasa_text("{"));
}

/** Opens a list; brasa_json_close ends it. */
static inline void brasa_json_list(brasa_json_writer *out, const char *name) {
    brasa_json_open(out, name, BRASA_JSON_LIST, brasa_text("["));
}

/** Ends what was opened last. */
static inline void brasa_json_close(brasa_json_writer *out) {
    static const char closings[][3] = {"}", "]", "}}", "]}"};
    if (out->depth == 0) brasa_json_fault(out, BRASA_INVALID);
    if (out->status != BRASA_OK) return;
    const char *closing = closings[out->open[--out->depth]];
    brasa_json_append(out, closing, strlen(closing));
    out->needs_comma = 1;
}

/** Writes a string. */
static inline void brasa_json_text(brasa_json_writer *out, const char *name, brasa_bytes text) {
    brasa_json_begin(out, name);
    brasa_json_quote(out, text);
}

/** Writes JSON as it is. */
static inline void brasa_json_raw(brasa_json_writer *out, const char *name, brasa_bytes json) {
    brasa_json_begin(out, name);
    brasa_json_append(out, json.ptr, json.len);
}

/** Writes a whole number. */
static inline void brasa_json_integer(brasa_json_writer *out, const char *name, int64_t number) {
    char digits[24];
    snprintf(digits, sizeof digits, "%lld", (long long)number);
    brasa_json_raw(out, name, brasa_text(digits));
}

/** Writes true or false. */
static inline void brasa_json_boolean(brasa_json_writer *out, const char *name, int is_true) {
    brasa_json_raw(out, name, brasa_text(is_true ? "true" : "false"));
}

/** Appends bytes as a string in base64. */
static inline void brasa_json_quote_base64(brasa_json_writer *out, brasa_bytes bytes) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *at = (const unsigned char *)bytes.ptr;
    brasa_json_append(out, "\"", 1);
    for (size_t left = bytes.len; left > 0 && out->status == BRASA_OK; left -= left < 3 ? left : 3, at += 3) {
        unsigned second = left > 1 ? at[1] : 0, third = left > 2 ? at[2] : 0;
        char four[4] = {
            digits[at[0] >> 2], digits[(at[0] & 3u) << 4 | second >> 4],
            left > 1 ? digits[(second & 15u) << 2 | third >> 6] : '=', left > 2 ? digits[third & 63u] : '='};
        brasa_json_append(out, four, 4);
    }
    brasa_json_append(out, "\"", 1);
}

/** Ends the text, and the object or list around all of it if that is still open. Otherwise BRASA_INVALID when something
 *  is open, or what went wrong on the way. json lives as long as the writer's memory and is NUL-terminated. */
static inline brasa_status brasa_json_finish(brasa_json_writer *out, brasa_bytes *json) {
    if (out->depth == 1) brasa_json_close(out);
    if (out->depth > 0 || (out->len == 0 && out->status == BRASA_OK)) brasa_json_fault(out, BRASA_INVALID);
    if (out->status != BRASA_OK) return out->status;
    out->bytes[out->len] = 0;
    *json = brasa_bytes_at(out->bytes, out->len);
    return BRASA_OK;
}

/* ---------------------------------------------------------------- reading
 * Bytes of JSON in, bytes of JSON out: what is found is a piece of what was looked through, and nothing is copied. Without
 * a piece ptr is NULL, and looking on in it finds nothing. What is not JSON is not found either; where it may come from
 * outside, check it with brasa_json_valid first. */

/** 1 when bytes are one JSON value, of at most 128 levels. */
static inline int brasa_json_valid(brasa_bytes bytes) {
    brasa_json_reader in = {(const unsigned char *)bytes.ptr, (const unsigned char *)bytes.ptr + bytes.len};
    if (!bytes.ptr || !brasa_json_skip(&in, 128)) return 0;
    brasa_json_space(&in);
    return in.at == in.end;
}

/** The members of an object or the elements of a list, one after the other:
 *
 *     brasa_json_items items = brasa_json_each(list);
 *     while (brasa_json_next(&items)) use(items.value);
 */
typedef struct brasa_json_items {
    /** The member's name as a JSON string, with its quotes; ptr is NULL in lists. */
    brasa_bytes name;
    brasa_bytes value;
    brasa_json_reader in;
    unsigned char closing;
    unsigned char has_begun;
} brasa_json_items;

/** Begins before the first of them; of anything else there are none. */
static inline brasa_json_items brasa_json_each(brasa_bytes json) {
    brasa_json_items items;
    memset(&items, 0, sizeof items);
    if (!json.ptr) return items;
    items.in.at = (const unsigned char *)json.ptr;
    items.in.end = items.in.at + json.len;
    brasa_json_space(&items.in);
    if (brasa_json_take(&items.in, '{')) items.closing = '}';
    else if (brasa_json_take(&items.in, '[')) items.closing = ']';
    return items;
}

/** Moves to the next one; 0: there are no more. */
static inline int brasa_json_next(brasa_json_items *items) {
    brasa_json_reader *in = &items->in;
    if (!items->closing) return 0;
    brasa_json_space(in);
    int is_last = brasa_json_take(in, items->closing) || (items->has_begun && !brasa_json_take(in, ','));
    unsigned char closing = items->closing;
    items->closing = 0;
    if (is_last) return 0;
    brasa_json_space(in);
    if (closing == '}') {
        const unsigned char *name = in->at;
        if (!brasa_json_read_string(in, NULL)) return 0;
        items->name = brasa_bytes_at(name, (size_t)(in->at - name));
        brasa_json_space(in);
        if (!brasa_json_take(in, ':')) return 0;
        brasa_json_space(in);
    }
    const unsigned char *value = in->at;
    if (!brasa_json_skip(in, 128)) return 0;
    items->value = brasa_bytes_at(value, (size_t)(in->at - value));
    items->closing = closing;
    items->has_begun = 1;
    return 1;
}

/** 1 when json is the string that text is. */
static inline int brasa_json_is(brasa_bytes json, const char *text) {
    brasa_json_reader in = {(const unsigned char *)json.ptr, (const unsigned char *)json.ptr + json.len};
    size_t left = strlen(text);
    if (!json.ptr || !brasa_json_take(&in, '"')) return 0;
    while (in.at < in.end && *in.at != '"') {
        unsigned char utf8[4];
        size_t length = brasa_json_character(&in, utf8);
        if (length == 0 || length > left || memcmp(utf8, text, length) != 0) return 0;
        text += length;
        left -= length;
    }
    return left == 0 && in.at + 1 == in.end;
}

/** The element at a place, from 0 on, of a list. */
static inline brasa_bytes brasa_json_element(brasa_bytes list, size_t place) {
    brasa_json_items items = brasa_json_each(list);
    while (!items.name.ptr && brasa_json_next(&items))
        if (place-- == 0 && !items.name.ptr) return items.value;
    return brasa_bytes_at(NULL, 0);
}

/** The member called name of an object; of several with one name the first. */
static inline brasa_bytes brasa_json_member(brasa_bytes object, const char *name) {
    brasa_json_items items = brasa_json_each(object);
    while (brasa_json_next(&items))
        if (brasa_json_is(items.name, name)) return items.value;
    return brasa_bytes_at(NULL, 0);
}

/** What a path leads to: names of members, and places in lists as digits, up to a NULL:
 *  brasa_json_find(json, "Items", "0", "id", "S", NULL). */
__attribute__((sentinel)) static inline brasa_bytes brasa_json_find(brasa_bytes json, ...) {
    va_list path;
    va_start(path, json);
    for (const char *step = va_arg(path, const char *); step && json.ptr; step = va_arg(path, const char *)) {
        brasa_json_reader in = {(const unsigned char *)json.ptr, (const unsigned char *)json.ptr + json.len};
        brasa_json_space(&in);
        if (!brasa_json_take(&in, '[')) {
            json = brasa_json_member(json, step);
            continue;
        }
        size_t place = 0, digits = strspn(step, "0123456789");
        for (size_t i = 0; i < digits && i < 9; i++) place = place * 10 + (size_t)(step[i] - '0');
        json = digits > 0 && digits < 10 && !step[digits] ? brasa_json_element(json, place) : brasa_bytes_at(NULL, 0);
    }
    va_end(path);
    return json;
}

/** The text of a JSON string, NUL-terminated. BRASA_NOT_FOUND when json has no bytes at all, BRASA_INVALID when it is no
 *  string, BRASA_NO_MEMORY. */
static inline brasa_status brasa_json_decode(brasa_invocation *call, brasa_bytes json, brasa_bytes *text) {
    brasa_json_reader in = {(const unsigned char *)json.ptr, (const unsigned char *)json.ptr + json.len};
    brasa_json_reader check = in;
    if (!json.ptr) return BRASA_NOT_FOUND;
    if (!brasa_json_read_string(&check, NULL) || check.at != check.end) return BRASA_INVALID;
    char *out = (char *)brasa_host_table->allocate(call, json.len + 1), *to = out;
    if (!out) return BRASA_NO_MEMORY;
    brasa_json_read_string(&in, &to);
    *to = 0;
    *text = brasa_bytes_at(out, (size_t)(to - out));
    return BRASA_OK;
}

/** A whole number, also one in quotes. BRASA_NOT_FOUND when json has no bytes at all, BRASA_INVALID when it is none or
 *  does not fit. */
static inline brasa_status brasa_json_decode_integer(brasa_bytes json, int64_t *number) {
    const char *at = (const char *)json.ptr, *end = at + json.len;
    if (!json.ptr) return BRASA_NOT_FOUND;
    if (json.len > 1 && *at == '"' && end[-1] == '"') {
        at++;
        end--;
    }
    int is_negative = at < end && *at == '-';
    at += is_negative;
    if (at >= end) return BRASA_INVALID;
    int64_t value = 0;
    for (; at < end; at++) {
        int digit = *at - '0';
        if (digit < 0 || digit > 9) return BRASA_INVALID;
        /* Downwards, where one more number is. */
        if (value < (INT64_MIN + digit) / 10) return BRASA_INVALID;
        value = value * 10 - digit;
    }
    if (!is_negative && value == INT64_MIN) return BRASA_INVALID;
    *number = is_negative ? value : -value;
    return BRASA_OK;
}

#ifdef __cplusplus
}
#endif
#endif
