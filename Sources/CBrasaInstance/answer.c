/* The functions of the host table that answer an invocation. */
#include "instance.h"

#include <string.h>

brasa_status host_reply(brasa_invocation *invocation, brasa_bytes body, const brasa_pair *metadata, size_t count) {
    brasa_instance *instance = instance_running(invocation);
    if (!instance || (body.len > 0 && !body.ptr) || (count > 0 && !metadata)) return BRASA_INVALID;
    struct brasa_active *current = &instance->active;
    if (current->answer != BRASA_ANSWER_NONE) return BRASA_INVALID;
    size_t text = pairs_bytes(metadata, count);
    if (count > BRASA_PAIRS_LIMIT || text > BRASA_REPLY_TEXT_BYTES) return BRASA_LIMIT;
    if (body.len > BRASA_REPLY_LIMIT_BYTES) {
        current->too_large = true;
        current->attempted_bytes = body.len;
        return BRASA_LIMIT;
    }
    bool is_reserved = current->reserved && body.ptr == current->reserved && body.len <= current->reserved_bytes;
    uint8_t *destination = instance->kept;
    current->in_arena = is_reserved || text + body.len > sizeof instance->kept;
    if (current->in_arena) destination = brasa_port_reply_arena(instance->port) + BRASA_REPLY_TEXT_BYTES - text;
    uint32_t used = 0;
    (void)append_pairs(destination, BRASA_REPLY_TEXT_BYTES, &used, metadata, count);
    if (!is_reserved && body.len > 0) memcpy(destination + used, body.ptr, body.len);
    current->pairs = (uint32_t)count;
    current->text_bytes = used;
    current->body_bytes = (uint32_t)body.len;
    current->reserved = NULL;
    current->answer = BRASA_ANSWER_REPLY;
    return BRASA_OK;
}

void keep_error(
    brasa_instance *instance, const void *type, size_t type_bytes, const void *message, size_t message_bytes) {
    struct brasa_active *active = &instance->active;
    if (type_bytes > BRASA_ERROR_TYPE_BYTES) type_bytes = BRASA_ERROR_TYPE_BYTES;
    /* While a stream is under way the arena is full of its segments, so the text has to fit the frame. */
    bool streams = active->answer == BRASA_ANSWER_BEGUN || active->answer == BRASA_ANSWER_ENDED;
    size_t most = streams ? BRASA_FRAME_INLINE_BYTES - BRASA_ERROR_TYPE_BYTES - 8 : BRASA_ERROR_MESSAGE_BYTES;
    if (message_bytes > most) message_bytes = most;
    active->text_bytes = 0;
    uint8_t *text = instance->error_text;
    (void)brasa_text_append(text, sizeof instance->error_text, &active->text_bytes, type, type_bytes);
    (void)brasa_text_append(text, sizeof instance->error_text, &active->text_bytes, message, message_bytes);
}

brasa_status host_fail(brasa_invocation *invocation, brasa_status status, brasa_bytes type, brasa_bytes message) {
    brasa_instance *instance = instance_running(invocation);
    if (!instance || status >= 0 || (type.len > 0 && !type.ptr) || (message.len > 0 && !message.ptr)) return BRASA_INVALID;
    struct brasa_active *current = &instance->active;
    if (current->failure != BRASA_OK) return BRASA_INVALID;
    current->failure = status;
    keep_error(instance, type.ptr, type.len, message.ptr, message.len);
    /* A reply is still here: the error takes its place, as an error that invoke returns does. */
    if (current->answer == BRASA_ANSWER_NONE || current->answer == BRASA_ANSWER_REPLY) current->answer = BRASA_ANSWER_FAILED;
    return BRASA_OK;
}

brasa_status host_begin(brasa_invocation *invocation, const brasa_pair *metadata, size_t count) {
    brasa_instance *instance = instance_running(invocation);
    if (!instance || (count > 0 && !metadata)) return BRASA_INVALID;
    struct brasa_active *current = &instance->active;
    if (current->answer != BRASA_ANSWER_NONE) return BRASA_INVALID;
    if (count > BRASA_PAIRS_LIMIT || pairs_bytes(metadata, count) > BRASA_FRAME_INLINE_BYTES) return BRASA_LIMIT;
    brasa_frame *slot = instance_slot(instance, BRASA_FRAME_BEGIN, false);
    if (!slot) return BRASA_CLOSED;
    slot->pairs = (uint16_t)count;
    (void)append_pairs(slot->bytes, BRASA_FRAME_INLINE_BYTES, &slot->text_bytes, metadata, count);
    current->answer = BRASA_ANSWER_BEGUN;
    current->reserved = NULL;
    return instance_publish(instance) == 0 ? BRASA_OK : BRASA_INTERNAL;
}

/* One CHUNK frame: inline when small, else in its stream segment. */
static brasa_status send_chunk(brasa_instance *instance, const uint8_t *bytes, size_t count) {
    struct brasa_active *current = &instance->active;
    if (brasa_port_is_cancelled(instance->port)) return BRASA_CLOSED;
    uint32_t offset = 0;
    bool is_inline = count <= BRASA_FRAME_INLINE_BYTES;
    bool is_reserved = current->reserved_segment && bytes == current->reserved;
    if (is_reserved) {
        offset = current->reserved_offset;
        is_inline = false;
    } else if (!is_inline) {
        uint8_t *segment = brasa_port_segment(instance->port, &offset);
        if (!segment) return BRASA_CLOSED;
        memcpy(segment, bytes, count);
    }
    brasa_frame *slot = instance_slot(instance, BRASA_FRAME_CHUNK, true);
    if (!slot) return BRASA_CLOSED;
    slot->body_bytes = (uint32_t)count;
    if (is_inline) {
        memcpy(slot->bytes, bytes, count);
    } else {
        slot->flags = BRASA_FRAME_IN_ARENA;
        slot->arena_offset = offset;
    }
    return instance_publish(instance) == 0 ? BRASA_OK : BRASA_INTERNAL;
}

brasa_status host_write(brasa_invocation *invocation, brasa_bytes chunk) {
    brasa_instance *instance = instance_running(invocation);
    if (!instance || (chunk.len > 0 && !chunk.ptr)) return BRASA_INVALID;
    struct brasa_active *current = &instance->active;
    if (current->answer != BRASA_ANSWER_BEGUN) return BRASA_INVALID;
    const uint8_t *bytes = chunk.ptr;
    size_t left = chunk.len;
    brasa_status status = BRASA_OK;
    if (current->reserved_segment && bytes == current->reserved && left > current->reserved_bytes) return BRASA_INVALID;
    while (left > 0 && status == BRASA_OK) {
        size_t count = left < BRASA_SEGMENT_BYTES ? left : BRASA_SEGMENT_BYTES;
        status = send_chunk(instance, bytes, count);
        bytes += count;
        left -= count;
    }
    if (current->reserved_segment && chunk.ptr == current->reserved) {
        current->reserved = NULL;
        current->reserved_segment = false;
    }
    return status;
}

brasa_status host_end(brasa_invocation *invocation) {
    brasa_instance *instance = instance_running(invocation);
    if (!instance) return BRASA_INVALID;
    struct brasa_active *current = &instance->active;
    if (current->answer != BRASA_ANSWER_BEGUN) return BRASA_INVALID;
    brasa_frame *slot = instance_slot(instance, BRASA_FRAME_END, true);
    if (!slot) return BRASA_CLOSED;
    current->answer = BRASA_ANSWER_ENDED;
    return instance_publish(instance) == 0 ? BRASA_OK : BRASA_INTERNAL;
}

void *host_reserve(brasa_invocation *invocation, size_t bytes) {
    brasa_instance *instance = instance_running(invocation);
    if (!instance || bytes == 0) return NULL;
    struct brasa_active *current = &instance->active;
    if (current->answer == BRASA_ANSWER_BEGUN) {
        if (bytes > BRASA_SEGMENT_BYTES) return NULL;
        if (!current->reserved_segment) { /* a second reserve without a write gets the same segment */
            uint8_t *segment = brasa_port_segment(instance->port, &current->reserved_offset);
            if (!segment) return NULL;
            current->reserved = segment;
            current->reserved_segment = true;
        }
    } else if (current->answer == BRASA_ANSWER_NONE) {
        if (bytes > BRASA_REPLY_LIMIT_BYTES) return NULL;
        current->reserved = brasa_port_reply_arena(instance->port) + BRASA_REPLY_TEXT_BYTES;
    } else {
        return NULL;
    }
    current->reserved_bytes = bytes;
    return (void *)current->reserved;
}
