/* The instance's half of the channel. Runs in the worker, between the function's own code. */
#include "brasa_channel.h"

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Turns of looking before sleeping. On the host's own CPU they would only delay it: docs/decisions/hot-path.md. */
#define SPINS 100

static int turns_of_looking(const brasa_channel_head *head) {
    return atomic_load_explicit(&head->host_cpu, memory_order_relaxed) == (uint32_t)sched_getcpu() ? 0 : SPINS;
}

static void wait_while(_Atomic uint32_t *word, uint32_t value) {
    syscall(SYS_futex, word, FUTEX_WAIT, value, NULL, NULL, 0);
}

/* For waits that cancellation may end: the cancel flag is another word, so its wake-up can come just too early. */
static void wait_briefly(_Atomic uint32_t *word, uint32_t value) {
    struct timespec limit = {.tv_nsec = 20 * 1000 * 1000};
    syscall(SYS_futex, word, FUTEX_WAIT, value, &limit, NULL, 0);
}

void brasa_port_use(brasa_port *port, brasa_channel_head *head, int doorbell) {
    memset(port, 0, sizeof *port);
    port->head = head;
    port->doorbell = doorbell;
}

int brasa_port_open(brasa_port *port, int descriptor, int doorbell) {
    void *base = mmap(NULL, BRASA_CHANNEL_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (base == MAP_FAILED) return -errno;
    brasa_port_use(port, base, doorbell);
    if (port->head->magic != BRASA_CHANNEL_MAGIC || port->head->layout != BRASA_CHANNEL_LAYOUT) return -EPROTO;
    return 0;
}

int brasa_port_pending(const brasa_port *port) {
    return atomic_load_explicit(&port->head->submission_tail, memory_order_acquire) != port->submission_head;
}

const brasa_frame *brasa_port_receive(brasa_port *port) {
    brasa_channel_head *head = port->head;
    for (int turn = turns_of_looking(head); turn > 0 && !brasa_port_pending(port); turn--) brasa_pause();
    while (!brasa_port_pending(port)) {
        atomic_store_explicit(&head->worker_waits, 1, memory_order_seq_cst);
        /* Sleeps on the flag and not on the tail: the host clears the flag before it wakes, also when the frame it wakes for
         * was taken meanwhile. Asleep with the flag cleared would be asleep for ever. */
        if (atomic_load_explicit(&head->submission_tail, memory_order_seq_cst) == port->submission_head)
            wait_while(&head->worker_waits, 1);
        atomic_store_explicit(&head->worker_waits, 0, memory_order_relaxed);
    }
    atomic_store_explicit(&head->worker_cpu, (uint32_t)sched_getcpu(), memory_order_relaxed);
    return (const brasa_frame *)((uint8_t *)head + BRASA_SUBMISSIONS_OFFSET +
                                 (size_t)(port->submission_head % BRASA_SUBMISSION_SLOTS) * BRASA_SLOT_BYTES);
}

int brasa_port_claim(brasa_port *port) {
    uint32_t unclaimed = 0;
    return atomic_compare_exchange_strong(
        &port->head->claims[port->submission_head % BRASA_SUBMISSION_SLOTS], &unclaimed, 1);
}

void brasa_port_release(brasa_port *port) {
    port->submission_head += 1;
    atomic_store_explicit(&port->head->submission_head, port->submission_head, memory_order_release);
}

int brasa_port_is_cancelled(const brasa_port *port) {
    if (atomic_load_explicit(&port->abandoned, memory_order_relaxed)) return 1;
    return port->invocation != 0 && atomic_load_explicit(&port->head->cancelled, memory_order_seq_cst) == port->invocation;
}

brasa_frame *brasa_port_slot(brasa_port *port, int may_give_up) {
    brasa_channel_head *head = port->head;
    for (;;) {
        if (atomic_load_explicit(&port->abandoned, memory_order_relaxed)) return NULL;
        uint32_t taken = atomic_load_explicit(&head->completion_head, memory_order_acquire);
        if (port->completion_tail - taken < BRASA_COMPLETION_SLOTS) break;
        if (may_give_up && brasa_port_is_cancelled(port)) return NULL;
        atomic_store_explicit(&head->room_waits, 1, memory_order_seq_cst);
        if (atomic_load_explicit(&head->completion_head, memory_order_seq_cst) == taken &&
            !(may_give_up && brasa_port_is_cancelled(port)))
            wait_briefly(&head->completion_head, taken);
        atomic_store_explicit(&head->room_waits, 0, memory_order_relaxed);
    }
    return (brasa_frame *)((uint8_t *)head + BRASA_COMPLETIONS_OFFSET +
                           (size_t)(port->completion_tail % BRASA_COMPLETION_SLOTS) * BRASA_SLOT_BYTES);
}

void brasa_port_publish_quietly(brasa_port *port) {
    port->completion_tail++;
    port->owes_ring = 1;
    atomic_store_explicit(&port->head->completion_tail, port->completion_tail, memory_order_seq_cst);
}

int brasa_port_publish(brasa_port *port) {
    uint32_t before = port->completion_tail++;
    atomic_store_explicit(&port->head->completion_tail, port->completion_tail, memory_order_seq_cst);
    int was_empty = atomic_load_explicit(&port->head->completion_head, memory_order_seq_cst) == before;
    if (!was_empty && !port->owes_ring) return 0;
    port->owes_ring = 0;
    if (atomic_load_explicit(&port->head->host_looks, memory_order_seq_cst)) return 0;
    uint64_t one = 1;
    if (write(port->doorbell, &one, sizeof one) == (ssize_t)sizeof one || errno == EAGAIN) return 0;
    return -errno;
}

uint8_t *brasa_port_segment(brasa_port *port, uint32_t *offset) {
    brasa_channel_head *head = port->head;
    for (;;) {
        uint32_t released = atomic_load_explicit(&head->segments_released, memory_order_acquire);
        if (port->segments_used - released < BRASA_SEGMENTS) break;
        if (brasa_port_is_cancelled(port)) return NULL;
        atomic_store_explicit(&head->room_waits, 1, memory_order_seq_cst);
        if (atomic_load_explicit(&head->segments_released, memory_order_seq_cst) == released && !brasa_port_is_cancelled(port))
            wait_briefly(&head->segments_released, released);
        atomic_store_explicit(&head->room_waits, 0, memory_order_relaxed);
    }
    *offset = (port->segments_used % BRASA_SEGMENTS) * BRASA_SEGMENT_BYTES;
    port->segments_used += 1;
    return brasa_port_reply_arena(port) + *offset;
}

const brasa_frame *brasa_port_result(brasa_port *port, uint32_t number) {
    brasa_channel_head *head = port->head;
    uint32_t answered = atomic_load_explicit(&head->call_answered, memory_order_acquire);
    for (int turn = turns_of_looking(head); turn > 0 && answered != number; turn--) {
        brasa_pause();
        answered = atomic_load_explicit(&head->call_answered, memory_order_acquire);
    }
    while (answered != number) {
        atomic_store_explicit(&head->call_waits, 1, memory_order_seq_cst);
        answered = atomic_load_explicit(&head->call_answered, memory_order_seq_cst);
        if (atomic_load_explicit(&port->abandoned, memory_order_relaxed)) return NULL;
        if (answered != number) (port->may_be_abandoned ? wait_briefly : wait_while)(&head->call_answered, answered);
        atomic_store_explicit(&head->call_waits, 0, memory_order_relaxed);
        answered = atomic_load_explicit(&head->call_answered, memory_order_acquire);
    }
    return (const brasa_frame *)((uint8_t *)head + BRASA_RESULT_OFFSET);
}

uint8_t *brasa_port_call_arena(const brasa_port *port) { return (uint8_t *)port->head + BRASA_CALL_ARENA_OFFSET; }

uint8_t *brasa_port_request_arena(const brasa_port *port) {
    return (uint8_t *)port->head + BRASA_REQUEST_ARENA_OFFSET;
}

uint8_t *brasa_port_reply_arena(const brasa_port *port) {
    return (uint8_t *)port->head + BRASA_REPLY_ARENA_OFFSET;
}
