#include "symbol.h"
#include <stdio.h>
#include <string.h>

typedef struct reader {
    brasa_symbol *symbol;
    brasa_json_memory memory;
    brasa_load_error *error;
} reader;

/** The host makes descriptions, so a wrong one is a mistake of ours: the message is for whoever mends it. */
static bool refuse(reader *reader, const char *what, const brasa_json *where) {
    const char *name = where && where->name ? where->name : "";
    reader->error->phase = BRASA_PHASE_SYMBOL;
    reader->error->code = BRASA_LOAD_FAILED;
    snprintf(reader->error->message, sizeof reader->error->message,
             "The description of a signature for %s cannot be used: %s%s%.*s.", reader->symbol->path, what,
             where && where->name ? " at " : "", where ? (int)where->name_length : 0, name);
    return false;
}

static void *take(reader *reader, size_t bytes) {
    void *out = reader->memory.allocate(reader->memory.context, bytes + 1);
    if (out) memset(out, 0, bytes + 1);
    return out;
}

static const char *copy(reader *reader, const brasa_json *text) {
    char *out = take(reader, text->text_length);
    if (out) memcpy(out, text->text, text->text_length);
    return out;
}

/** A whole number of the description; `otherwise` when the key is absent, SIZE_MAX when it is none. */
static size_t number(const brasa_json *object, const char *key, size_t otherwise) {
    const brasa_json *value = brasa_json_member(object, key);
    if (!value) return otherwise;
    if (value->kind != BRASA_JSON_NUMBER || value->text_length > 9) return SIZE_MAX;
    size_t out = 0;
    for (size_t i = 0; i < value->text_length; i++) {
        if (value->text[i] < '0' || value->text[i] > '9') return SIZE_MAX;
        out = out * 10 + (size_t)(value->text[i] - '0');
    }
    return out;
}

static const struct {
    const char *name;
    kind kind;
    ffi_type *ffi;
} named_types[] = {
    {"void", KIND_VOID, &ffi_type_void},     {"bool", KIND_BOOL, &ffi_type_uint8},
    {"i8", KIND_I8, &ffi_type_sint8},        {"i16", KIND_I16, &ffi_type_sint16},
    {"i32", KIND_I32, &ffi_type_sint32},     {"i64", KIND_I64, &ffi_type_sint64},
    {"u8", KIND_U8, &ffi_type_uint8},        {"u16", KIND_U16, &ffi_type_uint16},
    {"u32", KIND_U32, &ffi_type_uint32},     {"u64", KIND_U64, &ffi_type_uint64},
    {"f32", KIND_F32, &ffi_type_float},      {"f64", KIND_F64, &ffi_type_double},
    {"null", KIND_NULL, &ffi_type_pointer},  {"cstr", KIND_CSTR, &ffi_type_pointer},
    {"bytes", KIND_BYTES, &ffi_type_pointer},
    /* Behind the others: kind_name finds the plain names first. Both targets have 64-bit pointers. */
    {"isize", KIND_I64, &ffi_type_sint64},   {"usize", KIND_U64, &ffi_type_uint64},
};

const char *kind_name(kind kind) {
    for (size_t i = 0; i < sizeof named_types / sizeof *named_types; i++)
        if (named_types[i].kind == kind) return named_types[i].name;
    return "struct";
}

bool kind_is_integer(kind kind) { return kind >= KIND_I8 && kind <= KIND_U64; }

static bool read_type(reader *reader, const brasa_json *json, type *out, unsigned depth);

static bool read_struct(reader *reader, const brasa_json *members, type *out, unsigned depth) {
    if (depth > 8 || members->kind != BRASA_JSON_ARRAY || members->count == 0 || members->count > FIELD_LIMIT)
        return refuse(reader, "a struct is not understood", members);
    field *fields = take(reader, members->count * sizeof *fields);
    ffi_type *ffi = take(reader, sizeof *ffi);
    ffi_type **elements = take(reader, (members->count + 1) * sizeof *elements);
    if (!fields || !ffi || !elements) return refuse(reader, "there is no memory left", members);
    size_t offsets[FIELD_LIMIT], count = 0;
    for (const brasa_json *member = members->first; member; member = member->next, count++) {
        const brasa_json *name = brasa_json_member(member, "name");
        if (!name || name->kind != BRASA_JSON_STRING) return refuse(reader, "a field has no name", members);
        fields[count].name = copy(reader, name);
        if (!read_type(reader, brasa_json_member(member, "type"), &fields[count].type, depth + 1)) return false;
        kind kind = fields[count].type.kind;
        if (kind == KIND_VOID || kind == KIND_NULL || kind == KIND_CSTR || kind == KIND_BYTES)
            return refuse(reader, "a field has a type that structs do not have", members);
        elements[count] = fields[count].type.ffi;
    }
    *ffi = (ffi_type){.type = FFI_TYPE_STRUCT, .elements = elements};
    if (ffi_get_struct_offsets(FFI_DEFAULT_ABI, ffi, offsets) != FFI_OK)
        return refuse(reader, "libffi does not lay a struct out", members);
    for (size_t i = 0; i < count; i++) fields[i].offset = offsets[i];
    *out = (type){.kind = KIND_STRUCT, .ffi = ffi, .size = ffi->size, .fields = fields, .field_count = count};
    return out->size <= FRAME_BYTES_LIMIT / 4 || refuse(reader, "a struct is over 16 KiB", members);
}

static bool read_type(reader *reader, const brasa_json *json, type *out, unsigned depth) {
    const brasa_json *members = brasa_json_member(json, "struct");
    if (members) return read_struct(reader, members, out, depth);
    for (size_t i = 0; i < sizeof named_types / sizeof *named_types; i++) {
        if (!brasa_json_is(json, named_types[i].name)) continue;
        ffi_type *ffi = named_types[i].ffi;
        *out = (type){.kind = named_types[i].kind, .ffi = ffi, .size = ffi->size};
        return true;
    }
    return refuse(reader, "a type is not known", json);
}

/** A place in the frame; offsets count up. */
static size_t place(brasa_symbol *symbol, size_t bytes) {
    size_t offset = symbol->frame_bytes;
    symbol->frame_bytes += (bytes + 15) & ~(size_t)15;
    return offset;
}

static size_t add_argument(brasa_symbol *symbol, ffi_type *ffi) {
    symbol->argument_types[symbol->argument_count] = ffi;
    return symbol->argument_slots[symbol->argument_count++] = place(symbol, ffi->size < 8 ? 8 : ffi->size);
}

/** Gives a parameter its arguments: one, or for a buffer with a length two. */
static void add_arguments(brasa_symbol *symbol, parameter *parameter) {
    bool is_pointer = parameter->pass != PASS_VALUE || parameter->type.ffi == &ffi_type_pointer;
    parameter->slot = add_argument(symbol, is_pointer ? &ffi_type_pointer : parameter->type.ffi);
    bool is_buffer = parameter->type.kind == KIND_CSTR || parameter->type.kind == KIND_BYTES;
    if (parameter->pass != PASS_VALUE && !is_buffer) parameter->content = place(symbol, parameter->type.size);
    if (parameter->length_kind == KIND_VOID) return;
    for (size_t i = 0; i < sizeof named_types / sizeof *named_types; i++) {
        if (named_types[i].kind != parameter->length_kind) continue;
        parameter->length_slot =
            add_argument(symbol, parameter->length_by_pointer ? &ffi_type_pointer : named_types[i].ffi);
        if (parameter->length_by_pointer) parameter->length_content = place(symbol, 8);
        return;
    }
}

static bool read_parameter(reader *reader, const brasa_json *json, parameter *out) {
    if (!read_type(reader, brasa_json_member(json, "type"), &out->type, 0)) return false;
    const brasa_json *name = brasa_json_member(json, "name"), *way = brasa_json_member(json, "pass");
    const brasa_json *length = brasa_json_member(json, "length"), *nullable = brasa_json_member(json, "nullable");
    const brasa_json *by_pointer = brasa_json_member(json, "lengthPointer");
    if (name && !(out->name = copy(reader, name))) return refuse(reader, "there is no memory left", json);
    if (way) {
        out->pass = brasa_json_is(way, "ref") ? PASS_REF : brasa_json_is(way, "out") ? PASS_OUT : PASS_INOUT;
        if (out->pass == PASS_INOUT && !brasa_json_is(way, "inout")) return refuse(reader, "a way to pass is not known", way);
    }
    out->is_nullable = nullable && nullable->kind == BRASA_JSON_TRUE;
    out->length_by_pointer = by_pointer && by_pointer->kind == BRASA_JSON_TRUE;
    out->count = number(json, "count", 0);
    out->value = brasa_json_member(json, "value");
    bool is_buffer = out->type.kind == KIND_CSTR || out->type.kind == KIND_BYTES;
    if (length) {
        type type;
        if (!read_type(reader, length, &type, 0)) return false;
        if (!kind_is_integer(type.kind) || !is_buffer) return refuse(reader, "a length is no integer", json);
        out->length_kind = type.kind;
    }
    bool has_room = out->pass != PASS_OUT || !is_buffer || out->count > 0;
    if (out->type.kind == KIND_VOID || out->count > BUFFER_BYTES_LIMIT || !has_room ||
        (!out->name && !out->value && out->type.kind != KIND_NULL) || (is_buffer && out->pass == PASS_REF))
        return refuse(reader, "a parameter is not understood", json);
    return true;
}

static bool read_result(reader *reader, const brasa_json *json) {
    brasa_symbol *symbol = reader->symbol;
    if (!read_type(reader, brasa_json_member(json, "type"), &symbol->result, 0)) return false;
    symbol->result_count = number(json, "count", 0);
    const brasa_json *length = brasa_json_member(json, "lengthOf");
    for (size_t i = 0; length && i < symbol->parameter_count; i++) {
        parameter *parameter = &symbol->parameters[i];
        if (!parameter->name || !brasa_json_is(length, parameter->name)) continue;
        if (parameter->pass != PASS_OUT || !kind_is_integer(parameter->type.kind)) break;
        parameter->is_result_length = true;
        symbol->result_length = parameter;
    }
    kind kind = symbol->result.kind;
    bool has_length = (symbol->result_count > 0) != (symbol->result_length != NULL);
    if (kind == KIND_NULL || symbol->result_count > BUFFER_BYTES_LIMIT || (kind == KIND_BYTES) != has_length)
        return refuse(reader, "the result is not understood", json);
    /* libffi widens small results to a whole register. */
    size_t size = symbol->result.size < sizeof(ffi_arg) ? sizeof(ffi_arg) : symbol->result.size;
    symbol->result_slot = place(symbol, size);
    return true;
}

static bool read_convention(reader *reader, const brasa_json *json) {
    static const char *const names[] = {"none", "negative", "null", "nonzero", "zero", "errno"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!brasa_json_is(json, names[i])) continue;
        reader->symbol->error = (convention)i;
        return true;
    }
    return refuse(reader, "the convention for errors is not known", json);
}

/** Which parameter a raw body goes to, and which out buffer is as long as the result says. */
static void find_roles(brasa_symbol *symbol) {
    bool has_several = false;
    for (size_t i = 0; i < symbol->parameter_count; i++) {
        parameter *parameter = &symbol->parameters[i];
        if (parameter->type.kind != KIND_BYTES && parameter->type.kind != KIND_CSTR) continue;
        bool is_given = parameter->name && (parameter->pass == PASS_VALUE || parameter->pass == PASS_INOUT);
        if (parameter->type.kind == KIND_BYTES && is_given) {
            has_several |= symbol->raw != NULL;
            symbol->raw = parameter;
        }
        if (parameter->type.kind == KIND_BYTES && parameter->pass == PASS_OUT &&
            parameter->length_kind != KIND_VOID && !parameter->length_by_pointer)
            symbol->sized_by_result = parameter;
    }
    if (has_several) symbol->raw = NULL;
}

bool signature_read(brasa_symbol *symbol, const brasa_json *description, brasa_json_memory memory, brasa_load_error *error) {
    reader reader = {symbol, memory, error};
    const brasa_json *name = brasa_json_member(description, "symbol");
    const brasa_json *signature = brasa_json_member(description, "signature");
    const brasa_json *parameters = brasa_json_member(description, "parameters");
    const brasa_json *release = brasa_json_member(description, "free");
    if (!name || name->kind != BRASA_JSON_STRING || !signature || signature->kind != BRASA_JSON_STRING || !parameters ||
        parameters->kind != BRASA_JSON_ARRAY || parameters->count > PARAMETER_LIMIT)
        return refuse(&reader, "a key is missing", NULL);
    symbol->name = copy(&reader, name);
    symbol->signature = copy(&reader, signature);
    if (release) symbol->release_name = copy(&reader, release);
    symbol->parameters = take(&reader, (parameters->count + 1) * sizeof(parameter));
    symbol->argument_types = take(&reader, (2 * parameters->count + 1) * sizeof(ffi_type *));
    symbol->argument_slots = take(&reader, (2 * parameters->count + 1) * sizeof(size_t));
    if (!symbol->parameters || !symbol->argument_types || !symbol->argument_slots || !symbol->name || !symbol->signature)
        return refuse(&reader, "there is no memory left", NULL);
    size_t fixed = number(description, "fixed", SIZE_MAX);
    symbol->is_variadic = fixed != SIZE_MAX;
    for (const brasa_json *json = parameters->first; json; json = json->next) {
        if (symbol->parameter_count == fixed) symbol->fixed_count = symbol->argument_count;
        parameter *parameter = &symbol->parameters[symbol->parameter_count];
        if (!read_parameter(&reader, json, parameter)) return false;
        symbol->parameter_count++;
        add_arguments(symbol, parameter);
    }
    find_roles(symbol);
    if (!read_result(&reader, brasa_json_member(description, "result"))) return false;
    if (symbol->sized_by_result && !kind_is_integer(symbol->result.kind))
        return refuse(&reader, "the result is no length", NULL);
    if (symbol->frame_bytes > FRAME_BYTES_LIMIT) return refuse(&reader, "its values are over 64 KiB", NULL);
    if (!read_convention(&reader, brasa_json_member(description, "error"))) return false;
    unsigned count = (unsigned)symbol->argument_count;
    ffi_status status =
        symbol->is_variadic
            ? ffi_prep_cif_var(&symbol->cif, FFI_DEFAULT_ABI, (unsigned)symbol->fixed_count, count, symbol->result.ffi,
                               symbol->argument_types)
            : ffi_prep_cif(&symbol->cif, FFI_DEFAULT_ABI, count, symbol->result.ffi, symbol->argument_types);
    return status == FFI_OK || refuse(&reader, "libffi does not prepare the call", NULL);
}
