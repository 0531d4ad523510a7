/* The result and the out parameters: nothing is null, one value is that value, several are an object. */
#include "symbol.h"
#include <locale.h>
#include <string.h>

/** A value that goes out, found once before anything is written. */
typedef struct output {
    const char *name;
    const type *type;
    const uint8_t *bytes; /**< of a buffer; NULL: JSON null */
    size_t length;
    const void *place; /**< of a scalar or struct */
    bool is_buffer;
} output;

/** How long an out buffer's content is. False: not as long as it can be, and the caller has been answered. */
static bool length_of(call *call, size_t index, size_t *length) {
    const brasa_symbol *symbol = call->symbol;
    const parameter *parameter = &symbol->parameters[index];
    size_t room = call->buffer_bytes[index];
    *length = room;
    if (parameter->pass == PASS_OUT && parameter->type.kind == KIND_CSTR) {
        *length = strnlen((const char *)call->buffers[index], room);
        return true;
    }
    bool has_length = parameter->length_by_pointer || symbol->sized_by_result == parameter;
    if (!has_length) return true;
    kind kind = parameter->length_by_pointer ? parameter->length_kind : symbol->result.kind;
    size_t place = parameter->length_by_pointer ? parameter->length_content : symbol->result_slot;
    int64_t said = integer_load(kind, call->frame + place);
    *length = (size_t)said;
    if (said < 0 && kind <= KIND_I64)
        return call_fail(call, "Symbol.InvalidLength", "%s gives %lld as the length of \"%s\".", symbol->name,
                         (long long)said, parameter->name);
    return *length <= room ||
           call_fail(call, "Symbol.InvalidLength", "%s gives %zu as the length of \"%s\", which has room for %zu bytes.",
                     symbol->name, *length, parameter->name, room);
}

static bool add_result(call *call, output *outputs, size_t *count) {
    const brasa_symbol *symbol = call->symbol;
    kind kind = symbol->result.kind;
    if (kind == KIND_VOID || symbol->sized_by_result || symbol->error == ERROR_NONZERO) return true;
    output *out = &outputs[(*count)++];
    *out = (output){.name = "result", .type = &symbol->result, .place = call->frame + symbol->result_slot};
    if (kind != KIND_CSTR && kind != KIND_BYTES) return true;
    out->is_buffer = true;
    out->bytes = result_pointer(call);
    if (!out->bytes) return true;
    out->length = kind == KIND_CSTR ? strlen((const char *)out->bytes) : symbol->result_count;
    if (!symbol->result_length) return true;
    const parameter *length = symbol->result_length;
    int64_t said = integer_load(length->type.kind, call->frame + length->content);
    out->length = (size_t)said;
    return (said >= 0 && out->length <= BUFFER_BYTES_LIMIT) ||
           call_fail(call, "Symbol.InvalidLength", "%s gives %lld as the length of its result; allowed are at most %u.",
                     symbol->name, (long long)said, BUFFER_BYTES_LIMIT);
}

static bool collect(call *call, output *outputs, size_t *count) {
    const brasa_symbol *symbol = call->symbol;
    if (!add_result(call, outputs, count)) return false;
    for (size_t i = 0; i < symbol->parameter_count; i++) {
        const parameter *parameter = &symbol->parameters[i];
        if (parameter->pass < PASS_OUT || parameter->is_result_length) continue;
        output *out = &outputs[(*count)++];
        *out = (output){.name = parameter->name, .type = &parameter->type};
        out->is_buffer = parameter->type.kind == KIND_CSTR || parameter->type.kind == KIND_BYTES;
        out->place = call->frame + parameter->content;
        if (!out->is_buffer) continue;
        out->bytes = call->buffers[i];
        if (!length_of(call, i, &out->length)) return false;
    }
    return true;
}

static void write_output(writer *out, const output *output) {
    if (!output->is_buffer) write_value(out, output->type, output->place);
    else if (!output->bytes) write_text(out, "null");
    else if (output->type->kind == KIND_CSTR) write_string(out, (const char *)output->bytes, output->length);
    else write_base64(out, output->bytes, output->length);
}

static bool send(call *call, const void *bytes, size_t length, const char *content_type) {
    const brasa_pair head[] = {{{"content-type", 12}, {content_type, strlen(content_type)}}};
    brasa_status status =
        call->symbol->host->reply(call->invocation, (brasa_bytes){bytes, length}, head, call->is_http ? 1 : 0);
    if (status != BRASA_OK) call->status = status;
    return status == BRASA_OK;
}

bool reply_send(call *call) {
    output outputs[PARAMETER_LIMIT + 1];
    size_t count = 0;
    if (!collect(call, outputs, &count)) return false;
    /* Bytes alone need no JSON around them where the caller can take them as they are. */
    if (call->is_http && count == 1 && outputs[0].type->kind == KIND_BYTES && outputs[0].bytes)
        return send(call, outputs[0].bytes, outputs[0].length, "application/octet-stream");
    writer out = {.call = call};
    locale_t before = uselocale(number_locale());
    if (count == 0) write_text(&out, "null");
    for (size_t i = 0; i < count; i++) {
        if (count > 1) {
            write_text(&out, i == 0 ? "{" : ",");
            write_string(&out, outputs[i].name, strlen(outputs[i].name));
            write_text(&out, ":");
        }
        write_output(&out, &outputs[i]);
    }
    if (count > 1) write_text(&out, "}");
    uselocale(before);
    return !out.is_broken && send(call, out.bytes, out.length, "application/json");
}
