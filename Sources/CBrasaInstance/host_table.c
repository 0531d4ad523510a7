/* The functions of the host table that do not answer an invocation, and the table. */
#include "instance.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_BYTES (16u << 10)

struct brasa_block { /* one piece of the invocation's memory */
    struct brasa_block *next;
    size_t used, capacity;
    _Alignas(16) uint8_t bytes[];
};

/* ---- text ---- */

int append_pairs(uint8_t *text, uint32_t capacity, uint32_t *used, const brasa_pair *pairs, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (brasa_text_append(text, capacity, used, pairs[i].name.ptr, pairs[i].name.len) != 0 ||
            brasa_text_append(text, capacity, used, pairs[i].value.ptr, pairs[i].value.len) != 0)
            return -1;
    return 0;
}

size_t pairs_bytes(const brasa_pair *pairs, size_t count) {
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++) bytes += 8 + pairs[i].name.len + pairs[i].value.len;
    return bytes;
}

/* ---- log ---- */

static void log_to_output(int level, brasa_bytes message) {
    static const char *const names[] = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR"};
    fprintf(stderr, "[%s] %.*s\n", names[level], (int)message.len, (const char *)message.ptr);
}

static void send_log(
    brasa_instance *instance, int level, brasa_bytes message, const brasa_pair *fields, size_t count) {
    brasa_frame *slot = instance_slot(instance, BRASA_FRAME_LOG, false);
    if (!slot) return;
    slot->status = level;
    slot->pairs = (uint16_t)count;
    (void)brasa_text_append(slot->bytes, BRASA_FRAME_INLINE_BYTES, &slot->text_bytes, message.ptr, message.len);
    (void)append_pairs(slot->bytes, BRASA_FRAME_INLINE_BYTES, &slot->text_bytes, fields, count);
    (void)instance_publish(instance);
}

/* A thread of the host has no output of its own that would take any size: a line that does not fit a frame becomes several. */
static void send_long_log(
    brasa_instance *instance, int level, brasa_bytes message, const brasa_pair *fields, size_t count) {
    const size_t most = BRASA_FRAME_INLINE_BYTES - 4;
    const char *bytes = message.ptr;
    while (message.len > 0) {
        size_t length = message.len < most ? message.len : most;
        /* Between characters: a byte 10xxxxxx continues one. */
        while (length < message.len && length > most - 4 && (bytes[length] & 0xC0) == 0x80) length--;
        send_log(instance, level, (brasa_bytes){bytes, length}, NULL, 0);
        bytes += length;
        message.len -= length;
    }
    for (size_t i = 0; i < count; i++)
        if (4 + pairs_bytes(fields + i, 1) <= BRASA_FRAME_INLINE_BYTES)
            send_log(instance, level, (brasa_bytes){NULL, 0}, fields + i, 1);
}

static void host_log(
    brasa_invocation *invocation, int level, brasa_bytes message, const brasa_pair *fields, size_t count) {
    if (level < BRASA_LOG_TRACE) level = BRASA_LOG_TRACE;
    if (level > BRASA_LOG_ERROR) level = BRASA_LOG_ERROR;
    if (message.len > 0 && !message.ptr) return;
    brasa_instance *instance = instance_running(invocation);
    if (!instance) instance = instance_here();
    bool fits = count <= BRASA_PAIRS_LIMIT && 4 + message.len + pairs_bytes(fields, count) <= BRASA_FRAME_INLINE_BYTES;
    if (instance && fits) {
        send_log(instance, level, message, fields, count);
    } else if (instance && !instance->is_process) {
        send_long_log(instance, level, message, fields, count);
    } else { /* before the first invocation, or long: the output pipe takes any size */
        log_to_output(level, message);
    }
}

/* ---- limits ---- */

static int64_t host_time_left_ns(const brasa_invocation *invocation) {
    return (int64_t)(invocation->deadline_ns - brasa_now_ns());
}

static int64_t host_memory_left_bytes(const brasa_invocation *invocation) {
    static int statm = -1;
    const brasa_instance *instance = instance_running(invocation);
    if (!instance || !instance->is_process) return -1; /* the process's memory is the host's */
    if (statm < 0) statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    char text[128];
    ssize_t got = statm < 0 ? -1 : pread(statm, text, sizeof text - 1, 0);
    if (got <= 0) return -1;
    text[got] = 0;
    long total, resident;
    if (sscanf(text, "%ld %ld", &total, &resident) != 2) return -1;
    int64_t left = (int64_t)invocation->memory_limit_bytes - (int64_t)resident * sysconf(_SC_PAGESIZE);
    return left > 0 ? left : 0;
}

static int host_cancelled(const brasa_invocation *invocation) {
    const brasa_instance *instance = instance_running(invocation);
    return !instance || brasa_port_is_cancelled(instance->port) ||
           host_time_left_ns(invocation) <= 0;
}

static void *host_allocate(brasa_invocation *invocation, size_t bytes) {
    brasa_instance *instance = instance_running(invocation);
    if (!instance || bytes > instance->active.public.memory_limit_bytes) return NULL;
    struct brasa_active *current = &instance->active;
    bytes = (bytes + 15) & ~(size_t)15;
    struct brasa_block *block = current->blocks;
    if (!block || block->capacity - block->used < bytes) {
        size_t capacity = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
        if (current->allocated + capacity > current->public.memory_limit_bytes) return NULL;
        block = malloc(sizeof *block + capacity);
        if (!block) return NULL;
        *block = (struct brasa_block){.next = current->blocks, .capacity = capacity};
        current->blocks = block;
        current->allocated += capacity;
    }
    void *out = block->bytes + block->used;
    block->used += bytes;
    return out;
}

void free_blocks(struct brasa_active *current) {
    while (current->blocks) {
        struct brasa_block *next = current->blocks->next;
        free(current->blocks);
        current->blocks = next;
    }
}

/* ---- metrics, spans ---- */

static void send_metric(
    brasa_invocation *invocation, int32_t kind, brasa_bytes name, double value, const brasa_pair *labels, size_t count) {
    brasa_instance *instance = instance_running(invocation);
    if (!instance || count > BRASA_PAIRS_LIMIT || (name.len > 0 && !name.ptr) ||
        4 + name.len + pairs_bytes(labels, count) > BRASA_FRAME_INLINE_BYTES)
        return;
    brasa_frame *slot = instance_slot(instance, BRASA_FRAME_METRIC, false);
    if (!slot) return;
    slot->status = kind;
    slot->pairs = (uint16_t)count;
    memcpy(&slot->numbers[0], &value, sizeof value);
    (void)brasa_text_append(slot->bytes, BRASA_FRAME_INLINE_BYTES, &slot->text_bytes, name.ptr, name.len);
    (void)append_pairs(slot->bytes, BRASA_FRAME_INLINE_BYTES, &slot->text_bytes, labels, count);
    (void)instance_publish(instance);
}

static void host_count(brasa_invocation *i, brasa_bytes name, double by, const brasa_pair *labels, size_t count) {
    send_metric(i, 0, name, by, labels, count);
}

static void host_observe(brasa_invocation *i, brasa_bytes name, double value, const brasa_pair *labels, size_t count) {
    send_metric(i, 1, name, value, labels, count);
}

static uint64_t host_span_begin(brasa_invocation *invocation, uint64_t parent, brasa_bytes name) {
    (void)invocation, (void)parent, (void)name;
    return 0; /* 0: not traced; a valid answer of the ABI */
}

static void host_span_end(brasa_invocation *invocation, uint64_t span, brasa_status status) {
    (void)invocation, (void)span, (void)status;
}

static const brasa_host host = {
    .struct_size = sizeof(brasa_host),
    .abi_major = BRASA_ABI_MAJOR,
    .abi_minor = BRASA_ABI_MINOR,
    .name = "brasa",
    .version = "0.1.0",
    .log = host_log,
    .time_left_ns = host_time_left_ns,
    .memory_left_bytes = host_memory_left_bytes,
    .cancelled = host_cancelled,
    .allocate = host_allocate,
    .reply = host_reply,
    .fail = host_fail,
    .begin = host_begin,
    .write = host_write,
    .end = host_end,
    .reserve = host_reserve,
    .call = host_call,
    .count = host_count,
    .observe = host_observe,
    .span_begin = host_span_begin,
    .span_end = host_span_end,
};

const brasa_host *brasa_instance_host(void) { return &host; }
