/* hello-c: greets in C, without a library. HTTP gets text by the metadata fast path, everybody else JSON. */
#include <brasa_c.h>

enum { NAME_LIMIT = 256 };

static brasa_bytes greeting(brasa_invocation *call, brasa_bytes name, const char *end) {
    brasa_bytes parts[] = {
        brasa_text(name.len > 0 ? "Hello " : "Hello"),
        name,
        brasa_text(name.len > 0 ? ", from C: small, old and still warm." : " from C: small, old and still warm."),
        brasa_text(end),
    };
    return brasa_concat(call, parts, sizeof parts / sizeof parts[0]);
}

static brasa_status greet_http(brasa_invocation *call) {
    brasa_bytes name = {NULL, 0};
    switch (brasa_query_get(call, brasa_metadata(call, "query"), "name", &name)) {
    case BRASA_OK:
    case BRASA_NOT_FOUND:
        break;
    case BRASA_INVALID:
        return brasa_reply_http(
            call, 400, "text/plain; charset=utf-8", brasa_text("The query's name is not percent-encoded UTF-8.\n"));
    default:
        return brasa_fail(call, "OutOfMemory", "There is no memory to read the query.");
    }
    if (name.len > NAME_LIMIT) {
        brasa_bytes why = brasa_format(
            call, "The name has %zu bytes; at most %d are allowed.\n", name.len, NAME_LIMIT);
        return brasa_reply_http(call, 400, "text/plain; charset=utf-8", why);
    }
    brasa_bytes body = greeting(call, name, "\n");
    if (!body.ptr) return brasa_fail(call, "OutOfMemory", "There is no memory for the greeting.");
    return brasa_reply_http(call, 200, "text/plain; charset=utf-8", body);
}

BRASA_FUNCTION(hello, "hello-c") {
    if (brasa_is_http(call)) return greet_http(call);

    brasa_bytes name = {NULL, 0};
    const char *why = NULL;
    if (call->event.len > 0) {
        brasa_status status = brasa_json_get(call, call->event, "name", &name, &why);
        if (status != BRASA_OK && status != BRASA_NOT_FOUND)
            return brasa_fail(call, "InvalidEvent", "The event %s; expected: {\"name\": \"Ada\"} or {}.", why);
    }
    if (name.len > NAME_LIMIT)
        return brasa_fail(
            call, "InvalidName", "The name has %zu bytes; at most %d are allowed.", name.len, NAME_LIMIT);

    brasa_bytes message = brasa_json_string(call, greeting(call, name, ""));
    if (!message.ptr) return brasa_fail(call, "OutOfMemory", "There is no memory for the greeting.");
    return brasa_reply(
        call, brasa_format(call, "{\"language\":\"c\",\"message\":%s}", (const char *)message.ptr));
}

BRASA_MODULE("hello-c", "1.0.0", hello)
