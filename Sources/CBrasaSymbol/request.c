/* Where the values of the parameters come from.
 *
 *   Lambda Invoke   the payload: an object by name, an array by position, or nothing.
 *   HTTP            the query string by name, and the body: raw for the one parameter of type bytes, unless it says that it
 *                   is JSON; else JSON, as above.
 */
#include "symbol.h"
#include <string.h>
#include <strings.h>

static bool is_input(const parameter *parameter) {
    return parameter->name && parameter->pass != PASS_OUT && parameter->type.kind != KIND_NULL;
}

static size_t find(const brasa_symbol *symbol, const char *name, size_t length) {
    for (size_t i = 0; i < symbol->parameter_count; i++) {
        const parameter *parameter = &symbol->parameters[i];
        if (is_input(parameter) && strlen(parameter->name) == length && memcmp(parameter->name, name, length) == 0)
            return i;
    }
    return SIZE_MAX;
}

static const char *join_names(call *call, char *out, size_t capacity) {
    size_t used = 0;
    out[0] = 0;
    for (size_t i = 0; i < call->symbol->parameter_count; i++) {
        const parameter *parameter = &call->symbol->parameters[i];
        size_t length = parameter->name ? strlen(parameter->name) : 0;
        if (!is_input(parameter) || used + length + 3 > capacity) continue;
        if (used > 0) used += (size_t)(stpcpy(out + used, ", ") - (out + used));
        memcpy(out + used, parameter->name, length + 1);
        used += length;
    }
    return used > 0 ? out : "no parameters";
}

static bool give(call *call, source *sources, const char *name, size_t length, source source) {
    size_t index = find(call->symbol, name, length);
    char names[1024], shown[65];
    size_t kept = length < sizeof shown - 1 ? length : sizeof shown - 1;
    memcpy(shown, name, kept);
    shown[kept] = 0;
    if (index == SIZE_MAX)
        return call_refuse(call, shown, "There is no parameter \"%s\"; %s takes %s.", shown, call->symbol->name,
                           join_names(call, names, sizeof names));
    if (sources[index].kind != GIVEN_NOT)
        return call_refuse(call, shown, "Parameter \"%s\" is given more than once; allowed is once.", shown);
    sources[index] = source;
    return true;
}

static bool give_array(call *call, source *sources, const brasa_json *array) {
    const brasa_json *item = array->first;
    size_t most = 0;
    for (size_t i = 0; i < call->symbol->parameter_count; i++) {
        const parameter *parameter = &call->symbol->parameters[i];
        if (!is_input(parameter)) continue;
        most++;
        if (!item) continue;
        source source = {.kind = GIVEN_JSON, .json = item};
        if (!give(call, sources, parameter->name, strlen(parameter->name), source)) return false;
        item = item->next;
    }
    char names[1024];
    if (!item) return true;
    return call_refuse(call, NULL, "The array has %zu values; %s takes %zu: %s.", array->count, call->symbol->name, most,
                       join_names(call, names, sizeof names));
}

/** What is not a value at all, such as an empty payload, gives nothing. */
static bool give_json(call *call, source *sources, const char *text, size_t length, const char *what) {
    if (length == 0) return true;
    brasa_json_error error;
    const brasa_json *json = brasa_json_parse(text, length, call_memory(call), &error);
    if (!json) return call_refuse(call, NULL, "The %s is not JSON: %s at byte %zu.", what, error.reason, error.offset);
    if (json->kind == BRASA_JSON_ARRAY) return give_array(call, sources, json);
    if (json->kind == BRASA_JSON_NULL) return true;
    if (json->kind != BRASA_JSON_OBJECT)
        return call_refuse(call, NULL,
                           "The %s is %s; allowed is an object with the parameters by name, or an array with them in order.",
                           what, brasa_json_kind_name(json->kind));
    for (const brasa_json *member = json->first; member; member = member->next) {
        source source = {.kind = GIVEN_JSON, .json = member};
        if (!give(call, sources, member->name, member->name_length, source)) return false;
    }
    return true;
}

/* ---- HTTP ---- */

static int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/** Percent-decodes; what is no valid escape stays, as at the gateway. */
static size_t decode(char *out, const char *text, size_t length) {
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        int high = text[i] == '%' && i + 2 < length ? digit(text[i + 1]) : -1;
        int low = high >= 0 ? digit(text[i + 2]) : -1;
        if (low >= 0) {
            out[used++] = (char)(high * 16 + low);
            i += 2;
        } else {
            out[used++] = text[i] == '+' ? ' ' : text[i];
        }
    }
    return used;
}

static bool give_query(call *call, source *sources, brasa_bytes query) {
    const char *at = query.ptr, *end = at + query.len;
    char *room = query.len > 0 ? call_allocate(call, query.len) : NULL;
    if (query.len > 0 && !room) return false;
    while (at < end) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        if (!stop) stop = end;
        const char *equals = memchr(at, '=', (size_t)(stop - at));
        const char *name_end = equals ? equals : stop;
        if (stop > at) {
            size_t name_length = decode(room, at, (size_t)(name_end - at));
            const char *name = room;
            room += name_length;
            source source = {.kind = GIVEN_TEXT, .text = room};
            if (equals) source.length = decode(room, equals + 1, (size_t)(stop - equals - 1));
            room += source.length;
            if (!give(call, sources, name, name_length, source)) return false;
        }
        at = stop + 1;
    }
    return true;
}

/** Decodes what the gateway has encoded; NULL when it is not base64 or memory is out, which is then answered. */
static const char *from_base64(call *call, const char *text, size_t length, size_t *out_length) {
    uint8_t *out = call_allocate(call, length / 4 * 3 + 3);
    if (!out) return NULL;
    size_t used = base64_decode(out, text, length);
    if (used == SIZE_MAX) {
        call_refuse(call, NULL, "The event says that its body is base64, and it is not.");
        return NULL;
    }
    *out_length = used;
    return (const char *)out;
}

static bool is_json(const brasa_json *type) {
    if (!type || type->kind != BRASA_JSON_STRING) return false;
    const char *semicolon = memchr(type->text, ';', type->text_length);
    size_t length = semicolon ? (size_t)(semicolon - type->text) : type->text_length;
    while (length > 0 && type->text[length - 1] == ' ') length--;
    return (length == 16 && strncasecmp(type->text, "application/json", 16) == 0) ||
           (length > 5 && strncasecmp(type->text + length - 5, "+json", 5) == 0);
}

static bool read_http(call *call, source *sources) {
    const brasa_invocation *invocation = call->invocation;
    for (size_t i = 0; i < invocation->metadata_count; i++) {
        const brasa_pair *pair = &invocation->metadata[i];
        bool is_query = pair->name.len == 5 && memcmp(pair->name.ptr, "query", 5) == 0;
        if (is_query && !give_query(call, sources, pair->value)) return false;
    }
    brasa_json_error error;
    const brasa_json *event = brasa_json_parse(invocation->event.ptr, invocation->event.len, call_memory(call), &error);
    if (!event) return call_refuse(call, NULL, "The event is not JSON: %s at byte %zu.", error.reason, error.offset);
    const brasa_json *body = brasa_json_member(event, "body"), *encoded = brasa_json_member(event, "isBase64Encoded");
    if (!body || body->kind != BRASA_JSON_STRING || body->text_length == 0) return true;
    const char *text = body->text;
    size_t length = body->text_length;
    if (encoded && encoded->kind == BRASA_JSON_TRUE && !(text = from_base64(call, text, length, &length))) return false;
    const parameter *raw = call->symbol->raw;
    if (!raw || is_json(brasa_json_member(brasa_json_member(event, "headers"), "content-type")))
        return give_json(call, sources, text, length, "body");
    source source = {.kind = GIVEN_BYTES, .text = text, .length = length};
    return give(call, sources, raw->name, strlen(raw->name), source);
}

bool request_read(call *call, source *sources) {
    if (call->is_http) return read_http(call, sources);
    return give_json(call, sources, call->invocation->event.ptr, call->invocation->event.len, "payload");
}
