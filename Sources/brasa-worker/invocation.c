/* One invocation, and the functions of the host table that act on it.
 *
 * A buffered reply is kept back until invoke returns and then goes out with DONE in one frame: one wake-up of the host
 * for the whole answer. Bodies over a frame lie in the reply arena behind room for their metadata (REPLY_TEXT_BYTES), so
 * that text and body are one run of bytes and what `reserve` gave out is sent without a copy.
 */
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define REPLY_TEXT_BYTES (64u << 10)
#define ERROR_TYPE_BYTES 256u
#define ERROR_MESSAGE_BYTES (16u << 10)
#define BLOCK_BYTES (16u << 10)

enum answer { ANSWER_NONE, ANSWER_REPLY, ANSWER_FAILED, ANSWER_BEGUN, ANSWER_ENDED };

struct block { /* one piece of the invocation's arena */
    struct block *next;
    size_t used, capacity;
    _Alignas(16) uint8_t bytes[];
};

struct active {
    brasa_invocation public;
    uint64_t number;
    enum answer answer;
    bool too_large;
    uint64_t attempted_bytes;
    brasa_status failure;
    uint32_t pairs, text_bytes, body_bytes; /* of the reply kept back */
    bool in_arena;
    const uint8_t *reserved;
    size_t reserved_bytes;
    uint32_t reserved_offset;
    bool reserved_segment;
    struct block *blocks;
    size_t allocated;
};

/* The worker is one function's process: there is exactly one of each. */
static brasa_port *port;
static brasa_bytes function_name, function_version;
static struct active active;
static uint8_t kept[BRASA_FRAME_INLINE_BYTES]; /* small reply: text and body */
static brasa_pair event_pairs[BRASA_PAIRS_LIMIT];
static uint8_t error_text[ERROR_TYPE_BYTES + ERROR_MESSAGE_BYTES + 8];
static bool descriptors_gone;
static int statm = -1, clear_refs = -1;
static struct rusage used; /* when the invocation before this one ended */

static struct active *check(brasa_invocation *invocation) {
    return invocation == &active.public && active.number != 0 ? &active : NULL;
}

static int publish(void) {
    if (brasa_port_publish(port) == 0) return 0;
    descriptors_gone = true;
    return -1;
}

/* ---- text ---- */

static int append_pairs(uint8_t *text, uint32_t capacity, uint32_t *used, const brasa_pair *pairs, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (brasa_text_append(text, capacity, used, pairs[i].name.ptr, pairs[i].name.len) != 0 ||
            brasa_text_append(text, capacity, used, pairs[i].value.ptr, pairs[i].value.len) != 0)
            return -1;
    return 0;
}

static size_t pairs_bytes(const brasa_pair *pairs, size_t count) {
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++) bytes += 8 + pairs[i].name.len + pairs[i].value.len;
    return bytes;
}

/* ---- log ---- */

static void log_to_output(int level, brasa_bytes message) {
    static const char *const names[] = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR"};
    fprintf(stderr, "[%s] %.*s\n", names[level], (int)message.len, (const char *)message.ptr);
}

static void host_log(
    brasa_invocation *invocation, int level, brasa_bytes message, const brasa_pair *fields, size_t count) {
    if (level < BRASA_LOG_TRACE) level = BRASA_LOG_TRACE;
    if (level > BRASA_LOG_ERROR) level = BRASA_LOG_ERROR;
    if (message.len > 0 && !message.ptr) return;
    bool fits = count <= BRASA_PAIRS_LIMIT && 4 + message.len + pairs_bytes(fields, count) <= BRASA_FRAME_INLINE_BYTES;
    if (!port || !fits) { /* before the first invocation, or long: the output pipe takes any size */
        log_to_output(level, message);
        return;
    }
    struct active *current = check(invocation);
    brasa_frame *slot = brasa_port_slot(port, 0);
    memset(slot, 0, BRASA_FRAME_HEADER_BYTES);
    slot->kind = BRASA_FRAME_LOG;
    slot->status = level;
    slot->invocation = current ? current->number : 0;
    slot->pairs = (uint16_t)count;
    (void)brasa_text_append(slot->bytes, BRASA_FRAME_INLINE_BYTES, &slot->text_bytes, message.ptr, message.len);
    (void)append_pairs(slot->bytes, BRASA_FRAME_INLINE_BYTES, &slot->text_bytes, fields, count);
    (void)publish();
}

/* ---- limits ---- */

static int64_t host_time_left_ns(const brasa_invocation *invocation) {
    return (int64_t)(invocation->deadline_ns - now_ns());
}

static int64_t host_memory_left_bytes(const brasa_invocation *invocation) {
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
    return atomic_load_explicit(&port->head->cancelled, memory_order_relaxed) != 0 ||
           host_time_left_ns(invocation) <= 0;
}

static void *host_allocate(brasa_invocation *invocation, size_t bytes) {
    struct active *current = check(invocation);
    if (!current || bytes > current->public.memory_limit_bytes) return NULL;
    bytes = (bytes + 15) & ~(size_t)15;
    struct block *block = current->blocks;
    if (!block || block->capacity - block->used < bytes) {
        size_t capacity = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
        if (current->allocated + capacity > current->public.memory_limit_bytes) return NULL;
        block = malloc(sizeof *block + capacity);
        if (!block) return NULL;
        *block = (struct block){.next = current->blocks, .capacity = capacity};
        current->blocks = block;
        current->allocated += capacity;
    }
    void *out = block->bytes + block->used;
    block->used += bytes;
    return out;
}

static void free_blocks(struct active *current) {
    while (current->blocks) {
        struct block *next = current->blocks->next;
        free(current->blocks);
        current->blocks = next;
    }
}

/* ---- answers ---- */

static brasa_status host_reply(brasa_invocation *invocation, brasa_bytes body, const brasa_pair *metadata, size_t count) {
    struct active *current = check(invocation);
    if (!current || (body.len > 0 && !body.ptr) || (count > 0 && !metadata)) return BRASA_INVALID;
    if (current->answer != ANSWER_NONE) return BRASA_INVALID;
    size_t text = pairs_bytes(metadata, count);
    if (count > BRASA_PAIRS_LIMIT || text > REPLY_TEXT_BYTES) return BRASA_LIMIT;
    if (body.len > BRASA_REPLY_LIMIT_BYTES) {
        current->too_large = true;
        current->attempted_bytes = body.len;
        return BRASA_LIMIT;
    }
    bool is_reserved = current->reserved && body.ptr == current->reserved && body.len <= current->reserved_bytes;
    uint8_t *destination = kept;
    current->in_arena = is_reserved || text + body.len > sizeof kept;
    if (current->in_arena) destination = brasa_port_reply_arena(port) + REPLY_TEXT_BYTES - text;
    uint32_t used = 0;
    (void)append_pairs(destination, REPLY_TEXT_BYTES, &used, metadata, count);
    if (!is_reserved && body.len > 0) memcpy(destination + used, body.ptr, body.len);
    current->pairs = (uint32_t)count;
    current->text_bytes = used;
    current->body_bytes = (uint32_t)body.len;
    current->reserved = NULL;
    current->answer = ANSWER_REPLY;
    return BRASA_OK;
}

static void keep_error(const void *type, size_t type_bytes, const void *message, size_t message_bytes) {
    if (type_bytes > ERROR_TYPE_BYTES) type_bytes = ERROR_TYPE_BYTES;
    /* While a stream is under way the arena is full of its segments, so the text has to fit the frame. */
    bool streams = active.answer == ANSWER_BEGUN || active.answer == ANSWER_ENDED;
    size_t most = streams ? BRASA_FRAME_INLINE_BYTES - ERROR_TYPE_BYTES - 8 : ERROR_MESSAGE_BYTES;
    if (message_bytes > most) message_bytes = most;
    active.text_bytes = 0;
    (void)brasa_text_append(error_text, sizeof error_text, &active.text_bytes, type, type_bytes);
    (void)brasa_text_append(error_text, sizeof error_text, &active.text_bytes, message, message_bytes);
}

static brasa_status host_fail(brasa_invocation *invocation, brasa_status status, brasa_bytes type, brasa_bytes message) {
    struct active *current = check(invocation);
    if (!current || status >= 0 || (type.len > 0 && !type.ptr) || (message.len > 0 && !message.ptr)) return BRASA_INVALID;
    if (current->failure != BRASA_OK) return BRASA_INVALID;
    current->failure = status;
    keep_error(type.ptr, type.len, message.ptr, message.len);
    /* A reply is still here: the error takes its place, as an error that invoke returns does. */
    if (current->answer == ANSWER_NONE || current->answer == ANSWER_REPLY) current->answer = ANSWER_FAILED;
    return BRASA_OK;
}

static brasa_status host_begin(brasa_invocation *invocation, const brasa_pair *metadata, size_t count) {
    struct active *current = check(invocation);
    if (!current || (count > 0 && !metadata)) return BRASA_INVALID;
    if (current->answer != ANSWER_NONE) return BRASA_INVALID;
    if (count > BRASA_PAIRS_LIMIT || pairs_bytes(metadata, count) > BRASA_FRAME_INLINE_BYTES) return BRASA_LIMIT;
    brasa_frame *slot = brasa_port_slot(port, 0);
    memset(slot, 0, BRASA_FRAME_HEADER_BYTES);
    slot->kind = BRASA_FRAME_BEGIN;
    slot->invocation = current->number;
    slot->pairs = (uint16_t)count;
    (void)append_pairs(slot->bytes, BRASA_FRAME_INLINE_BYTES, &slot->text_bytes, metadata, count);
    current->answer = ANSWER_BEGUN;
    current->reserved = NULL;
    return publish() == 0 ? BRASA_OK : BRASA_INTERNAL;
}

/* One CHUNK frame: inline when small, else in its stream segment. */
static brasa_status send_chunk(struct active *current, const uint8_t *bytes, size_t count) {
    if (atomic_load_explicit(&port->head->cancelled, memory_order_relaxed)) return BRASA_CLOSED;
    uint32_t offset = 0;
    bool is_inline = count <= BRASA_FRAME_INLINE_BYTES;
    bool is_reserved = current->reserved_segment && bytes == current->reserved;
    if (is_reserved) {
        offset = current->reserved_offset;
        is_inline = false;
    } else if (!is_inline) {
        uint8_t *segment = brasa_port_segment(port, &offset);
        if (!segment) return BRASA_CLOSED;
        memcpy(segment, bytes, count);
    }
    brasa_frame *slot = brasa_port_slot(port, 1);
    if (!slot) return BRASA_CLOSED;
    memset(slot, 0, BRASA_FRAME_HEADER_BYTES);
    slot->kind = BRASA_FRAME_CHUNK;
    slot->invocation = current->number;
    slot->body_bytes = (uint32_t)count;
    if (is_inline) {
        memcpy(slot->bytes, bytes, count);
    } else {
        slot->flags = BRASA_FRAME_IN_ARENA;
        slot->arena_offset = offset;
    }
    return publish() == 0 ? BRASA_OK : BRASA_INTERNAL;
}

static brasa_status host_write(brasa_invocation *invocation, brasa_bytes chunk) {
    struct active *current = check(invocation);
    if (!current || (chunk.len > 0 && !chunk.ptr) || current->answer != ANSWER_BEGUN) return BRASA_INVALID;
    const uint8_t *bytes = chunk.ptr;
    size_t left = chunk.len;
    brasa_status status = BRASA_OK;
    if (current->reserved_segment && bytes == current->reserved && left > current->reserved_bytes) return BRASA_INVALID;
    while (left > 0 && status == BRASA_OK) {
        size_t count = left < BRASA_SEGMENT_BYTES ? left : BRASA_SEGMENT_BYTES;
        status = send_chunk(current, bytes, count);
        bytes += count;
        left -= count;
    }
    if (current->reserved_segment && chunk.ptr == current->reserved) {
        current->reserved = NULL;
        current->reserved_segment = false;
    }
    return status;
}

static brasa_status host_end(brasa_invocation *invocation) {
    struct active *current = check(invocation);
    if (!current || current->answer != ANSWER_BEGUN) return BRASA_INVALID;
    brasa_frame *slot = brasa_port_slot(port, 1);
    if (!slot) return BRASA_CLOSED;
    memset(slot, 0, BRASA_FRAME_HEADER_BYTES);
    slot->kind = BRASA_FRAME_END;
    slot->invocation = current->number;
    current->answer = ANSWER_ENDED;
    return publish() == 0 ? BRASA_OK : BRASA_INTERNAL;
}

static void *host_reserve(brasa_invocation *invocation, size_t bytes) {
    struct active *current = check(invocation);
    if (!current || bytes == 0) return NULL;
    if (current->answer == ANSWER_BEGUN) {
        if (bytes > BRASA_SEGMENT_BYTES) return NULL;
        if (!current->reserved_segment) { /* a second reserve without a write gets the same segment */
            uint8_t *segment = brasa_port_segment(port, &current->reserved_offset);
            if (!segment) return NULL;
            current->reserved = segment;
            current->reserved_segment = true;
        }
    } else if (current->answer == ANSWER_NONE) {
        if (bytes > BRASA_REPLY_LIMIT_BYTES) return NULL;
        current->reserved = brasa_port_reply_arena(port) + REPLY_TEXT_BYTES;
    } else {
        return NULL;
    }
    current->reserved_bytes = bytes;
    return (void *)current->reserved;
}

/* ---- services, metrics, spans ---- */

static brasa_status host_call(brasa_invocation *invocation, const brasa_request *request, brasa_response *response) {
    struct active *current = check(invocation);
    if (!current) return BRASA_INVALID;
    brasa_status status = call_service(port, current->number, invocation, request, response);
    if (status == BRASA_INTERNAL && !response->result.ptr) descriptors_gone = true;
    return status;
}

static void send_metric(
    brasa_invocation *invocation, int32_t kind, brasa_bytes name, double value, const brasa_pair *labels, size_t count) {
    if (!check(invocation) || count > BRASA_PAIRS_LIMIT ||
        4 + name.len + pairs_bytes(labels, count) > BRASA_FRAME_INLINE_BYTES)
        return;
    brasa_frame *slot = brasa_port_slot(port, 0);
    memset(slot, 0, BRASA_FRAME_HEADER_BYTES);
    slot->kind = BRASA_FRAME_METRIC;
    slot->status = kind;
    slot->invocation = active.number;
    slot->pairs = (uint16_t)count;
    memcpy(&slot->numbers[0], &value, sizeof value);
    (void)brasa_text_append(slot->bytes, BRASA_FRAME_INLINE_BYTES, &slot->text_bytes, name.ptr, name.len);
    (void)append_pairs(slot->bytes, BRASA_FRAME_INLINE_BYTES, &slot->text_bytes, labels, count);
    (void)publish();
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

const brasa_host *invocation_host(void) { return &host; }

/* Resets the high-water mark of memory, so that ru_maxrss is the next invocation's own peak: proc(5). False when the function
 * has closed our descriptors: told by this write because it is made anyway, while the doorbell may not have to be rung. */
static bool reset_peak(void) {
    if (clear_refs < 0) return fcntl(BRASA_DOORBELL_FD, F_GETFD) >= 0;
    return pwrite(clear_refs, "5", 1, 0) >= 0 || errno != EBADF;
}

void invocation_attach(brasa_port *attached, const struct start *start) {
    port = attached;
    function_name = (brasa_bytes){start->function, strlen(start->function)};
    function_version = (brasa_bytes){start->version, strlen(start->version)};
    clear_refs = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
}

/* ---- the invocation ---- */

static int read_bytes(const uint8_t *text, uint32_t bytes, uint32_t *position, brasa_bytes *out) {
    const uint8_t *start;
    uint32_t count;
    if (brasa_text_next(text, bytes, position, &start, &count) != 0) return -1;
    *out = (brasa_bytes){start, count};
    return 0;
}

static void read_frame(const brasa_frame *frame) {
    const uint8_t *text =
        frame->flags & BRASA_FRAME_IN_ARENA ? brasa_port_request_arena(port) + frame->arena_offset : frame->bytes;
    brasa_invocation *head = &active.public;
    *head = (brasa_invocation){
        .struct_size = sizeof *head,
        .attempt = (uint32_t)frame->numbers[1],
        .function_name = function_name,
        .function_version = function_version,
        .event = {text + frame->text_bytes, frame->body_bytes},
        .metadata = event_pairs,
        .metadata_count = frame->pairs,
        .deadline_ns = now_ns() + (uint64_t)frame->numbers[0],
        .memory_limit_bytes = (uint64_t)frame->numbers[2],
    };
    uint32_t position = 0;
    brasa_bytes *const fields[] = {&head->request_id, &head->trace_id, &head->trigger, &head->content_type};
    for (size_t i = 0; i < 4; i++) (void)read_bytes(text, frame->text_bytes, &position, fields[i]);
    for (uint32_t i = 0; i < frame->pairs && i < BRASA_PAIRS_LIMIT; i++) {
        (void)read_bytes(text, frame->text_bytes, &position, &event_pairs[i].name);
        (void)read_bytes(text, frame->text_bytes, &position, &event_pairs[i].value);
    }
}

static int64_t cpu_ns(const struct rusage *usage) {
    return ((int64_t)usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000000 +
           ((int64_t)usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) * 1000;
}

/* Decides what the whole of answer calls and the result of invoke mean together. */
static uint32_t settle(brasa_status result) {
    static const char type[] = "Function.Error", truncated[] = "Runtime.TruncatedResponse";
    char message[256];
    if (active.too_large && active.answer == ANSWER_NONE) return BRASA_DONE_TOO_LARGE;
    if (result < 0 && active.failure == BRASA_OK) {
        active.failure = result;
        int length = snprintf(message, sizeof message, "The function returned status %d without a message.", (int)result);
        keep_error(type, sizeof type - 1, message, (size_t)length);
    }
    uint32_t flags = active.failure != BRASA_OK ? BRASA_DONE_FAILED : 0;
    if (active.answer == ANSWER_ENDED) return flags | BRASA_DONE_STREAMED;
    if (active.answer == ANSWER_BEGUN) {
        if (!flags) {
            static const char text[] = "The function returned before it ended its streamed reply.";
            active.failure = BRASA_FUNCTION_ERROR;
            keep_error(truncated, sizeof truncated - 1, text, sizeof text - 1);
        }
        return BRASA_DONE_FAILED | BRASA_DONE_BROKEN;
    }
    if (!flags && active.answer == ANSWER_REPLY) return BRASA_DONE_REPLY;
    return flags;
}

static void fill_done(brasa_frame *slot, uint32_t flags) {
    slot->kind = BRASA_FRAME_DONE;
    slot->flags = flags;
    slot->status = active.failure;
    slot->invocation = active.number;
    const uint8_t *text = kept;
    uint32_t bytes = 0;
    if (flags & BRASA_DONE_FAILED) {
        text = error_text;
        bytes = slot->text_bytes = active.text_bytes;
    } else if (flags & BRASA_DONE_REPLY) {
        slot->pairs = (uint16_t)active.pairs;
        slot->text_bytes = active.text_bytes;
        slot->body_bytes = active.body_bytes;
        bytes = active.text_bytes + active.body_bytes;
        if (active.in_arena) {
            slot->flags |= BRASA_FRAME_IN_ARENA;
            slot->arena_offset = REPLY_TEXT_BYTES - active.text_bytes;
            return;
        }
    }
    if (bytes <= BRASA_FRAME_INLINE_BYTES) {
        memcpy(slot->bytes, text, bytes);
    } else {
        slot->flags |= BRASA_FRAME_IN_ARENA;
        memcpy(brasa_port_reply_arena(port), text, bytes);
    }
}

int invocation_run(const struct loaded *loaded, const brasa_frame *frame) {
    memset(&active, 0, sizeof active);
    active.number = frame->invocation;
    atomic_store_explicit(&port->head->allocation_failed, 0, memory_order_relaxed);
    read_frame(frame);
    static bool is_first = true;
    if (is_first) { /* load, init and thaw are not the first invocation's */
        (void)reset_peak();
        getrusage(RUSAGE_SELF, &used);
    }
    is_first = false;
    uint64_t start = now_ns();
    brasa_status result = loaded->function->invoke(loaded->state, &active.public);
    uint64_t duration = now_ns() - start;
    fflush(stdout);
    fflush(stderr);
    uint32_t flags = settle(result);
    int waiting = 0;
    if (ioctl(1, FIONREAD, &waiting) == 0 && waiting > 0) flags |= BRASA_DONE_OUTPUT;
    /* Between two invocations there is next to nothing: what the last one ended with is where this one began. */
    struct rusage before = used;
    getrusage(RUSAGE_SELF, &used);
    if (!reset_peak()) descriptors_gone = true;
    if (descriptors_gone) return -1;
    brasa_frame *slot = brasa_port_slot(port, 0);
    memset(slot, 0, BRASA_FRAME_HEADER_BYTES);
    fill_done(slot, flags);
    slot->numbers[0] = cpu_ns(&used) - cpu_ns(&before);
    slot->numbers[1] = (int64_t)used.ru_maxrss * 1024;
    slot->numbers[2] = (int64_t)duration;
    slot->numbers[3] = flags & BRASA_DONE_TOO_LARGE
                           ? (int64_t)active.attempted_bytes
                           : used.ru_minflt - before.ru_minflt + (used.ru_majflt - before.ru_majflt);
    free_blocks(&active);
    active.number = 0;
    return publish();
}
