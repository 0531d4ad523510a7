#include "symbol.h"
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** A parameter or a field of it, for messages. */
typedef struct path {
    const struct path *parent;
    const char *name;
} path;

static void render(const path *path, char *out, size_t capacity) {
    if (!path->parent) {
        snprintf(out, capacity, "%s", path->name);
        return;
    }
    char before[512];
    render(path->parent, before, sizeof before);
    snprintf(out, capacity, "%s.%s", before, path->name);
}

static const path *root(const path *path) { return path->parent ? root(path->parent) : path; }

static void integer_range(kind kind, char *out, size_t capacity) {
    static const struct {
        const char *low, *high;
    } ranges[] = {
        [KIND_I8] = {"-128", "127"},
        [KIND_I16] = {"-32768", "32767"},
        [KIND_I32] = {"-2147483648", "2147483647"},
        [KIND_I64] = {"-9223372036854775808", "9223372036854775807"},
        [KIND_U8] = {"0", "255"},
        [KIND_U16] = {"0", "65535"},
        [KIND_U32] = {"0", "4294967295"},
        [KIND_U64] = {"0", "18446744073709551615"},
    };
    snprintf(out, capacity, "a whole number from %s to %s (%s)", ranges[kind].low, ranges[kind].high, kind_name(kind));
}

static void allowed(const type *type, char *out, size_t capacity) {
    switch (type->kind) {
    case KIND_BOOL: snprintf(out, capacity, "true or false"); break;
    case KIND_F32:
    case KIND_F64:
        snprintf(out, capacity, "a number (%s), \"NaN\", \"Infinity\" or \"-Infinity\"", kind_name(type->kind));
        break;
    case KIND_CSTR: snprintf(out, capacity, "a text without zero bytes (cstr)"); break;
    case KIND_BYTES: snprintf(out, capacity, "bytes, in JSON a string of base64"); break;
    case KIND_STRUCT: {
        size_t used = (size_t)snprintf(out, capacity, "an object with the fields");
        for (size_t i = 0; i < type->field_count && used + 80 < capacity; i++)
            used += (size_t)snprintf(out + used, capacity - used, "%s %s", i ? "," : "", type->fields[i].name);
        break;
    }
    default: integer_range(type->kind, out, capacity); break;
    }
}

/** Says what is there: short values as they are, else their kind. */
static void found(const source *source, char *out, size_t capacity) {
    const char *text = source->text;
    size_t length = source->length;
    if (source->kind == GIVEN_JSON) {
        text = source->json->text;
        length = source->json->text_length;
        brasa_json_kind kind = source->json->kind;
        if ((kind != BRASA_JSON_NUMBER && kind != BRASA_JSON_STRING) || length > 40) {
            bool is_word = kind == BRASA_JSON_TRUE || kind == BRASA_JSON_FALSE;
            snprintf(out, capacity, "%s", is_word ? (kind == BRASA_JSON_TRUE ? "true" : "false") : brasa_json_kind_name(kind));
            return;
        }
        if (length > 0 && memchr(text, 0, length)) {
            snprintf(out, capacity, "a string with a zero byte");
            return;
        }
        const char *quote = kind == BRASA_JSON_STRING ? "\"" : "";
        snprintf(out, capacity, "%s%.*s%s", quote, (int)length, text, quote);
        return;
    }
    if (length > 0 && memchr(text, 0, length)) snprintf(out, capacity, "a text with a zero byte");
    else if (length <= 40) snprintf(out, capacity, "\"%.*s\"", (int)length, text);
    else snprintf(out, capacity, "a text of %zu bytes", length);
}

static bool mismatch(call *call, const type *type, const source *source, const path *path) {
    char name[600], is[128], right[1024];
    render(path, name, sizeof name);
    found(source, is, sizeof is);
    allowed(type, right, sizeof right);
    return call_refuse(call, root(path)->name, "Parameter \"%s\" is %s; allowed is %s.", name, is, right);
}

static bool missing(call *call, const type *type, const path *path) {
    char name[600], right[1024];
    render(path, name, sizeof name);
    allowed(type, right, sizeof right);
    return call_refuse(call, root(path)->name, "Parameter \"%s\" is missing; allowed is %s.", name, right);
}

/* ---- numbers ---- */

int64_t integer_load(kind kind, const void *place) {
    switch (kind) {
    case KIND_I8: return *(const int8_t *)place;
    case KIND_I16: return *(const int16_t *)place;
    case KIND_I32: return *(const int32_t *)place;
    case KIND_U8:
    case KIND_BOOL: return *(const uint8_t *)place;
    case KIND_U16: return *(const uint16_t *)place;
    case KIND_U32: return *(const uint32_t *)place;
    default: return *(const int64_t *)place;
    }
}

void integer_store(kind kind, void *place, int64_t value) {
    switch (kind) {
    case KIND_I8:
    case KIND_U8:
    case KIND_BOOL: *(uint8_t *)place = (uint8_t)value; break;
    case KIND_I16:
    case KIND_U16: *(uint16_t *)place = (uint16_t)value; break;
    case KIND_I32:
    case KIND_U32: *(uint32_t *)place = (uint32_t)value; break;
    default: *(int64_t *)place = value; break;
    }
}

/** Whether a widened integer keeps its value in the kind. */
static bool fits(kind kind, uint64_t magnitude, bool is_negative) {
    static const uint64_t highest[] = {
        [KIND_I8] = INT8_MAX,   [KIND_I16] = INT16_MAX, [KIND_I32] = INT32_MAX,   [KIND_I64] = INT64_MAX,
        [KIND_U8] = UINT8_MAX,  [KIND_U16] = UINT16_MAX, [KIND_U32] = UINT32_MAX, [KIND_U64] = UINT64_MAX,
    };
    if (!is_negative) return magnitude <= highest[kind];
    return magnitude == 0 || (kind <= KIND_I64 && magnitude <= highest[kind] + 1);
}

/** Reads -?digits that fit the kind, spelt as JSON spells them. */
static bool read_integer(kind kind, const char *text, size_t length, void *place) {
    bool is_negative = length > 0 && text[0] == '-';
    size_t start = is_negative;
    if (length == start || length - start > 20 || (text[start] == '0' && length - start > 1)) return false;
    uint64_t magnitude = 0;
    for (size_t i = start; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') return false;
        if (__builtin_mul_overflow(magnitude, 10u, &magnitude) ||
            __builtin_add_overflow(magnitude, (uint64_t)(text[i] - '0'), &magnitude))
            return false;
    }
    if (!fits(kind, magnitude, is_negative)) return false;
    integer_store(kind, place, (int64_t)(is_negative ? -magnitude : magnitude));
    return true;
}

/** Whether text is one number as JSON spells them. */
static bool is_number(call *call, const char *text, size_t length) {
    brasa_json_error error;
    if (length == 0 || (text[0] != '-' && (text[0] < '0' || text[0] > '9'))) return false;
    const brasa_json *json = brasa_json_parse(text, length, call_memory(call), &error);
    return json && json->kind == BRASA_JSON_NUMBER && json->text_length == length;
}

/** Reads a number, or one of the three names; a finite number that becomes infinite does not fit. */
static bool read_float(kind kind, const char *text, size_t length, bool is_spelt, void *place) {
    static const struct {
        const char *name;
        double value;
    } names[] = {{"NaN", NAN}, {"Infinity", INFINITY}, {"-Infinity", -INFINITY}};
    double value = NAN;
    bool is_name = false;
    for (size_t i = 0; i < 3 && !is_name; i++) {
        is_name = length == strlen(names[i].name) && memcmp(text, names[i].name, length) == 0;
        if (is_name) value = names[i].value;
    }
    if (!is_name) {
        char buffer[512];
        if (!is_spelt || length >= sizeof buffer) return false;
        memcpy(buffer, text, length);
        buffer[length] = 0;
        /* Twice, because going through double would round twice. */
        if (kind == KIND_F32) {
            float single = strtof(buffer, NULL);
            if (isinf(single)) return false;
            memcpy(place, &single, sizeof single);
            return true;
        }
        value = strtod(buffer, NULL);
        if (isinf(value)) return false;
    }
    float single = (float)value;
    if (kind == KIND_F32) memcpy(place, &single, sizeof single);
    else memcpy(place, &value, sizeof value);
    return true;
}

/* ---- values ---- */

static bool store(call *call, const type *type, const source *source, void *place, const path *path);

static bool store_struct(call *call, const type *type, const source *given, uint8_t *place, const path *path) {
    const brasa_json *object = given->json;
    if (given->kind == GIVEN_TEXT) { /* of a query string */
        brasa_json_error error;
        object = brasa_json_parse(given->text, given->length, call_memory(call), &error);
    }
    if (!object || object->kind != BRASA_JSON_OBJECT) return mismatch(call, type, given, path);
    for (const brasa_json *member = object->first; member; member = member->next) {
        size_t i = 0;
        while (i < type->field_count && (strlen(type->fields[i].name) != member->name_length ||
                                         memcmp(type->fields[i].name, member->name, member->name_length) != 0))
            i++;
        char name[600], right[1024];
        render(path, name, sizeof name);
        allowed(type, right, sizeof right);
        if (i == type->field_count)
            return call_refuse(call, root(path)->name, "Parameter \"%s\" has a field \"%.*s\"; allowed is %s.", name,
                               (int)(member->name_length < 64 ? member->name_length : 64), member->name, right);
        for (const brasa_json *other = object->first; other != member; other = other->next)
            if (other->name_length == member->name_length && memcmp(other->name, member->name, member->name_length) == 0)
                return call_refuse(call, root(path)->name, "Parameter \"%s.%s\" is given more than once; allowed is once.",
                                   name, type->fields[i].name);
    }
    for (size_t i = 0; i < type->field_count; i++) {
        const field *field = &type->fields[i];
        struct path inner = {path, field->name};
        const brasa_json *member = brasa_json_member(object, field->name);
        if (!member) return missing(call, &field->type, &inner);
        source source = {.kind = GIVEN_JSON, .json = member};
        if (!store(call, &field->type, &source, place + field->offset, &inner)) return false;
    }
    return true;
}

static bool store_bool(const source *source, uint8_t *place) {
    if (source->kind == GIVEN_JSON) {
        *place = source->json->kind == BRASA_JSON_TRUE;
        return source->json->kind == BRASA_JSON_TRUE || source->json->kind == BRASA_JSON_FALSE;
    }
    *place = source->length == 4 && memcmp(source->text, "true", 4) == 0;
    return *place || (source->length == 5 && memcmp(source->text, "false", 5) == 0);
}

/** Writes a value into place; a scalar or struct. */
static bool store(call *call, const type *type, const source *source, void *place, const path *path) {
    bool is_text = source->kind != GIVEN_JSON;
    const char *text = is_text ? source->text : source->json->text;
    size_t length = is_text ? source->length : source->json->text_length;
    bool is_number_value = !is_text && source->json->kind == BRASA_JSON_NUMBER;
    bool is_string = !is_text && source->json->kind == BRASA_JSON_STRING;
    switch (type->kind) {
    case KIND_STRUCT: return store_struct(call, type, source, place, path);
    case KIND_BOOL: return store_bool(source, place) || mismatch(call, type, source, path);
    case KIND_F32:
    case KIND_F64: {
        bool is_spelt = is_number_value || (is_text && is_number(call, text, length));
        bool is_good = (is_spelt || is_text || is_string) && read_float(type->kind, text, length, is_spelt, place);
        return is_good || mismatch(call, type, source, path);
    }
    default:
        return ((is_text || is_number_value) && read_integer(type->kind, text, length, place)) ||
               mismatch(call, type, source, path);
    }
}

/** What is given for a buffer, as bytes: in JSON a text for cstr, base64 for bytes. */
static bool content(call *call, const parameter *parameter, const source *source, const char **text, size_t *length,
                    const path *path) {
    *text = source->text;
    *length = source->length;
    if (source->kind == GIVEN_JSON) {
        if (source->json->kind != BRASA_JSON_STRING) return mismatch(call, &parameter->type, source, path);
        *text = source->json->text;
        *length = source->json->text_length;
        if (parameter->type.kind == KIND_BYTES) {
            uint8_t *out = call_allocate(call, *length / 4 * 3 + 3);
            if (!out) return false;
            size_t used = base64_decode(out, *text, *length);
            if (used == SIZE_MAX) return mismatch(call, &parameter->type, source, path);
            *text = (const char *)out;
            *length = used;
        }
    }
    if (parameter->type.kind == KIND_CSTR && memchr(*text, 0, *length)) return mismatch(call, &parameter->type, source, path);
    if (parameter->count > 0 && *length != parameter->count)
        return call_refuse(call, path->name, "Parameter \"%s\" has %zu bytes; allowed are exactly %zu.", path->name, *length,
                           parameter->count);
    uint64_t most = parameter->length_kind == KIND_VOID ? UINT64_MAX : 0;
    for (uint64_t step = 1; most == 0 && step; step <<= 1) /* the highest number of the length's type */
        if (!fits(parameter->length_kind, step, false)) most = step - 1;
    if (most > 0 && *length > most)
        return call_refuse(call, path->name, "Parameter \"%s\" has %zu bytes; allowed are %llu, because its length is %s.",
                           path->name, *length, (unsigned long long)most, kind_name(parameter->length_kind));
    return true;
}

static void store_pointer(call *call, size_t slot, const void *pointer) {
    memcpy(call->frame + slot, &pointer, sizeof pointer);
}

/** A buffer behind a pointer, and its length behind that. */
static bool store_buffer(call *call, size_t index, const source *source, const path *path) {
    const parameter *parameter = &call->symbol->parameters[index];
    const char *text = NULL;
    size_t length = parameter->count;
    uint8_t *buffer;
    if (parameter->pass == PASS_OUT) {
        /* One byte more, so that a text that fills its room ends all the same. Zeroed: what an earlier caller got lies in
         * recycled memory. */
        if (!(buffer = call_allocate(call, length + 1))) return false;
        memset(buffer, 0, length + 1);
    } else {
        if (!content(call, parameter, source, &text, &length, path)) return false;
        bool copies = parameter->type.kind == KIND_CSTR || parameter->pass == PASS_INOUT;
        buffer = copies ? call_allocate(call, length + 1) : (uint8_t *)text;
        if (copies && !buffer) return false;
        if (copies) memcpy(buffer, text, length);
        if (copies) buffer[length] = 0;
        if (!buffer) buffer = (uint8_t *)""; /* an empty body has no address, and many functions do not take NULL */
    }
    call->buffers[index] = buffer;
    call->buffer_bytes[index] = length;
    store_pointer(call, parameter->slot, buffer);
    if (parameter->length_kind == KIND_VOID) return true;
    uint8_t *place = call->frame + parameter->length_slot;
    if (parameter->length_by_pointer) {
        place = call->frame + parameter->length_content;
        store_pointer(call, parameter->length_slot, place);
    }
    integer_store(parameter->length_kind, place, (int64_t)length);
    return true;
}

static bool fill(call *call, size_t index, const source *given) {
    const parameter *parameter = &call->symbol->parameters[index];
    path path = {NULL, parameter->name ? parameter->name : call->symbol->name};
    source constant = {.kind = GIVEN_JSON, .json = parameter->value};
    if (given->kind == GIVEN_NOT && parameter->value) given = &constant;
    bool is_null = given->kind == GIVEN_JSON && given->json->kind == BRASA_JSON_NULL && parameter->is_nullable;
    if (parameter->type.kind == KIND_NULL || is_null) return true; /* the frame is zero */
    bool is_out = parameter->pass == PASS_OUT;
    if (given->kind == GIVEN_NOT && !is_out) return missing(call, &parameter->type, &path);
    if (parameter->type.kind == KIND_CSTR || parameter->type.kind == KIND_BYTES)
        return store_buffer(call, index, given, &path);
    uint8_t *place = call->frame + parameter->slot;
    if (parameter->pass != PASS_VALUE) {
        place = call->frame + parameter->content;
        store_pointer(call, parameter->slot, place);
    }
    return is_out || store(call, &parameter->type, given, place, &path);
}

locale_t number_locale(void) {
    static locale_t plain;
    if (!plain) plain = newlocale(LC_ALL_MASK, "C", NULL);
    return plain;
}

bool arguments_fill(call *call, const source *sources) {
    locale_t before = uselocale(number_locale());
    bool is_good = true;
    for (size_t i = 0; is_good && i < call->symbol->parameter_count; i++) is_good = fill(call, i, &sources[i]);
    uselocale(before);
    return is_good;
}
