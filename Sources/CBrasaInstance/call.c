/* A service call of the function: out through the rings, back through its own slot. */
#include "instance.h"

#include <string.h>

static brasa_status refuse(brasa_response *response, brasa_status status, const char *type, const char *message) {
    response->error_type = (brasa_bytes){type, strlen(type)};
    response->error_message = (brasa_bytes){message, strlen(message)};
    return status;
}

static int is_bad(brasa_bytes bytes) { return bytes.len > 0 && !bytes.ptr; }

/* Fills the frame with the request. */
static void write_call(brasa_port *port, brasa_frame *slot, const brasa_request *request, size_t text_bytes) {
    size_t body_bytes = request->params.len + request->body.len;
    slot->body_bytes = (uint32_t)body_bytes;
    slot->numbers[0] = (int64_t)request->params.len;
    slot->numbers[1] = ++port->calls;
    uint8_t *destination = slot->bytes;
    uint32_t room = BRASA_FRAME_INLINE_BYTES;
    if (text_bytes + body_bytes > room) {
        slot->flags = BRASA_FRAME_IN_ARENA;
        destination = brasa_port_call_arena(port);
        room = BRASA_CALL_ARENA_BYTES;
    }
    (void)brasa_text_append(destination, room, &slot->text_bytes, request->service.ptr, request->service.len);
    (void)brasa_text_append(destination, room, &slot->text_bytes, request->operation.ptr, request->operation.len);
    destination += slot->text_bytes;
    if (request->params.len) memcpy(destination, request->params.ptr, request->params.len);
    if (request->body.len) memcpy(destination + request->params.len, request->body.ptr, request->body.len);
}

/* Copies the result out of the slot, which the next call uses again. */
static brasa_status read_result(
    brasa_port *port, const brasa_frame *frame, brasa_invocation *invocation, brasa_response *response) {
    const uint8_t *from = frame->flags & BRASA_FRAME_IN_ARENA ? brasa_port_call_arena(port) : frame->bytes;
    size_t total = (size_t)frame->text_bytes + frame->body_bytes;
    uint8_t *copy = brasa_instance_host()->allocate(invocation, total ? total : 1);
    if (!copy)
        return refuse(
            response, BRASA_NO_MEMORY, "OutOfMemory", "The answer does not fit the memory that is left to the function.");
    memcpy(copy, from, total);
    uint32_t position = 0, bytes = 0;
    const uint8_t *text = NULL;
    if (brasa_text_next(copy, frame->text_bytes, &position, &text, &bytes) == 0)
        response->error_type = (brasa_bytes){text, bytes};
    if (brasa_text_next(copy, frame->text_bytes, &position, &text, &bytes) == 0)
        response->error_message = (brasa_bytes){text, bytes};
    size_t result_bytes = (size_t)frame->numbers[0];
    response->result = (brasa_bytes){copy + frame->text_bytes, result_bytes};
    response->body = (brasa_bytes){copy + frame->text_bytes + result_bytes, frame->body_bytes - result_bytes};
    return frame->status;
}

brasa_status host_call(brasa_invocation *invocation, const brasa_request *request, brasa_response *response) {
    brasa_instance *instance = instance_running(invocation);
    if (!instance) return BRASA_INVALID;
    if (!request || !response || request->struct_size < sizeof *request || response->struct_size < sizeof *response)
        return BRASA_INVALID;
    *response = (brasa_response){.struct_size = response->struct_size};
    if (is_bad(request->service) || is_bad(request->operation) || is_bad(request->params) || is_bad(request->body))
        return refuse(response, BRASA_INVALID, "InvalidRequest", "A pointer of the request is NULL though its length is not 0.");
    size_t text_bytes = 8 + request->service.len + request->operation.len;
    if (request->service.len > 256 || request->operation.len > 256)
        return refuse(response, BRASA_INVALID, "InvalidRequest", "Names of services and operations have at most 256 bytes.");
    if (request->params.len > BRASA_CALL_ARENA_BYTES || request->body.len > BRASA_CALL_ARENA_BYTES ||
        text_bytes + request->params.len + request->body.len > BRASA_CALL_ARENA_BYTES)
        return refuse(response, BRASA_LIMIT, "RequestEntityTooLargeException", "A service call carries at most 17 MiB.");
    /* An instance that is a process ends about now; a thread of the host would go on and change things nobody asked for any more. */
    if (brasa_now_ns() >= invocation->deadline_ns)
        return refuse(response, BRASA_DEADLINE, "DeadlineExceeded", "The invocation's time is over; the service was not asked.");
    brasa_port *port = instance->port;
    brasa_frame *slot = instance_slot(instance, BRASA_FRAME_CALL, false);
    if (!slot) return BRASA_DEADLINE;
    write_call(port, slot, request, text_bytes);
    if (instance_publish(instance) != 0) return BRASA_INTERNAL;
    const brasa_frame *result = brasa_port_result(port, port->calls);
    return result ? read_result(port, result, invocation, response) : BRASA_DEADLINE;
}
