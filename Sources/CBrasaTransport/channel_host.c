/* The host's half of the channel: everything read from shared memory is checked here and nowhere else. */
#include "brasa_channel.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void wake(_Atomic uint32_t *word) {
    syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

static brasa_frame *slot_at(brasa_channel_head *head, uint32_t offset, uint32_t index) {
    return (brasa_frame *)((uint8_t *)head + offset + (size_t)index * BRASA_SLOT_BYTES);
}

int brasa_channel_create(brasa_channel *channel) {
    int descriptor = memfd_create("brasa-channel", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (descriptor < 0) return -errno;
    if (ftruncate(descriptor, BRASA_CHANNEL_BYTES) != 0 ||
        /* Without these an instance could shrink the file and make the host die of SIGBUS. */
        fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
        int error = errno;
        close(descriptor);
        return -error;
    }
    void *base = mmap(NULL, BRASA_CHANNEL_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (base == MAP_FAILED) {
        int error = errno;
        close(descriptor);
        return -error;
    }
    *channel = (brasa_channel){.head = base};
    channel->head->magic = BRASA_CHANNEL_MAGIC;
    channel->head->layout = BRASA_CHANNEL_LAYOUT;
    atomic_store_explicit(&channel->head->memory_current, -1, memory_order_relaxed);
    return descriptor;
}

void brasa_channel_destroy(brasa_channel *channel) {
    if (channel->head) munmap(channel->head, BRASA_CHANNEL_BYTES);
    channel->head = NULL;
}

int brasa_channel_submit(brasa_channel *channel, const brasa_frame *header, const void *text, const void *body) {
    brasa_channel_head *head = channel->head;
    uint32_t tail = channel->submission_tail;
    uint32_t used = tail - atomic_load_explicit(&head->submission_head, memory_order_acquire);
    if (used >= BRASA_SUBMISSION_SLOTS) return BRASA_CHANNEL_FULL; /* full, or the instance lies: the same to us */
    size_t text_bytes = header->text_bytes, body_bytes = header->body_bytes;
    if (text_bytes + body_bytes > BRASA_REQUEST_ARENA_BYTES) return BRASA_CHANNEL_FULL;
    brasa_frame *slot = slot_at(head, BRASA_SUBMISSIONS_OFFSET, tail % BRASA_SUBMISSION_SLOTS);
    memcpy(slot, header, BRASA_FRAME_HEADER_BYTES);
    uint8_t *destination = slot->bytes;
    if (text_bytes + body_bytes > BRASA_FRAME_INLINE_BYTES) {
        slot->flags |= BRASA_FRAME_IN_ARENA;
        slot->arena_offset = 0;
        destination = (uint8_t *)head + BRASA_REQUEST_ARENA_OFFSET;
    }
    if (text_bytes) memcpy(destination, text, text_bytes);
    if (body_bytes) memcpy(destination + text_bytes, body, body_bytes);
    atomic_store_explicit(&head->claims[tail % BRASA_SUBMISSION_SLOTS], 0, memory_order_relaxed);
    channel->submission_tail = tail + 1;
    atomic_store_explicit(&head->submission_tail, tail + 1, memory_order_seq_cst);
    return BRASA_CHANNEL_FRAME;
}

void brasa_channel_wake(brasa_channel *channel) {
    brasa_channel_head *head = channel->head;
    atomic_store_explicit(&head->host_cpu, (uint32_t)sched_getcpu(), memory_order_relaxed);
    /* Exchanged, so that what is submitted before the instance gets its turn does not wake it again. */
    if (atomic_load_explicit(&head->worker_waits, memory_order_seq_cst) && atomic_exchange(&head->worker_waits, 0))
        wake(&head->worker_waits);
}

void brasa_channel_wake_quietly(brasa_channel *channel) {
    /* Ordered by what the instance does before it could ring: it has to see the frame, which is stored already. */
    atomic_store_explicit(&channel->head->host_looks, 1, memory_order_seq_cst);
    brasa_channel_wake(channel);
}

static int has_frame(const brasa_channel *channel) {
    return atomic_load_explicit(&channel->head->completion_tail, memory_order_seq_cst) != channel->completion_head;
}

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int brasa_channel_look(brasa_channel *channel, int64_t nanoseconds) {
    brasa_channel_head *head = channel->head;
    if (nanoseconds > 0 && !has_frame(channel) &&
        atomic_load_explicit(&head->worker_cpu, memory_order_relaxed) != (uint32_t)sched_getcpu()) {
        int64_t end = now_ns() + nanoseconds;
        do {
            for (int turn = 0; turn < 8 && !has_frame(channel); turn++) brasa_pause();
        } while (!has_frame(channel) && now_ns() < end);
    }
    atomic_store_explicit(&head->host_looks, 0, memory_order_seq_cst);
    return has_frame(channel);
}

int brasa_channel_invoke(
    brasa_channel *channel, uint64_t invocation, uint32_t pairs, int64_t timeout_ns, int64_t attempt,
    int64_t memory_limit_bytes, const void *text, uint32_t text_bytes, const void *body, uint32_t body_bytes) {
    struct {
        _Alignas(8) uint8_t bytes[BRASA_FRAME_HEADER_BYTES];
    } storage;
    memset(&storage, 0, sizeof storage);
    brasa_frame *header = (brasa_frame *)storage.bytes;
    header->kind = BRASA_FRAME_INVOKE;
    header->pairs = (uint16_t)pairs;
    header->invocation = invocation;
    header->text_bytes = text_bytes;
    header->body_bytes = body_bytes;
    header->numbers[0] = timeout_ns;
    header->numbers[1] = attempt;
    header->numbers[2] = memory_limit_bytes;
    return brasa_channel_submit(channel, header, text, body);
}

int brasa_channel_shutdown(brasa_channel *channel) {
    struct {
        _Alignas(8) uint8_t bytes[BRASA_FRAME_HEADER_BYTES];
    } storage;
    memset(&storage, 0, sizeof storage);
    brasa_frame *header = (brasa_frame *)storage.bytes;
    header->kind = BRASA_FRAME_SHUTDOWN;
    int result = brasa_channel_submit(channel, header, NULL, NULL);
    brasa_channel_wake(channel);
    return result;
}

int brasa_channel_retract(brasa_channel *channel, uint32_t position) {
    uint32_t unclaimed = 0;
    return atomic_compare_exchange_strong(
        &channel->head->claims[position % BRASA_SUBMISSION_SLOTS], &unclaimed, 2);
}

int brasa_channel_next(brasa_channel *channel, brasa_incoming *out) {
    brasa_channel_head *head = channel->head;
    uint32_t tail = atomic_load_explicit(&head->completion_tail, memory_order_seq_cst);
    uint32_t used = tail - channel->completion_head;
    if (used == 0) return BRASA_CHANNEL_EMPTY;
    if (used > BRASA_COMPLETION_SLOTS) return BRASA_CHANNEL_GARBAGE;
    uint32_t index = channel->completion_head % BRASA_COMPLETION_SLOTS;
    const brasa_frame *slot = slot_at(head, BRASA_COMPLETIONS_OFFSET, index);
    struct {
        _Alignas(8) uint8_t bytes[BRASA_FRAME_HEADER_BYTES];
    } copy;
    memcpy(copy.bytes, (const void *)slot, BRASA_FRAME_HEADER_BYTES); /* read once: it may change under us */
    const brasa_frame *header = (const brasa_frame *)copy.bytes;
    if (header->kind < BRASA_FRAME_READY || header->kind > BRASA_FRAME_CALL) return BRASA_CHANNEL_GARBAGE;
    if (header->pairs > BRASA_PAIRS_LIMIT) return BRASA_CHANNEL_GARBAGE;
    if (header->text_bytes > BRASA_TEXT_LIMIT_BYTES) return BRASA_CHANNEL_GARBAGE;
    uint64_t total = (uint64_t)header->text_bytes + header->body_bytes;
    const uint8_t *start = slot->bytes;
    if (header->flags & BRASA_FRAME_IN_ARENA) {
        uint32_t arena = header->kind == BRASA_FRAME_CALL ? BRASA_CALL_ARENA_OFFSET : BRASA_REPLY_ARENA_OFFSET;
        uint32_t room = header->kind == BRASA_FRAME_CALL ? BRASA_CALL_ARENA_BYTES : BRASA_REPLY_ARENA_BYTES;
        if ((uint64_t)header->arena_offset + total > room) return BRASA_CHANNEL_GARBAGE;
        start = (const uint8_t *)head + arena + header->arena_offset;
    } else if (total > BRASA_FRAME_INLINE_BYTES) {
        return BRASA_CHANNEL_GARBAGE;
    }
    *out = (brasa_incoming){
        .kind = header->kind,
        .pairs = header->pairs,
        .status = header->status,
        .invocation = header->invocation,
        .flags = header->flags,
        .text_bytes = header->text_bytes,
        .body_bytes = header->body_bytes,
        .text = start,
        .body = start + header->text_bytes,
    };
    memcpy(out->numbers, header->numbers, sizeof out->numbers);
    return BRASA_CHANNEL_FRAME;
}

void brasa_channel_take(brasa_channel *channel) {
    channel->completion_head += 1;
    atomic_store_explicit(&channel->head->completion_head, channel->completion_head, memory_order_seq_cst);
    if (atomic_load_explicit(&channel->head->room_waits, memory_order_seq_cst)) wake(&channel->head->completion_head);
}

void brasa_channel_release_segment(brasa_channel *channel) {
    channel->segments_released += 1;
    atomic_store_explicit(&channel->head->segments_released, channel->segments_released, memory_order_seq_cst);
    if (atomic_load_explicit(&channel->head->room_waits, memory_order_seq_cst)) wake(&channel->head->segments_released);
}

int brasa_channel_answer(
    brasa_channel *channel, uint32_t number, int32_t status, const void *text, uint32_t text_bytes, const void *result,
    uint32_t result_bytes, const void *body, uint32_t body_bytes) {
    brasa_channel_head *head = channel->head;
    size_t total = (size_t)text_bytes + result_bytes + body_bytes;
    if (total > BRASA_CALL_ARENA_BYTES) return BRASA_CHANNEL_FULL;
    brasa_frame *slot = (brasa_frame *)((uint8_t *)head + BRASA_RESULT_OFFSET);
    memset(slot, 0, BRASA_FRAME_HEADER_BYTES);
    slot->kind = BRASA_FRAME_RESULT;
    slot->status = status;
    slot->text_bytes = text_bytes;
    slot->body_bytes = result_bytes + body_bytes;
    slot->numbers[0] = result_bytes;
    uint8_t *destination = slot->bytes;
    if (total > BRASA_FRAME_INLINE_BYTES) {
        slot->flags = BRASA_FRAME_IN_ARENA;
        destination = (uint8_t *)head + BRASA_CALL_ARENA_OFFSET;
    }
    if (text_bytes) memcpy(destination, text, text_bytes);
    if (result_bytes) memcpy(destination + text_bytes, result, result_bytes);
    if (body_bytes) memcpy(destination + text_bytes + result_bytes, body, body_bytes);
    atomic_store_explicit(&head->call_answered, number, memory_order_seq_cst);
    if (atomic_load_explicit(&head->call_waits, memory_order_seq_cst)) wake(&head->call_answered);
    return BRASA_CHANNEL_FRAME;
}

void brasa_channel_cancel(brasa_channel *channel, uint64_t invocation) {
    atomic_store_explicit(&channel->head->cancelled, invocation, memory_order_seq_cst);
    wake(&channel->head->segments_released);
    wake(&channel->head->completion_head);
}

void brasa_channel_trim(brasa_channel *channel) {
    /* Best effort: a kernel that cannot punch holes only keeps the pages. */
    size_t bytes = BRASA_CHANNEL_BYTES - BRASA_REQUEST_ARENA_OFFSET;
    (void)madvise((uint8_t *)channel->head + BRASA_REQUEST_ARENA_OFFSET, bytes, MADV_REMOVE);
}

uint32_t brasa_channel_phase(const brasa_channel *channel) {
    return atomic_load_explicit(&channel->head->phase, memory_order_relaxed);
}

uint32_t brasa_channel_exit_reason(const brasa_channel *channel) {
    return atomic_load_explicit(&channel->head->exit_reason, memory_order_relaxed);
}

uint32_t brasa_channel_allocation_failed(const brasa_channel *channel) {
    return atomic_load_explicit(&channel->head->allocation_failed, memory_order_relaxed);
}

void brasa_channel_set_memory(brasa_channel *channel, int64_t bytes) {
    atomic_store_explicit(&channel->head->memory_current, bytes, memory_order_relaxed);
}
