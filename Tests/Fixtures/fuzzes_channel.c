/* Writes what the seed of the event ("seed 17") says into the memory it shares with the host, and goes on in a way the
 * seed says too. Without a seed it replies "ok". Frames are mostly well-formed, so that they reach far into the host. */
#include "fixture.h"

#include "../../Sources/CBrasaTransport/include/brasa_channel.h"
#include "../../Sources/CBrasaTransport/include/brasa_control.h"
#include "noise.h"
#include <pthread.h>

static brasa_channel_head *channel(void) {
    char line[512];
    FILE *maps = fopen("/proc/self/maps", "re");
    unsigned long start = 0;
    while (maps && fgets(line, sizeof line, maps))
        if (strstr(line, "brasa-channel") && strstr(line, "rw-s") && sscanf(line, "%lx-", &start) == 1) break;
    if (maps) fclose(maps);
    return (brasa_channel_head *)start;
}

static brasa_frame *slots(brasa_channel_head *head, uint32_t offset, uint32_t index, uint32_t count) {
    return (brasa_frame *)((uint8_t *)head + offset + (size_t)(index % count) * BRASA_SLOT_BYTES);
}

static void ring(void) {
    uint64_t one = 1;
    (void)!write(BRASA_DOORBELL_FD, &one, sizeof one);
}

/* A list of strings with lengths that mostly fit. */
static uint32_t text(uint8_t *to, uint32_t room, uint32_t strings) {
    uint32_t used = 0;
    for (uint32_t i = 0; i < strings && used + 4 < room; i++) {
        uint32_t length = below(40), said = below(12) ? length : (uint32_t)extreme();
        if (used + 4 + length > room) break;
        memcpy(to + used, &said, 4);
        for (uint32_t k = 0; k < length; k++)
            to[used + 4 + k] = below(6) ? (uint8_t)('a' + below(26)) : (uint8_t)below(256);
        used += 4 + length;
    }
    return used;
}

static void frame(brasa_channel_head *head, uint64_t invocation) {
    uint32_t tail = atomic_load(&head->completion_tail);
    for (int turn = 0; turn < 200 && tail - atomic_load(&head->completion_head) >= BRASA_COMPLETION_SLOTS; turn++)
        usleep(100);
    brasa_frame *slot = slots(head, BRASA_COMPLETIONS_OFFSET, tail, BRASA_COMPLETION_SLOTS);
    memset(slot, 0, BRASA_FRAME_HEADER_BYTES);
    slot->kind = (uint16_t)(below(20) ? BRASA_FRAME_READY + below(10) : below(65536));
    slot->pairs = (uint16_t)(below(4) ? below(3) : below(400));
    slot->status = below(2) ? 0 : (int32_t)extreme();
    slot->invocation = below(8) ? invocation : (uint64_t)extreme();
    static const uint32_t flags[] = {0, BRASA_DONE_REPLY, BRASA_DONE_STREAMED, BRASA_DONE_FAILED, BRASA_DONE_OUTPUT};
    slot->flags = below(8) ? flags[below(5)] : (uint32_t)extreme();
    if (below(4) == 0) slot->flags |= BRASA_FRAME_IN_ARENA;
    uint8_t *at = slot->bytes;
    if (slot->flags & BRASA_FRAME_IN_ARENA) {
        slot->arena_offset = below(8) ? below(4096) : (uint32_t)extreme();
        uint32_t arena = slot->kind == BRASA_FRAME_CALL ? BRASA_CALL_ARENA_OFFSET : BRASA_REPLY_ARENA_OFFSET;
        at = (uint8_t *)head + arena + slot->arena_offset % 65536;
    }
    slot->text_bytes = text(at, 1000, slot->pairs ? 2u * slot->pairs : below(5));
    if (below(10) == 0) slot->text_bytes = (uint32_t)extreme();
    slot->body_bytes = below(10) ? below(900) : (uint32_t)extreme();
    for (int i = 0; i < 4; i++) slot->numbers[i] = below(2) ? (int64_t)below(1000) : extreme();
    atomic_store(&head->completion_tail, below(30) ? tail + 1 : (uint32_t)extreme());
    ring();
}

/* What the host has checked changes while it reads it. */
static void *race(void *argument) {
    brasa_channel_head *head = argument;
    for (int turn = 0; turn < 3000; turn++) {
        brasa_frame *slot = slots(head, BRASA_COMPLETIONS_OFFSET, (uint32_t)turn, BRASA_COMPLETION_SLOTS);
        for (int k = 0; k < 64; k++) ((volatile uint8_t *)slot->bytes)[k] ^= 0x80;
        ((volatile brasa_frame *)slot)->text_bytes ^= 0xffff0000u;
        ((volatile brasa_frame *)slot)->body_bytes ^= 0xffff0000u;
    }
    return NULL;
}

static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    long seed = event_number(invocation, "seed", -1);
    if (seed < 0) return reply_text(invocation, "ok");
    begin_noise((uint64_t)seed);
    brasa_channel_head *head = channel();
    if (!head) return BRASA_INTERNAL;
    brasa_frame *submission =
        slots(head, BRASA_SUBMISSIONS_OFFSET, atomic_load(&head->submission_head), BRASA_SUBMISSION_SLOTS);
    uint64_t number = submission->invocation;
    pthread_t racer;
    int races = below(4) == 0 && pthread_create(&racer, NULL, race, head) == 0;
    uint32_t frames = 1 + below(40);
    for (uint32_t i = 0; i < frames; i++) frame(head, number);
    if (below(5) == 0) {
        uint32_t *words = (uint32_t *)head;
        for (int i = 0; i < 20; i++) words[below(1024)] = (uint32_t)extreme();
        ring();
    }
    if (races) pthread_join(racer, NULL);
    switch (below(5)) {
    case 0: return reply_text(invocation, "done");
    case 1: abort();
    case 2: _exit(0);
    case 3: return BRASA_FUNCTION_ERROR;
    default: return BRASA_OK;
    }
}
FIXTURE("fuzzes_channel", invoke)
