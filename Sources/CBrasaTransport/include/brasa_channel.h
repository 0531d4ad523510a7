/* The channel: one memfd shared by the host and one instance.
 *
 * Layout, in bytes from the start:
 *   0        head          4,096      constants, ring indices, flags: struct brasa_channel_head
 *   4,096    submissions   16 x 2,048 frames host -> instance
 *   36,864   completions   32 x 2,048 frames instance -> host
 *   102,400  result        4,096      the frame that answers the instance's service call
 *   106,496  request arena 12 MiB     the event when it does not fit its frame
 *   ...      reply arena   8 MiB      the reply when it does not fit, or 32 stream segments of 256 KiB
 *   ...      call arena    17 MiB     a service call that does not fit its frame, and later its result
 *
 * Rings: single producer, single consumer, 32-bit indices that count up for ever; a frame lies at index % slots.
 * The producer fills the slot, then stores the tail; the consumer reads the slot, then stores the head.
 * A submission is begun by whoever changes its claim from 0: the instance to 1 when it starts it, the host to 2 when it
 * takes it back because the one before takes long. Only frames without arena are submitted behind another.
 * Service calls: an instance has one at a time. It counts them, sends a CALL frame and sleeps until call_answered is that
 * number; the host has then written the result frame. Nothing else uses the call arena meanwhile.
 * Wake-ups: the instance sleeps on a futex at worker_waits, which it sets and the host clears; the host sleeps in its event
 * loop and is told by an eventfd, which the instance rings only when it found the completion ring empty. Both pairs of
 * (store own, load other's) are sequentially consistent, so one side always sees the other (Dekker). While host_looks is set
 * the host looks at the ring by itself and is not rung; it looks once more after it has cleared it, which makes a third such
 * pair. Whoever looks instead of sleeping does so for microseconds, and only when the peer is on another CPU
 * (docs/decisions/hot-path.md).
 *
 * Trust: the instance may write anything anywhere in this memory at any time. The host keeps its own indices outside of
 * it, reads each frame header once into its own memory, checks it, and copies what it uses. The instance trusts the host.
 *
 * Crash: an instance that dies in the middle leaves at worst a frame without its tail stored, which nobody reads. A
 * channel is never used again by another instance.
 */
#ifndef BRASA_CHANNEL_H
#define BRASA_CHANNEL_H
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define BRASA_CHANNEL_MAGIC 0x61736172u
#define BRASA_CHANNEL_LAYOUT 3u
#define BRASA_SLOT_BYTES 2048u
#define BRASA_FRAME_HEADER_BYTES 64u
#define BRASA_FRAME_INLINE_BYTES (BRASA_SLOT_BYTES - BRASA_FRAME_HEADER_BYTES)
#define BRASA_SUBMISSION_SLOTS 16u
#define BRASA_COMPLETION_SLOTS 32u
/* An HTTP body of 6 MiB in base64, or as JSON text with half of it again in escapes, and the request around it. */
#define BRASA_REQUEST_ARENA_BYTES (12u << 20)
#define BRASA_REPLY_ARENA_BYTES (8u << 20)
/* The largest request of a table: 16 MiB, and the names around it. */
#define BRASA_CALL_ARENA_BYTES (17u << 20)
#define BRASA_SEGMENT_BYTES (256u << 10)
#define BRASA_SEGMENTS (BRASA_REPLY_ARENA_BYTES / BRASA_SEGMENT_BYTES)
#define BRASA_SUBMISSIONS_OFFSET 4096u
#define BRASA_COMPLETIONS_OFFSET (BRASA_SUBMISSIONS_OFFSET + BRASA_SUBMISSION_SLOTS * BRASA_SLOT_BYTES)
#define BRASA_RESULT_OFFSET (BRASA_COMPLETIONS_OFFSET + BRASA_COMPLETION_SLOTS * BRASA_SLOT_BYTES)
#define BRASA_REQUEST_ARENA_OFFSET (BRASA_RESULT_OFFSET + 4096u)
#define BRASA_REPLY_ARENA_OFFSET (BRASA_REQUEST_ARENA_OFFSET + BRASA_REQUEST_ARENA_BYTES)
#define BRASA_CALL_ARENA_OFFSET (BRASA_REPLY_ARENA_OFFSET + BRASA_REPLY_ARENA_BYTES)
#define BRASA_CHANNEL_BYTES (BRASA_CALL_ARENA_OFFSET + BRASA_CALL_ARENA_BYTES)
/** Largest buffered reply: 6 MiB and 100 bytes, as on AWS. */
#define BRASA_REPLY_LIMIT_BYTES (6291456u + 100u)
/** Most text of a frame to the host: the metadata of a reply is the longest. */
#define BRASA_TEXT_LIMIT_BYTES (128u << 10)
/** Most metadata pairs of an event or a reply. */
#define BRASA_PAIRS_LIMIT 256u

/** Where an instance is in its life; for the message when it dies. */
enum brasa_life {
    BRASA_LIFE_START = 0,
    BRASA_LIFE_LOAD = 1,
    BRASA_LIFE_INIT = 2,
    BRASA_LIFE_FREEZE = 3,
    BRASA_LIFE_THAW = 4,
    BRASA_LIFE_IDLE = 5,
    BRASA_LIFE_INVOKE = 6,
    BRASA_LIFE_SHUTDOWN = 7
};

/** Why the worker program itself ended an instance. */
enum brasa_exit_reason {
    BRASA_EXIT_NONE = 0,
    BRASA_EXIT_REFUSED = 1,     /**< a phase before the first invocation failed; a FAILED frame says how */
    BRASA_EXIT_DESCRIPTORS = 2, /**< the function closed the worker's descriptors */
    BRASA_EXIT_ORPHANED = 3,    /**< the zygote was gone before the instance was ready */
    BRASA_EXIT_SHUTDOWN = 4     /**< asked to */
};

enum brasa_frame_kind {
    /* host -> instance */
    BRASA_FRAME_INVOKE = 1, /**< text: request id, trace id, trigger, content type, then pairs; body: the event */
    BRASA_FRAME_SHUTDOWN = 2,
    BRASA_FRAME_RESULT = 3, /**< in its own slot; status: a brasa_status; text: error type, message; body: result, then binary content;
                             *   numbers[0]: bytes of the result */
    /* instance -> host */
    BRASA_FRAME_READY = 16,  /**< thawed; numbers, on CLOCK_MONOTONIC: when; when the process began; when init began in
                              *   exec isolation, else 0; when thaw began */
    BRASA_FRAME_FAILED = 17, /**< load to thaw failed; status: phase; text: error type, message */
    BRASA_FRAME_LOG = 18,    /**< status: level; text: message, then pairs */
    BRASA_FRAME_BEGIN = 19,  /**< text: pairs */
    BRASA_FRAME_CHUNK = 20,  /**< body */
    BRASA_FRAME_END = 21,
    BRASA_FRAME_DONE = 22,  /**< invoke returned; see brasa_done_flags; text: pairs of the reply, or error type, message */
    BRASA_FRAME_CALL = 24,  /**< text: service, operation; body: parameters, then binary content; numbers: bytes of the parameters, the
                             *   number of the call */
    BRASA_FRAME_METRIC = 23 /**< status: 0 counter, 1 observation; numbers[0]: bits of the double; text: name, then pairs */
};

enum brasa_done_flags {
    BRASA_DONE_REPLY = 1,      /**< body is the reply */
    BRASA_DONE_STREAMED = 2,   /**< END was sent */
    BRASA_DONE_BROKEN = 4,     /**< BEGIN was sent, END was not */
    BRASA_DONE_OUTPUT = 8,     /**< something is in the output pipe */
    BRASA_DONE_FAILED = 16,    /**< status says how; text: error type, message */
    BRASA_DONE_TOO_LARGE = 32, /**< the function tried to reply more than the limit; numbers[3]: how much */
    BRASA_FRAME_IN_ARENA = 256 /**< text and body lie in the arena, one behind the other; in the call arena for CALL and RESULT */
};

/** One slot of a ring. Text is a list of strings, each a 32-bit length and its bytes. */
typedef struct brasa_frame {
    uint16_t kind;
    uint16_t pairs; /**< pairs at the end of the text */
    int32_t status;
    uint64_t invocation;    /**< counts up with each invocation of the instance */
    uint32_t flags;
    uint32_t text_bytes;
    uint32_t body_bytes;
    uint32_t arena_offset;  /**< of text and body, when BRASA_FRAME_IN_ARENA */
    int64_t numbers[4];     /**< INVOKE: timeout ns, attempt, memory limit. DONE: cpu ns, peak bytes, duration ns, page faults (size with
                            *   BRASA_DONE_TOO_LARGE) */
    uint8_t bytes[BRASA_FRAME_INLINE_BYTES];
} brasa_frame;

/** The first page. Each line of 64 bytes is written by one side only. */
typedef struct brasa_channel_head {
    uint32_t magic, layout;
    uint8_t pad0[56];
    _Alignas(64) _Atomic uint32_t submission_tail; /* host */
    _Atomic uint32_t host_looks;                   /* host: it looks at the completions, nobody has to ring */
    _Atomic uint32_t host_cpu;                     /* host: where it ran when it last woke the instance; a hint */
    _Alignas(64) _Atomic uint32_t claims[BRASA_SUBMISSION_SLOTS]; /* both */
    _Alignas(64) _Atomic uint32_t submission_head; /* instance */
    _Atomic uint32_t worker_waits; /* instance sets it to sleep, host clears it to wake */
    _Atomic uint32_t worker_cpu;   /* instance: where it began its last frame; a hint */
    _Alignas(64) _Atomic uint32_t completion_tail; /* instance */
    _Alignas(64) _Atomic uint32_t completion_head; /* host; the instance waits here for room */
    _Alignas(64) _Atomic uint32_t segments_released; /* host; the instance waits here for a stream segment */
    _Atomic uint32_t call_answered;                  /* host: number of the call whose result is there */
    _Atomic uint64_t cancelled;                      /* host: the invocation whose answer nobody waits for; 0: none */
    _Alignas(64) _Atomic int64_t memory_current;     /* host: bytes in use as last measured, -1 unknown */
    _Alignas(64) _Atomic uint32_t phase;             /* instance */
    _Atomic uint32_t exit_reason;
    _Atomic uint32_t allocation_failed; /* an allocation was refused under RLIMIT_DATA */
    _Atomic uint32_t room_waits;        /* the instance waits for room or for a segment */
    _Atomic uint32_t call_waits;        /* the instance sleeps until its call is answered */
} brasa_channel_head;

/** One turn of looking at a word that another CPU is about to change. */
static inline void brasa_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield");
#endif
}

/* ---- host side ---- */

/** The host's view of a channel. Lives in the host's own memory. */
typedef struct brasa_channel {
    brasa_channel_head *head;
    uint32_t submission_tail, completion_head, segments_released;
} brasa_channel;

/** Results of brasa_channel_submit and brasa_channel_next. */
enum { BRASA_CHANNEL_EMPTY = 0, BRASA_CHANNEL_FRAME = 1, BRASA_CHANNEL_FULL = -1, BRASA_CHANNEL_GARBAGE = -2 };

/** A checked frame: pointers into shared memory whose bounds are good but whose bytes may change while they are read. */
typedef struct brasa_incoming {
    uint16_t kind, pairs;
    int32_t status;
    uint64_t invocation;
    uint32_t flags, text_bytes, body_bytes;
    int64_t numbers[4];
    const uint8_t *text, *body;
} brasa_incoming;

/** Makes a sealed memfd of BRASA_CHANNEL_BYTES and maps it. Returns the descriptor (close-on-exec), or -errno. */
int brasa_channel_create(brasa_channel *channel);
/** Unmaps. */
void brasa_channel_destroy(brasa_channel *channel);
/** Sends a frame; text and body are copied. Call brasa_channel_wake after the last of a batch. BRASA_CHANNEL_FULL when there is no room.
 *  The frame's position, for brasa_channel_retract, is submission_tail before the call. */
int brasa_channel_submit(
    brasa_channel *channel, const brasa_frame *header, const void *text, const void *body);
/** Wakes the instance if it sleeps. */
void brasa_channel_wake(brasa_channel *channel);
/** The same, and the instance does not ring from now on: call brasa_channel_look soon. */
void brasa_channel_wake_quietly(brasa_channel *channel);
/** Looks for a frame for at most `nanoseconds`, not at all longer than once when the instance seems to share the caller's CPU, and
 *  has the instance ring again. Returns whether a frame is there. */
int brasa_channel_look(brasa_channel *channel, int64_t nanoseconds);
/** Sends an INVOKE frame: see the frame's fields. Same results as brasa_channel_submit. */
int brasa_channel_invoke(
    brasa_channel *channel, uint64_t invocation, uint32_t pairs, int64_t timeout_ns, int64_t attempt,
    int64_t memory_limit_bytes, const void *text, uint32_t text_bytes, const void *body, uint32_t body_bytes);
/** Sends a SHUTDOWN frame and wakes the instance. */
int brasa_channel_shutdown(brasa_channel *channel);
/** Takes the submission at `position` back. Returns 1 when the instance had not begun it and now never will, else 0. */
int brasa_channel_retract(brasa_channel *channel, uint32_t position);
/** The next frame of the instance, not yet taken off: call brasa_channel_take after using it.
 *  BRASA_CHANNEL_GARBAGE when the instance wrote something that is not the protocol. */
int brasa_channel_next(brasa_channel *channel, brasa_incoming *out);
/** Takes the frame of the last brasa_channel_next off and wakes an instance that waits for room. */
void brasa_channel_take(brasa_channel *channel);
/** Tells the instance that a stream segment may be used again. */
void brasa_channel_release_segment(brasa_channel *channel);
/** Answers the instance's service call; texts and bodies are copied. BRASA_CHANNEL_FULL when they do not fit the call arena. */
int brasa_channel_answer(
    brasa_channel *channel, uint32_t number, int32_t status, const void *text, uint32_t text_bytes, const void *result,
    uint32_t result_bytes, const void *body, uint32_t body_bytes);
/** Says what `cancelled` of the ABI reads in that invocation and in no other, and wakes an instance that is blocked in `write`. */
void brasa_channel_cancel(brasa_channel *channel, uint64_t invocation);
/** Gives the pages of all arenas back to the kernel. */
void brasa_channel_trim(brasa_channel *channel);
/** Reads the fields the instance reports about itself; hostile. */
uint32_t brasa_channel_phase(const brasa_channel *channel);
uint32_t brasa_channel_exit_reason(const brasa_channel *channel);
uint32_t brasa_channel_allocation_failed(const brasa_channel *channel);
void brasa_channel_set_memory(brasa_channel *channel, int64_t bytes);

/* ---- instance side ---- */

/** The instance's view. */
typedef struct brasa_port {
    brasa_channel_head *head;
    int doorbell;
    uint32_t submission_head, completion_tail, segments_used, calls;
    uint64_t invocation; /**< the one that runs; 0: none. Set by whoever runs it */
    int owes_ring; /**< frames were published quietly: the next one has to ring */
    int may_be_abandoned;  /**< abandoned may be set: long waits look at it */
    _Atomic int abandoned; /**< nobody reads the channel any more: no slot is given out. Any thread of the process sets it */
} brasa_port;

/** Maps a channel. Returns 0 or -errno. */
int brasa_port_open(brasa_port *port, int descriptor, int doorbell);
/** Waits for the next frame; the pointer is valid until brasa_port_release. */
const brasa_frame *brasa_port_receive(brasa_port *port);
/** Begins the received frame: 1, or 0 when the host has taken it back. */
int brasa_port_claim(brasa_port *port);
/** Whether nobody waits for the answer to the invocation that runs. */
int brasa_port_is_cancelled(const brasa_port *port);
/** Whether a frame waits already. */
int brasa_port_pending(const brasa_port *port);
/** Gives the received frame back. */
void brasa_port_release(brasa_port *port);
/** Uses a channel that this process has mapped already, as an instance that is a thread of the host does. */
void brasa_port_use(brasa_port *port, brasa_channel_head *head, int doorbell);
/** Waits for room and returns the slot to fill; NULL when abandoned, or cancelled meanwhile and may_give_up. */
brasa_frame *brasa_port_slot(brasa_port *port, int may_give_up);
/** Publishes the slot without ringing: something else follows soon and rings for both. */
void brasa_port_publish_quietly(brasa_port *port);
/** Publishes the slot and rings the doorbell if needed. Returns 0, or -errno when the doorbell is gone. */
int brasa_port_publish(brasa_port *port);
/** Waits for a free stream segment; NULL when cancelled meanwhile. Its offset goes into *offset. */
uint8_t *brasa_port_segment(brasa_port *port, uint32_t *offset);
/** Sleeps until the call with this number is answered; NULL when abandoned before. */
const brasa_frame *brasa_port_result(brasa_port *port, uint32_t number);
uint8_t *brasa_port_call_arena(const brasa_port *port);
uint8_t *brasa_port_request_arena(const brasa_port *port);
uint8_t *brasa_port_reply_arena(const brasa_port *port);

_Static_assert(sizeof(brasa_frame) == BRASA_SLOT_BYTES, "a frame fills its slot");
_Static_assert(sizeof(brasa_channel_head) <= BRASA_SUBMISSIONS_OFFSET, "the head fits its page");
#endif
