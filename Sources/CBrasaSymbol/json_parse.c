#include "brasa_json.h"
#include <stdbool.h>
#include <string.h>

enum { CHUNK_VALUES = 64 };

typedef struct parser {
    const uint8_t *start, *at, *end;
    brasa_json_memory memory;
    brasa_json_error *error;
    brasa_json *chunk; /* values are allocated many at a time */
    size_t chunk_left, values;
    unsigned depth;
} parser;

static bool stop(parser *parser, const uint8_t *where, const char *reason) {
    parser->error->offset = (size_t)(where - parser->start);
    parser->error->reason = reason;
    return false;
}

static brasa_json *make_value(parser *parser) {
    if (++parser->values > BRASA_JSON_VALUES_LIMIT) {
        stop(parser, parser->at, "there are over 65536 values");
        return NULL;
    }
    if (parser->chunk_left == 0) {
        parser->chunk = parser->memory.allocate(parser->memory.context, CHUNK_VALUES * sizeof(brasa_json));
        if (!parser->chunk) {
            stop(parser, parser->at, "there is no memory left");
            return NULL;
        }
        parser->chunk_left = CHUNK_VALUES;
    }
    parser->chunk_left--;
    brasa_json *value = parser->chunk++;
    *value = (brasa_json){0};
    return value;
}

static void skip_space(parser *parser) {
    while (parser->at < parser->end &&
           (*parser->at == ' ' || *parser->at == '\n' || *parser->at == '\r' || *parser->at == '\t'))
        parser->at++;
}

/* Well-formed is what table 3-7 of the Unicode standard lists. */
size_t brasa_json_utf8_length(const uint8_t *text, size_t available) {
    uint8_t lead = text[0];
    if (lead < 0x80) return 1;
    size_t length = lead >= 0xc2 && lead <= 0xdf   ? 2
                    : lead >= 0xe0 && lead <= 0xef ? 3
                    : lead >= 0xf0 && lead <= 0xf4 ? 4
                                                   : 0;
    if (length == 0 || available < length) return 0;
    uint8_t low = 0x80, high = 0xbf;
    if (lead == 0xe0) low = 0xa0;
    if (lead == 0xed) high = 0x9f;
    if (lead == 0xf0) low = 0x90;
    if (lead == 0xf4) high = 0x8f;
    if (text[1] < low || text[1] > high) return 0;
    for (size_t i = 2; i < length; i++)
        if (text[i] < 0x80 || text[i] > 0xbf) return 0;
    return length;
}

/** The value of four hexadecimal digits; -1 when they are none. */
static int32_t hexadecimal(const uint8_t *digits, const uint8_t *end) {
    if (end - digits < 4) return -1;
    int32_t value = 0;
    for (int i = 0; i < 4; i++) {
        uint8_t c = digits[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

/** Finds the end of a string and checks it; at is behind the opening quote. */
static bool scan_string(parser *parser, const uint8_t **close, bool *has_escapes) {
    const uint8_t *at = parser->at;
    *has_escapes = false;
    for (;;) {
        if (at == parser->end) return stop(parser, at, "a string does not end");
        if (*at == '"') break;
        if (*at < 0x20) return stop(parser, at, "a control character is not escaped");
        if (*at >= 0x80) {
            size_t length = brasa_json_utf8_length(at, (size_t)(parser->end - at));
            if (length == 0) return stop(parser, at, "a string is not UTF-8");
            at += length;
            continue;
        }
        if (*at != '\\') {
            at++;
            continue;
        }
        *has_escapes = true;
        if (parser->end - at < 2) return stop(parser, at, "a string does not end");
        if (at[1] != 'u') {
            if (!memchr("\"\\/bfnrt", at[1], 8)) return stop(parser, at, "an escape is unknown");
            at += 2;
            continue;
        }
        int32_t unit = hexadecimal(at + 2, parser->end);
        if (unit < 0) return stop(parser, at, "\\u has not four hexadecimal digits");
        if (unit >= 0xdc00 && unit <= 0xdfff) return stop(parser, at, "a surrogate stands alone");
        at += 6;
        if (unit < 0xd800 || unit > 0xdbff) continue;
        bool pairs = parser->end - at >= 6 && at[0] == '\\' && at[1] == 'u';
        int32_t low = pairs ? hexadecimal(at + 2, parser->end) : -1;
        if (low < 0xdc00 || low > 0xdfff) return stop(parser, at, "a surrogate stands alone");
        at += 6;
    }
    *close = at;
    return true;
}

static size_t put_utf8(uint8_t *out, uint32_t scalar) {
    if (scalar < 0x80) {
        out[0] = (uint8_t)scalar;
        return 1;
    }
    if (scalar < 0x800) {
        out[0] = (uint8_t)(0xc0 | scalar >> 6);
        out[1] = (uint8_t)(0x80 | (scalar & 0x3f));
        return 2;
    }
    if (scalar < 0x10000) {
        out[0] = (uint8_t)(0xe0 | scalar >> 12);
        out[1] = (uint8_t)(0x80 | (scalar >> 6 & 0x3f));
        out[2] = (uint8_t)(0x80 | (scalar & 0x3f));
        return 3;
    }
    out[0] = (uint8_t)(0xf0 | scalar >> 18);
    out[1] = (uint8_t)(0x80 | (scalar >> 12 & 0x3f));
    out[2] = (uint8_t)(0x80 | (scalar >> 6 & 0x3f));
    out[3] = (uint8_t)(0x80 | (scalar & 0x3f));
    return 4;
}

/** Replaces the escapes of a checked string; the result is never longer than its spelling. */
static size_t unescape(uint8_t *out, const uint8_t *at, const uint8_t *close) {
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    size_t used = 0;
    while (at < close) {
        if (*at != '\\') {
            out[used++] = *at++;
        } else if (at[1] != 'u') {
            out[used++] = (uint8_t)to[(const char *)memchr(from, at[1], 8) - from];
            at += 2;
        } else {
            uint32_t scalar = (uint32_t)hexadecimal(at + 2, close);
            at += 6;
            if (scalar >= 0xd800 && scalar <= 0xdbff) {
                scalar = 0x10000 + ((scalar - 0xd800) << 10) + ((uint32_t)hexadecimal(at + 2, close) - 0xdc00);
                at += 6;
            }
            used += put_utf8(out + used, scalar);
        }
    }
    return used;
}

/** Reads a string; at is behind the opening quote. */
static bool read_string(parser *parser, const char **text, size_t *length) {
    const uint8_t *close;
    bool has_escapes;
    if (!scan_string(parser, &close, &has_escapes)) return false;
    *text = (const char *)parser->at;
    *length = (size_t)(close - parser->at);
    if (has_escapes) {
        uint8_t *out = parser->memory.allocate(parser->memory.context, *length);
        if (!out) return stop(parser, parser->at, "there is no memory left");
        *length = unescape(out, parser->at, close);
        *text = (const char *)out;
    }
    parser->at = close + 1;
    return true;
}

static const uint8_t *skip_digits(const uint8_t *at, const uint8_t *end) {
    while (at < end && *at >= '0' && *at <= '9') at++;
    return at;
}

static bool read_number(parser *parser, brasa_json *value) {
    const uint8_t *start = parser->at, *at = start, *end = parser->end;
    if (at < end && *at == '-') at++;
    const uint8_t *digits = at;
    at = skip_digits(at, end);
    if (at == digits) return stop(parser, at, "a number has no digits");
    if (*digits == '0' && at - digits > 1) return stop(parser, digits, "a number begins with a zero");
    if (at < end && *at == '.') {
        const uint8_t *fraction = ++at;
        at = skip_digits(at, end);
        if (at == fraction) return stop(parser, at, "a number has no digits behind its point");
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '+' || *at == '-')) at++;
        const uint8_t *exponent = at;
        at = skip_digits(at, end);
        if (at == exponent) return stop(parser, at, "a number has no digits in its exponent");
    }
    value->kind = BRASA_JSON_NUMBER;
    value->text = (const char *)start;
    value->text_length = (size_t)(at - start);
    parser->at = at;
    return true;
}

static brasa_json *read_value(parser *parser);

/** Reads the rest of an array or object, whose opening bracket is taken. */
static bool read_children(parser *parser, brasa_json *value, bool is_object) {
    const uint8_t close = is_object ? '}' : ']';
    if (++parser->depth > BRASA_JSON_DEPTH_LIMIT)
        return stop(parser, parser->at, "arrays and objects are over 64 deep");
    brasa_json **place = &value->first;
    skip_space(parser);
    bool is_empty = parser->at < parser->end && *parser->at == close;
    if (is_empty) parser->at++;
    while (!is_empty) {
        const char *name = NULL;
        size_t name_length = 0;
        skip_space(parser);
        if (is_object) {
            if (parser->at == parser->end || *parser->at != '"') return stop(parser, parser->at, "a name is missing");
            parser->at++;
            if (!read_string(parser, &name, &name_length)) return false;
            skip_space(parser);
            if (parser->at == parser->end || *parser->at != ':') return stop(parser, parser->at, "a colon is missing");
            parser->at++;
        }
        brasa_json *child = read_value(parser);
        if (!child) return false;
        child->name = name;
        child->name_length = name_length;
        *place = child;
        place = &child->next;
        value->count++;
        skip_space(parser);
        if (parser->at == parser->end) return stop(parser, parser->at, "an array or object does not end");
        uint8_t found = *parser->at;
        if (found != ',' && found != close) return stop(parser, parser->at, "a comma is missing");
        parser->at++;
        if (found == close) break;
    }
    parser->depth--;
    return true;
}

static bool read_word(parser *parser, brasa_json *value, const char *word, brasa_json_kind kind) {
    size_t length = strlen(word);
    if ((size_t)(parser->end - parser->at) < length || memcmp(parser->at, word, length) != 0)
        return stop(parser, parser->at, "a value is missing");
    parser->at += length;
    value->kind = kind;
    return true;
}

static brasa_json *read_value(parser *parser) {
    skip_space(parser);
    brasa_json *value = make_value(parser);
    if (!value) return NULL;
    if (parser->at == parser->end) {
        stop(parser, parser->at, "a value is missing");
        return NULL;
    }
    bool is_good;
    switch (*parser->at) {
    case '{':
    case '[':
        value->kind = *parser->at == '{' ? BRASA_JSON_OBJECT : BRASA_JSON_ARRAY;
        parser->at++;
        is_good = read_children(parser, value, value->kind == BRASA_JSON_OBJECT);
        break;
    case '"':
        value->kind = BRASA_JSON_STRING;
        parser->at++;
        is_good = read_string(parser, &value->text, &value->text_length);
        break;
    case 't': is_good = read_word(parser, value, "true", BRASA_JSON_TRUE); break;
    case 'f': is_good = read_word(parser, value, "false", BRASA_JSON_FALSE); break;
    case 'n': is_good = read_word(parser, value, "null", BRASA_JSON_NULL); break;
    case '-':
    case '0' ... '9': is_good = read_number(parser, value); break;
    default: is_good = stop(parser, parser->at, "a value is missing"); break;
    }
    return is_good ? value : NULL;
}

const brasa_json *brasa_json_parse(
    const void *text, size_t length, brasa_json_memory memory, brasa_json_error *error) {
    static const uint8_t nothing[1];
    const uint8_t *start = text ? text : nothing;
    parser parser = {.start = start, .at = start, .end = start + length, .memory = memory, .error = error};
    *error = (brasa_json_error){0};
    if (length > BRASA_JSON_BYTES_LIMIT) {
        stop(&parser, start, "it is over 16 MiB");
        return NULL;
    }
    brasa_json *value = read_value(&parser);
    if (!value) return NULL;
    skip_space(&parser);
    if (parser.at == parser.end) return value;
    stop(&parser, parser.at, "something follows the value");
    return NULL;
}

const brasa_json *brasa_json_member(const brasa_json *object, const char *name) {
    if (!object || object->kind != BRASA_JSON_OBJECT) return NULL;
    size_t length = strlen(name);
    for (const brasa_json *member = object->first; member; member = member->next)
        if (member->name_length == length && memcmp(member->name, name, length) == 0) return member;
    return NULL;
}

int brasa_json_is(const brasa_json *value, const char *text) {
    size_t length = strlen(text);
    return value && value->kind == BRASA_JSON_STRING && value->text_length == length &&
           memcmp(value->text, text, length) == 0;
}

const char *brasa_json_kind_name(brasa_json_kind kind) {
    static const char *const names[] = {
        [BRASA_JSON_NULL] = "null",        [BRASA_JSON_FALSE] = "false",     [BRASA_JSON_TRUE] = "true",
        [BRASA_JSON_NUMBER] = "a number",  [BRASA_JSON_STRING] = "a string", [BRASA_JSON_ARRAY] = "an array",
        [BRASA_JSON_OBJECT] = "an object",
    };
    return names[kind];
}
