/* One invocation, from its INVOKE frame to its DONE frame. */
#include "instance.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* A worker has one instance. The host has one in each of some threads; they are listed, because a function may use its
 * invocation from threads of its own. */
static brasa_instance *process_instance;
static _Thread_local brasa_instance *thread_instance;
static brasa_instance *thread_instances;
static pthread_mutex_t thread_instances_lock = PTHREAD_MUTEX_INITIALIZER;
static int clear_refs = -1;

uint64_t brasa_now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void attach(brasa_instance *instance, brasa_port *port, const char *function, const char *version) {
    memset(instance, 0, offsetof(brasa_instance, event_pairs));
    instance->port = port;
    instance->function_name = (brasa_bytes){function, strlen(function)};
    instance->function_version = (brasa_bytes){version, strlen(version)};
}

void brasa_instance_attach(brasa_instance *instance, brasa_port *port, const char *function, const char *version) {
    attach(instance, port, function, version);
    instance->is_process = true;
    process_instance = instance;
    clear_refs = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
}

void brasa_instance_attach_thread(
    brasa_instance *instance, brasa_port *port, const char *function, const char *version) {
    attach(instance, port, function, version);
    thread_instance = instance;
    pthread_mutex_lock(&thread_instances_lock);
    instance->next = thread_instances;
    thread_instances = instance;
    pthread_mutex_unlock(&thread_instances_lock);
}

void brasa_instance_detach_thread(brasa_instance *instance) {
    thread_instance = NULL;
    pthread_mutex_lock(&thread_instances_lock);
    brasa_instance **link = &thread_instances;
    while (*link && *link != instance) link = &(*link)->next;
    if (*link) *link = instance->next;
    pthread_mutex_unlock(&thread_instances_lock);
}

brasa_instance *instance_here(void) { return process_instance ? process_instance : thread_instance; }

/* From a thread that the function has started in the host. */
static brasa_instance *find_running(const brasa_invocation *invocation) {
    pthread_mutex_lock(&thread_instances_lock);
    brasa_instance *found = thread_instances;
    while (found && &found->active.public != invocation) found = found->next;
    pthread_mutex_unlock(&thread_instances_lock);
    return found && found->active.number != 0 ? found : NULL;
}

brasa_instance *instance_running(const brasa_invocation *invocation) {
    brasa_instance *here = instance_here();
    if (here && invocation == &here->active.public) return here->active.number != 0 ? here : NULL;
    return process_instance || !invocation ? NULL : find_running(invocation);
}

brasa_frame *instance_slot(brasa_instance *instance, enum brasa_frame_kind kind, bool may_give_up) {
    brasa_frame *slot = brasa_port_slot(instance->port, may_give_up);
    if (!slot) return NULL;
    memset(slot, 0, BRASA_FRAME_HEADER_BYTES);
    slot->kind = (uint16_t)kind;
    slot->invocation = instance->active.number;
    return slot;
}

int instance_publish(brasa_instance *instance) {
    if (brasa_port_publish(instance->port) == 0) return 0;
    instance->descriptors_gone = true;
    return -1;
}

/* Resets the high-water mark of memory, so that ru_maxrss is the next invocation's own peak: proc(5). False when the function
 * has closed our descriptors: told by this write because it is made anyway, while the doorbell may not have to be rung. */
static bool reset_peak(void) {
    if (clear_refs < 0) return fcntl(BRASA_DOORBELL_FD, F_GETFD) >= 0;
    return pwrite(clear_refs, "5", 1, 0) >= 0 || errno != EBADF;
}

static int read_bytes(const uint8_t *text, uint32_t bytes, uint32_t *position, brasa_bytes *out) {
    const uint8_t *start;
    uint32_t count;
    if (brasa_text_next(text, bytes, position, &start, &count) != 0) return -1;
    *out = (brasa_bytes){start, count};
    return 0;
}

static void read_frame(brasa_instance *instance, const brasa_frame *frame) {
    const uint8_t *text =
        frame->flags & BRASA_FRAME_IN_ARENA ? brasa_port_request_arena(instance->port) + frame->arena_offset : frame->bytes;
    brasa_invocation *head = &instance->active.public;
    *head = (brasa_invocation){
        .struct_size = sizeof *head,
        .attempt = (uint32_t)frame->numbers[1],
        .function_name = instance->function_name,
        .function_version = instance->function_version,
        .event = {text + frame->text_bytes, frame->body_bytes},
        .metadata = instance->event_pairs,
        .metadata_count = frame->pairs,
        .deadline_ns = brasa_now_ns() + (uint64_t)frame->numbers[0],
        .memory_limit_bytes = (uint64_t)frame->numbers[2],
    };
    uint32_t position = 0;
    brasa_bytes *const fields[] = {&head->request_id, &head->trace_id, &head->trigger, &head->content_type};
    for (size_t i = 0; i < 4; i++) (void)read_bytes(text, frame->text_bytes, &position, fields[i]);
    for (uint32_t i = 0; i < frame->pairs && i < BRASA_PAIRS_LIMIT; i++) {
        (void)read_bytes(text, frame->text_bytes, &position, &instance->event_pairs[i].name);
        (void)read_bytes(text, frame->text_bytes, &position, &instance->event_pairs[i].value);
    }
}

static int64_t cpu_ns(const struct rusage *usage) {
    return ((int64_t)usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000000 +
           ((int64_t)usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) * 1000;
}

/* Decides what the whole of answer calls and the result of invoke mean together. */
static uint32_t settle(brasa_instance *instance, brasa_status result) {
    struct brasa_active *active = &instance->active;
    static const char type[] = "Function.Error", truncated[] = "Runtime.TruncatedResponse";
    char message[256];
    if (active->too_large && active->answer == BRASA_ANSWER_NONE) return BRASA_DONE_TOO_LARGE;
    if (result < 0 && active->failure == BRASA_OK) {
        active->failure = result;
        int length = snprintf(message, sizeof message, "The function returned status %d without a message.", (int)result);
        keep_error(instance, type, sizeof type - 1, message, (size_t)length);
    }
    uint32_t flags = active->failure != BRASA_OK ? BRASA_DONE_FAILED : 0;
    if (active->answer == BRASA_ANSWER_ENDED) return flags | BRASA_DONE_STREAMED;
    if (active->answer == BRASA_ANSWER_BEGUN) {
        if (!flags) {
            static const char text[] = "The function returned before it ended its streamed reply.";
            active->failure = BRASA_FUNCTION_ERROR;
            keep_error(instance, truncated, sizeof truncated - 1, text, sizeof text - 1);
        }
        return BRASA_DONE_FAILED | BRASA_DONE_BROKEN;
    }
    if (!flags && active->answer == BRASA_ANSWER_REPLY) return BRASA_DONE_REPLY;
    return flags;
}

static void fill_answer(brasa_instance *instance, uint32_t flags, brasa_frame *slot) {
    struct brasa_active *active = &instance->active;
    slot->kind = BRASA_FRAME_DONE;
    slot->flags = flags;
    slot->status = active->failure;
    slot->invocation = active->number;
    const uint8_t *text = instance->kept;
    uint32_t bytes = 0;
    if (flags & BRASA_DONE_FAILED) {
        text = instance->error_text;
        bytes = slot->text_bytes = active->text_bytes;
    } else if (flags & BRASA_DONE_REPLY) {
        slot->pairs = (uint16_t)active->pairs;
        slot->text_bytes = active->text_bytes;
        slot->body_bytes = active->body_bytes;
        bytes = active->text_bytes + active->body_bytes;
        if (active->in_arena) {
            slot->flags |= BRASA_FRAME_IN_ARENA;
            slot->arena_offset = BRASA_REPLY_TEXT_BYTES - active->text_bytes;
            return;
        }
    }
    if (bytes <= BRASA_FRAME_INLINE_BYTES) {
        memcpy(slot->bytes, text, bytes);
    } else {
        slot->flags |= BRASA_FRAME_IN_ARENA;
        memcpy(brasa_port_reply_arena(instance->port), text, bytes);
    }
}

void brasa_instance_fill(
    brasa_instance *instance, uint32_t flags, const struct brasa_usage *usage, brasa_frame *slot) {
    memset(slot, 0, BRASA_FRAME_HEADER_BYTES);
    fill_answer(instance, flags, slot);
    if (usage->has_output) slot->flags |= BRASA_DONE_OUTPUT;
    slot->numbers[0] = usage->cpu_ns;
    slot->numbers[1] = usage->peak_bytes;
    slot->numbers[2] = usage->duration_ns;
    slot->numbers[3] =
        flags & BRASA_DONE_TOO_LARGE ? (int64_t)instance->active.attempted_bytes : usage->page_faults;
}

static brasa_status timed_invoke(
    brasa_instance *instance, const brasa_function *function, void *state, struct brasa_usage *usage) {
    uint64_t start = brasa_now_ns();
    brasa_status result = function->invoke(state, &instance->active.public);
    usage->duration_ns = (int64_t)(brasa_now_ns() - start);
    return result;
}

/* With what the whole process used, which is this instance. */
static brasa_status measured_invoke(
    brasa_instance *instance, const brasa_function *function, void *state, struct brasa_usage *usage) {
    static struct rusage used; /* when the invocation before this one ended */
    if (!instance->is_measured) { /* load, init and thaw are not the first invocation's */
        (void)reset_peak();
        getrusage(RUSAGE_SELF, &used);
    }
    instance->is_measured = true;
    brasa_status result = timed_invoke(instance, function, state, usage);
    fflush(stdout);
    fflush(stderr);
    int waiting = 0;
    usage->has_output = instance->has_output = ioctl(1, FIONREAD, &waiting) == 0 && waiting > 0;
    /* Between two invocations there is next to nothing: what the last one ended with is where this one began. */
    struct rusage before = used;
    getrusage(RUSAGE_SELF, &used);
    if (!reset_peak()) instance->descriptors_gone = true;
    usage->cpu_ns = cpu_ns(&used) - cpu_ns(&before);
    usage->peak_bytes = (int64_t)used.ru_maxrss * 1024;
    usage->page_faults = used.ru_minflt - before.ru_minflt + (used.ru_majflt - before.ru_majflt);
    return result;
}

uint32_t brasa_instance_call(
    brasa_instance *instance, const brasa_function *function, void *state, const brasa_frame *frame,
    struct brasa_usage *usage) {
    memset(&instance->active, 0, sizeof instance->active);
    memset(usage, 0, sizeof *usage);
    instance->active.number = instance->port->invocation = frame->invocation;
    read_frame(instance, frame);
    brasa_status result = instance->is_process ? measured_invoke(instance, function, state, usage)
                                               : timed_invoke(instance, function, state, usage);
    return settle(instance, result);
}

void brasa_instance_finish(brasa_instance *instance) {
    free_blocks(&instance->active);
    instance->active.number = instance->port->invocation = 0;
}

int brasa_instance_run(
    brasa_instance *instance, const brasa_function *function, void *state, const brasa_frame *frame) {
    struct brasa_usage usage;
    atomic_store_explicit(&instance->port->head->allocation_failed, 0, memory_order_relaxed);
    uint32_t flags = brasa_instance_call(instance, function, state, frame, &usage);
    if (instance->descriptors_gone) return -1;
    brasa_frame *slot = brasa_port_slot(instance->port, 0);
    if (slot) brasa_instance_fill(instance, flags, &usage, slot);
    brasa_instance_finish(instance);
    return slot ? instance_publish(instance) : 0;
}

int brasa_instance_tell_ready(brasa_port *port, uint64_t began_ns, uint64_t init_began_ns, uint64_t thaw_began_ns) {
    brasa_frame *slot = brasa_port_slot(port, 0);
    if (!slot) return 0;
    memset(slot, 0, BRASA_FRAME_HEADER_BYTES);
    slot->kind = BRASA_FRAME_READY;
    slot->numbers[0] = (int64_t)brasa_now_ns();
    slot->numbers[1] = (int64_t)began_ns;
    slot->numbers[2] = (int64_t)init_began_ns;
    slot->numbers[3] = (int64_t)thaw_began_ns;
    /* An invocation that is there already answers soon: its frame tells the host in the same wake-up. */
    if (!brasa_port_pending(port)) return brasa_port_publish(port);
    brasa_port_publish_quietly(port);
    return 0;
}

void brasa_instance_tell_failed(brasa_port *port, enum brasa_life phase, const char *type, const char *message) {
    brasa_frame *slot = brasa_port_slot(port, 0);
    if (!slot) return;
    memset(slot, 0, BRASA_FRAME_HEADER_BYTES);
    slot->kind = BRASA_FRAME_FAILED;
    slot->status = (int32_t)phase;
    (void)brasa_text_append(slot->bytes, BRASA_FRAME_INLINE_BYTES, &slot->text_bytes, type, strlen(type));
    size_t length = strnlen(message, BRASA_FRAME_INLINE_BYTES - slot->text_bytes - 4);
    (void)brasa_text_append(slot->bytes, BRASA_FRAME_INLINE_BYTES, &slot->text_bytes, message, length);
    (void)brasa_port_publish(port);
}
