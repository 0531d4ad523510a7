/* One instance, a process of its own or a thread of the host: answers INVOKE frames by calling the function, and is what the
 * function's calls of the host table act on.
 *
 *   invocation.c  from an INVOKE frame to its DONE frame
 *   answer.c      reply, fail, begin, write, end, reserve
 *   call.c        call: what a function asks the host's services
 *   host_table.c  the rest of the table: log, limits, memory, metrics
 *   inprocess.c   an instance that is a thread of the host
 *
 * A buffered reply is kept back until invoke returns and then goes out with DONE in one frame: one wake-up of the host
 * for the whole answer. Bodies over a frame lie in the reply arena behind room for their metadata (BRASA_REPLY_TEXT_BYTES),
 * so that text and body are one run of bytes and what `reserve` gave out is sent without a copy.
 */
#ifndef BRASA_INSTANCE_H
#define BRASA_INSTANCE_H
#include <CBrasaTransport.h>
#include <brasa.h>
#include <stdbool.h>

#define BRASA_REPLY_TEXT_BYTES (64u << 10)
#define BRASA_ERROR_TYPE_BYTES 256u
#define BRASA_ERROR_MESSAGE_BYTES (16u << 10)

/** How far the answer of an invocation is. */
enum brasa_answer {
    BRASA_ANSWER_NONE,
    BRASA_ANSWER_REPLY,
    BRASA_ANSWER_FAILED,
    BRASA_ANSWER_BEGUN,
    BRASA_ANSWER_ENDED
};

/** The invocation under way. */
struct brasa_active {
    brasa_invocation public;
    uint64_t number; /**< 0: none is under way */
    enum brasa_answer answer;
    bool too_large;
    uint64_t attempted_bytes;
    brasa_status failure;
    uint32_t pairs, text_bytes, body_bytes; /**< of the reply kept back */
    bool in_arena;
    const uint8_t *reserved;
    size_t reserved_bytes;
    uint32_t reserved_offset;
    bool reserved_segment;
    struct brasa_block *blocks; /**< the invocation's memory */
    size_t allocated;
};

/** What happened around a call of invoke; all of it for DONE. */
struct brasa_usage {
    int64_t duration_ns, cpu_ns, peak_bytes, page_faults;
    bool has_output; /**< something is in the output pipe */
};

/** One instance. Made by brasa_instance_attach in memory of the caller. */
typedef struct brasa_instance {
    brasa_port *port;
    brasa_bytes function_name, function_version;
    bool is_process; /**< the whole process is this instance: what the process uses, it uses */
    bool is_measured; /**< it has run something */
    bool has_output; /**< the last invocation left something in the output pipe */
    bool descriptors_gone;
    struct brasa_active active;
    struct brasa_instance *next; /**< in the host's list of instances that are its threads */
    brasa_pair event_pairs[BRASA_PAIRS_LIMIT];
    uint8_t kept[BRASA_FRAME_INLINE_BYTES]; /**< small reply: text and body */
    uint8_t error_text[BRASA_ERROR_TYPE_BYTES + BRASA_ERROR_MESSAGE_BYTES + 8];
} brasa_instance;

/** The table handed to modules. Static. */
const brasa_host *brasa_instance_host(void);
/** Makes an instance of a process that has no other: its host table is bound to the port from now on; before, log writes to
 *  standard error. The names have to stay. */
void brasa_instance_attach(brasa_instance *instance, brasa_port *port, const char *function, const char *version);
/** Makes an instance of the calling thread, one of many in this process. */
void brasa_instance_attach_thread(
    brasa_instance *instance, brasa_port *port, const char *function, const char *version);
/** Ends that; from the same thread. */
void brasa_instance_detach_thread(brasa_instance *instance);

/** Calls the function with the event of an INVOKE frame and publishes the DONE frame. Returns 0, or -1 when the worker's
 *  descriptors are gone. */
int brasa_instance_run(
    brasa_instance *instance, const brasa_function *function, void *state, const brasa_frame *frame);
/** The call alone, with what has to be read from its frame before: brasa_instance_run without the channel. Returns flags of
 *  its DONE frame, for brasa_instance_fill. */
uint32_t brasa_instance_call(
    brasa_instance *instance, const brasa_function *function, void *state, const brasa_frame *frame,
    struct brasa_usage *usage);
/** Writes the DONE frame of the last brasa_instance_call. */
void brasa_instance_fill(
    brasa_instance *instance, uint32_t flags, const struct brasa_usage *usage, brasa_frame *slot);

/** Ends the invocation of the last brasa_instance_call: gives its memory back. */
void brasa_instance_finish(brasa_instance *instance);

/** Publishes READY with the moments the frame has room for. Returns 0, or -errno when the doorbell is gone. */
int brasa_instance_tell_ready(brasa_port *port, uint64_t began_ns, uint64_t init_began_ns, uint64_t thaw_began_ns);
/** Publishes FAILED: a phase before the first invocation did. */
void brasa_instance_tell_failed(brasa_port *port, enum brasa_life phase, const char *type, const char *message);
/** Now, on CLOCK_MONOTONIC. */
uint64_t brasa_now_ns(void);
#endif
