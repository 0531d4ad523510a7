/* The zygote: loads and initialises once, forks on request, reports what ends.
 *
 * It stays single-threaded, because fork copies only the calling thread. It is a child subreaper, so whatever a function
 * started and left behind becomes its child and is killed by it: also what called setsid. */
#include "worker.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <malloc.h>
#include <unistd.h>

struct instance {
    uint64_t number;
    pid_t pid;
    char *scratch;
};

static struct instance *instances;
static size_t instance_count, instance_capacity;
static struct start start;
static struct loaded loaded;
static brasa_control message; /* 64 KiB: not on the stack */
static int start_blob = -1;

static void send_message(void) {
    /* A library may have closed the socket, or put something else in its place: without it nobody hears of us. */
    if (brasa_control_send(BRASA_CONTROL_FD, &message, NULL, 0) != 0) _exit(120 + BRASA_EXIT_DESCRIPTORS);
}

static void begin(enum brasa_control_kind kind) {
    memset(&message, 0, BRASA_CONTROL_HEADER_BYTES);
    message.kind = kind;
}

static void add_text(const char *text) {
    (void)brasa_text_append(message.text, sizeof message.text, &message.text_bytes, text, strlen(text));
}

static void enter(enum brasa_life phase) {
    begin(BRASA_CONTROL_PHASE);
    message.status = (int32_t)phase;
    send_message();
}

static _Noreturn void refuse(const struct refusal *refusal) {
    fflush(stdout);
    fflush(stderr);
    begin(BRASA_CONTROL_FAILED);
    message.status = (int32_t)refusal->phase;
    add_text(refusal->type);
    add_text(refusal->message);
    send_message();
    _exit(120 + BRASA_EXIT_REFUSED);
}

static int parse_string(const uint8_t *text, uint32_t bytes, uint32_t *position, char *out, size_t capacity) {
    const uint8_t *from;
    uint32_t count;
    if (brasa_text_next(text, bytes, position, &from, &count) != 0 || count >= capacity) return -1;
    memcpy(out, from, count);
    out[count] = 0;
    return 0;
}

/* Keeps a JSON text, NUL-terminated. */
static int parse_json(const uint8_t *text, uint32_t bytes, uint32_t *position, uint8_t **out, uint32_t *out_bytes) {
    const uint8_t *from;
    if (brasa_text_next(text, bytes, position, &from, out_bytes) != 0) return -1;
    *out = malloc((size_t)*out_bytes + 1);
    if (!*out) return -1;
    memcpy(*out, from, *out_bytes);
    (*out)[*out_bytes] = 0;
    return 0;
}

int start_parse(struct start *out, const uint8_t *text, uint32_t bytes, uint32_t flags) {
    uint32_t position = 0;
    out->flags = flags;
    if (parse_string(text, bytes, &position, out->library, sizeof out->library) != 0 ||
        parse_string(text, bytes, &position, out->entry, sizeof out->entry) != 0 ||
        parse_string(text, bytes, &position, out->function, sizeof out->function) != 0 ||
        parse_string(text, bytes, &position, out->version, sizeof out->version) != 0 ||
        parse_string(text, bytes, &position, out->scratch_root, sizeof out->scratch_root) != 0 ||
        parse_json(text, bytes, &position, &out->settings, &out->settings_bytes) != 0 ||
        parse_json(text, bytes, &position, &out->symbol, &out->symbol_bytes) != 0)
        return -1;
    return 0;
}

/* Keeps START for instances that begin as a fresh program. */
static void keep_start(void) {
    start_blob = memfd_create("brasa-start", MFD_CLOEXEC);
    size_t size = BRASA_CONTROL_HEADER_BYTES + message.text_bytes;
    if (start_blob < 0 || write(start_blob, &message, size) != (ssize_t)size) _exit(120);
}

static int receive_start(void) {
    int descriptors[BRASA_CONTROL_DESCRIPTORS];
    int got = brasa_control_receive(BRASA_CONTROL_FD, &message, descriptors);
    if (got <= 0 || message.kind != BRASA_CONTROL_START) return -1;
    if (start_parse(&start, message.text, message.text_bytes, message.flags) != 0) return -1;
    if (chdir(start.scratch_root) != 0) return -1;
    if (descriptors[0] >= 0) { /* init counts against the function's memory too */
        (void)!write(descriptors[0], "0", 1);
        close(descriptors[0]);
    }
    confine_memory(message.numbers[0]);
    if (start.flags & BRASA_CONTROL_DEBUGGED) confine_debugged();
    if (start.flags & BRASA_CONTROL_BARE) keep_start();
    return 0;
}

/* Starts this program anew, without the library and its threads; the host then sends START again. */
static _Noreturn void become_bare(
    const char *note, uint64_t load_ns, uint64_t init_ns, int64_t constructors_ns, const char *description) {
    begin(BRASA_CONTROL_READY);
    message.flags = BRASA_CONTROL_EXEC;
    message.numbers[0] = (int64_t)load_ns;
    message.numbers[1] = (int64_t)init_ns;
    message.numbers[2] = constructors_ns;
    message.numbers[3] = (int64_t)program_began_ns;
    add_text(description);
    add_text(note);
    send_message();
    char *const arguments[] = {"brasa-worker", "--zygote", NULL};
    execv("/proc/self/exe", arguments);
    _exit(120);
}

/* For `brasa inspect`: what the module says about itself needs its entry point, and nothing that init may need. */
static _Noreturn void describe(char *description, size_t capacity) {
    struct refusal refusal = {.phase = BRASA_LIFE_LOAD};
    if (module_describe(&loaded, description, capacity) == 0) {
        snprintf(refusal.type, sizeof refusal.type, "Runtime.InvalidEntrypoint");
        snprintf(
            refusal.message, sizeof refusal.message, "The description of %s is too long; at most %zu bytes fit.",
            start.library, capacity - 1);
        refuse(&refusal);
    }
    fflush(stdout);
    fflush(stderr);
    begin(BRASA_CONTROL_READY);
    add_text(description);
    add_text("");
    send_message();
    _exit(0);
}

static void load(void) {
    static char description[48 << 10];
    char note[512];
    struct refusal refusal = {.phase = BRASA_LIFE_LOAD};
    const brasa_host *host = brasa_instance_host();
    uint64_t load_ns = 0, init_ns = 0;
    int64_t constructors_ns = -1;
    if (!(start.flags & BRASA_CONTROL_BARE)) {
        enter(BRASA_LIFE_LOAD);
        uint64_t before = brasa_now_ns();
        if (module_open(&start, host, &loaded, &refusal) != 0) refuse(&refusal);
        load_ns = brasa_now_ns() - before;
        constructors_ns = loaded.constructors_ns;
        if (start.flags & BRASA_CONTROL_DESCRIBE) describe(description, sizeof description);
        enter(BRASA_LIFE_INIT);
        refusal.phase = BRASA_LIFE_INIT;
        before = brasa_now_ns();
        if (module_init(&start, host, &loaded, &refusal) != 0) refuse(&refusal);
        init_ns = brasa_now_ns() - before;
        enter(BRASA_LIFE_FREEZE);
        refusal.phase = BRASA_LIFE_FREEZE;
        if (module_freeze(&loaded, &refusal) != 0) refuse(&refusal);
        if (module_describe(&loaded, description, sizeof description) == 0) description[0] = 0;
        if (module_prevents_fork(&loaded, note, sizeof note)) {
            if (start.flags & BRASA_CONTROL_NO_EXEC_FALLBACK) {
                snprintf(refusal.type, sizeof refusal.type, "Function.CannotFork");
                snprintf(
                    refusal.message, sizeof refusal.message,
                    "%s; isolation process was demanded, allowed for such a module is isolation exec.", note);
                refuse(&refusal);
            }
            become_bare(note, load_ns, init_ns, constructors_ns, description);
        }
        fflush(stdout);
        fflush(stderr);
        (void)malloc_trim(0); /* free pages would be copied by each instance that writes to them */
    }
    begin(BRASA_CONTROL_READY);
    message.numbers[0] = (int64_t)load_ns;
    message.numbers[1] = (int64_t)init_ns;
    message.numbers[2] = constructors_ns;
    message.numbers[3] = (int64_t)program_began_ns;
    add_text(description);
    add_text("");
    send_message();
}

/* ---- forking ---- */

static int remember(uint64_t number, pid_t pid, const char *scratch) {
    if (instance_count == instance_capacity) {
        size_t capacity = instance_capacity ? instance_capacity * 2 : 16;
        struct instance *grown = realloc(instances, capacity * sizeof *grown);
        if (!grown) return -1;
        instances = grown;
        instance_capacity = capacity;
    }
    instances[instance_count++] = (struct instance){number, pid, strdup(scratch)};
    return 0;
}

static _Noreturn void run_forked(pid_t zygote, const int *descriptors, const char *scratch, int64_t data_limit) {
    instance_after_fork(zygote, descriptors[1], descriptors[2]);
    if (loaded.module) {
        close(BRASA_CONTROL_FD);
        int channel = descriptors[0];
        /* Everything else belongs to the zygote: its signalfd, and pidfds of siblings. */
        if (dup2(channel, BRASA_CHANNEL_FD) < 0) _exit(120);
        (void)syscall(SYS_close_range, BRASA_CHANNEL_FD + 1, ~0u, 0);
        instance_run(&start, &loaded, BRASA_CHANNEL_FD, scratch, data_limit);
    }
    char limit[32];
    snprintf(limit, sizeof limit, "%lld", (long long)data_limit);
    /* Through high numbers first: either may already have the number the other needs. */
    int channel = fcntl(descriptors[0], F_DUPFD, 64), blob = fcntl(start_blob, F_DUPFD, 64);
    if (channel < 0 || blob < 0 || dup2(channel, BRASA_CHANNEL_FD) < 0 || dup2(blob, BRASA_START_FD) < 0) _exit(120);
    close(BRASA_CONTROL_FD);
    (void)syscall(SYS_close_range, BRASA_START_FD + 1, ~0u, 0);
    char *const arguments[] = {"brasa-worker", "--instance", (char *)scratch, limit, NULL};
    execv("/proc/self/exe", arguments);
    _exit(120);
}

static void report_exit(uint64_t number, pid_t pid, int status, const struct rusage *usage, int is_dirty) {
    begin(BRASA_CONTROL_EXITED);
    message.instance = number;
    message.status = status;
    message.flags = is_dirty ? BRASA_CONTROL_SCRATCH : 0;
    message.numbers[0] = pid;
    message.numbers[1] = (int64_t)usage->ru_maxrss * 1024;
    message.numbers[2] = ((int64_t)usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000000 +
                         ((int64_t)usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) * 1000;
    send_message();
}

static void fork_instance(const int *descriptors) {
    char scratch[4096];
    uint32_t position = 0;
    if (parse_string(message.text, message.text_bytes, &position, scratch, sizeof scratch) != 0) _exit(120);
    uint64_t number = message.instance;
    int64_t data_limit = message.numbers[0];
    pid_t zygote = getpid();
    pid_t pid = fork();
    if (pid == 0) run_forked(zygote, descriptors, scratch, data_limit);
    int pidfd = pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
    if (pid < 0 || remember(number, pid, scratch) != 0) {
        if (pid > 0) kill(pid, SIGKILL);
        report_exit(number, -1, SIGKILL, &(struct rusage){0}, 0);
    } else {
        begin(BRASA_CONTROL_FORKED);
        message.instance = number;
        message.numbers[0] = pid;
        (void)brasa_control_send(BRASA_CONTROL_FD, &message, &pidfd, pidfd >= 0 ? 1 : 0);
    }
    if (pidfd >= 0) close(pidfd);
}

static void receive(void) {
    int descriptors[BRASA_CONTROL_DESCRIPTORS];
    int got = brasa_control_receive(BRASA_CONTROL_FD, &message, descriptors);
    if (got == -EAGAIN) return;
    if (got <= 0) _exit(0); /* the host is gone or has closed this version: instances die with us */
    if (message.kind == BRASA_CONTROL_FORK) fork_instance(descriptors);
    for (uint32_t i = 0; i < BRASA_CONTROL_DESCRIPTORS; i++)
        if (descriptors[i] >= 0) close(descriptors[i]);
}

/* ---- reaping ---- */

/* Kills the processes of a session: those an instance started that did not leave it. */
static void kill_session(pid_t session) { (void)kill(-session, SIGKILL); }

/* Kills what instances left behind: children of ours that are no instance and belong to no living instance's session. */
static void kill_orphans(void) {
    DIR *processes = opendir("/proc");
    if (!processes) return;
    struct dirent *entry;
    pid_t self = getpid();
    while ((entry = readdir(processes))) {
        pid_t pid = (pid_t)atoi(entry->d_name);
        if (pid <= 0) continue;
        pid_t session;
        if (process_parent(pid, &session) != self) continue;
        int is_known = 0;
        for (size_t i = 0; i < instance_count; i++)
            is_known |= instances[i].pid == pid || instances[i].pid == session;
        if (!is_known) (void)kill(pid, SIGKILL);
    }
    closedir(processes);
}

static void reap(void) {
    int status, found_orphan = 0;
    struct rusage usage;
    pid_t pid;
    while ((pid = wait4(-1, &status, WNOHANG, &usage)) > 0) {
        size_t i = 0;
        while (i < instance_count && instances[i].pid != pid) i++;
        found_orphan = 1;
        if (i == instance_count) continue;
        struct instance ended = instances[i];
        instances[i] = instances[--instance_count];
        kill_session(ended.pid);
        int is_dirty = ended.scratch && rmdir(ended.scratch) != 0;
        report_exit(ended.number, pid, status, &usage, is_dirty);
        free(ended.scratch);
    }
    if (found_orphan) kill_orphans();
}

_Noreturn void zygote_run(void) {
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    if (receive_start() != 0) _exit(120);
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    load();
    confine_signals(); /* init may have changed them */
    (void)sigprocmask(SIG_BLOCK, &children, NULL);
    int ended = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
    if (ended < 0) _exit(120);
    for (;;) {
        struct pollfd watched[] = {{.fd = BRASA_CONTROL_FD, .events = POLLIN}, {.fd = ended, .events = POLLIN}};
        if (poll(watched, 2, -1) < 0 && errno != EINTR) _exit(120);
        if (watched[1].revents) {
            struct signalfd_siginfo information;
            (void)!read(ended, &information, sizeof information);
            reap();
        }
        if (watched[0].revents) receive();
    }
}
