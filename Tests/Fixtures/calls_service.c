/* Calls the service "echo" with the event as parameters and "body" bytes (default 0) of content, "calls" times (default 1).
 * Replies how the last call went: status|error type|message|bytes of content|result. With "unknown" it asks a service that
 * is not there, with "null" it passes a request that makes no sense, with "huge" one that is too large, with "late" it
 * calls after its reply. */
#include "fixture.h"

static brasa_status answer(brasa_invocation *invocation, brasa_status status, const brasa_response *response) {
    size_t room = response->error_type.len + response->error_message.len + response->result.len + 64;
    char *text = host->allocate(invocation, room);
    int length = snprintf(
        text, room, "%d|%.*s|%.*s|%zu|", (int)status, (int)response->error_type.len,
        response->error_type.len ? (const char *)response->error_type.ptr : "", (int)response->error_message.len,
        response->error_message.len ? (const char *)response->error_message.ptr : "", response->body.len);
    if (response->result.len) memcpy(text + length, response->result.ptr, response->result.len);
    return host->reply(invocation, (brasa_bytes){text, (size_t)length + response->result.len}, NULL, 0);
}

static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    long body_bytes = event_number(invocation, "body", 0), calls = event_number(invocation, "calls", 1);
    char *body = malloc((size_t)body_bytes + 1);
    memset(body, 'b', (size_t)body_bytes);
    brasa_request request = {
        .struct_size = sizeof request,
        .service = bytes_of(event_has(invocation, "unknown") ? "teapot" : "echo"),
        .operation = bytes_of("Repeat"),
        .params = invocation->event,
        .body = {body, (size_t)body_bytes},
    };
    if (event_has(invocation, "null")) request.params = (brasa_bytes){NULL, 1};
    if (event_has(invocation, "huge")) request.params = (brasa_bytes){body, (size_t)1 << 40};
    if (event_has(invocation, "late")) (void)reply_text(invocation, "early");
    brasa_response response = {.struct_size = sizeof response};
    brasa_status status = BRASA_OK;
    for (long i = 0; i < calls && status == BRASA_OK; i++) status = host->call(invocation, &request, &response);
    free(body);
    return event_has(invocation, "late") ? status : answer(invocation, status, &response);
}

FIXTURE("calls_service", invoke)
