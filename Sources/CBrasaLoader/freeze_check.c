#include "brasa_freeze_check.h"
#include "module_error.h"
#include "text.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

int brasa_thread_count(void) {
    struct stat status;
    // The directory has one link for each thread, and two of its own.
    if (stat("/proc/self/task", &status) == 0 && status.st_nlink >= 3) return (int)status.st_nlink - 2;
    // Some sandboxes' /proc does not count links.
    DIR *directory = opendir("/proc/self/task");
    if (!directory) return -1;
    int count = 0;
    for (struct dirent *entry; (entry = readdir(directory));) count += entry->d_name[0] != '.';
    closedir(directory);
    return count > 0 ? count : -1;
}

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int brasa_check_threads(int wait_ms, brasa_load_error *error) {
    *error = (brasa_load_error){0};
    int64_t end = now_ns() + (int64_t)wait_ms * 1000000;
    long pause_ns = 100000;
    int count = 0;
    while ((count = brasa_thread_count()) > 1 && now_ns() < end) {
        struct timespec pause = {.tv_nsec = pause_ns};
        nanosleep(&pause, NULL);
        if (pause_ns < 5000000) pause_ns *= 2;
    }
    if (count == 1) return 0;
    if (count < 0) {
        return brasa_load_fail(
            error, BRASA_PHASE_THREADS, BRASA_LOAD_FAILED,
            "How many threads init left running cannot be told, since /proc/self/task cannot be read: %s.",
            strerror(errno));
    }
    return brasa_load_fail(error, BRASA_PHASE_THREADS, BRASA_LOAD_FAILED,
                           "init left %d %s running; start threads in thaw, or each instance needs a fresh process.",
                           count - 1, count == 2 ? "thread" : "threads");
}

static int kind_of_file(int descriptor, const char *target, const struct stat *status) {
    int flags = fcntl(descriptor, F_GETFL);
    bool reads_only = flags >= 0 && ((flags & O_PATH) || (flags & O_ACCMODE) == O_RDONLY);
    if (strncmp(target, "/memfd:", 7) == 0) return BRASA_DESCRIPTOR_MEMFD;
    if (S_ISDIR(status->st_mode)) return BRASA_DESCRIPTOR_DIRECTORY;
    return reads_only ? BRASA_DESCRIPTOR_FILE_READ_ONLY : BRASA_DESCRIPTOR_FILE_WRITABLE;
}

int brasa_descriptor_kind(int descriptor) {
    struct stat status;
    if (fstat(descriptor, &status) != 0) return -1;
    char link[64], target[PATH_MAX] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, target, sizeof target - 1);
    target[length > 0 ? length : 0] = 0;
    switch (status.st_mode & S_IFMT) {
    case S_IFREG:
    case S_IFDIR:
        // Newer kernels give process descriptors the mode of a file.
        if (strstr(target, "[pidfd]")) return BRASA_DESCRIPTOR_OTHER;
        return kind_of_file(descriptor, target, &status);
    case S_IFSOCK: return BRASA_DESCRIPTOR_SOCKET;
    case S_IFIFO: return BRASA_DESCRIPTOR_PIPE;
    case S_IFCHR: {
        // null, zero, full, random, urandom: they keep no state between reads.
        static const unsigned minors[] = {3, 5, 7, 8, 9};
        for (size_t i = 0; i < sizeof minors / sizeof minors[0]; i++) {
            if (status.st_rdev == makedev(1, minors[i])) return BRASA_DESCRIPTOR_DEVICE_SAFE;
        }
        return BRASA_DESCRIPTOR_DEVICE;
    }
    case S_IFBLK: return BRASA_DESCRIPTOR_DEVICE;
    }
    static const struct {
        const char *target;
        int kind;
    } anonymous[] = {
        {"anon_inode:[eventfd]", BRASA_DESCRIPTOR_EVENTFD},   {"anon_inode:[eventpoll]", BRASA_DESCRIPTOR_EPOLL},
        {"anon_inode:inotify", BRASA_DESCRIPTOR_INOTIFY},     {"anon_inode:[timerfd]", BRASA_DESCRIPTOR_TIMERFD},
        {"anon_inode:[signalfd]", BRASA_DESCRIPTOR_SIGNALFD}, {"anon_inode:[io_uring]", BRASA_DESCRIPTOR_IO_URING},
    };
    for (size_t i = 0; i < sizeof anonymous / sizeof anonymous[0]; i++) {
        if (strcmp(target, anonymous[i].target) == 0) return anonymous[i].kind;
    }
    return BRASA_DESCRIPTOR_OTHER;
}

const char *brasa_descriptor_kind_name(int kind) {
    static const char *const names[BRASA_DESCRIPTOR_KIND_COUNT] = {
        [BRASA_DESCRIPTOR_FILE_READ_ONLY] = "a file for reading",
        [BRASA_DESCRIPTOR_DIRECTORY] = "a directory",
        [BRASA_DESCRIPTOR_DEVICE_SAFE] = "a device without state",
        [BRASA_DESCRIPTOR_FILE_WRITABLE] = "a file for writing",
        [BRASA_DESCRIPTOR_SOCKET] = "a socket",
        [BRASA_DESCRIPTOR_PIPE] = "a pipe",
        [BRASA_DESCRIPTOR_EVENTFD] = "an eventfd",
        [BRASA_DESCRIPTOR_EPOLL] = "an epoll instance",
        [BRASA_DESCRIPTOR_INOTIFY] = "an inotify instance",
        [BRASA_DESCRIPTOR_TIMERFD] = "a timerfd",
        [BRASA_DESCRIPTOR_SIGNALFD] = "a signalfd",
        [BRASA_DESCRIPTOR_IO_URING] = "an io_uring",
        [BRASA_DESCRIPTOR_MEMFD] = "a memfd",
        [BRASA_DESCRIPTOR_DEVICE] = "a device",
        [BRASA_DESCRIPTOR_OTHER] = "a kernel object",
    };
    return kind >= 0 && kind < BRASA_DESCRIPTOR_KIND_COUNT ? names[kind] : "something unknown";
}

static int compare(const void *left, const void *right) {
    int a = *(const int *)left, b = *(const int *)right;
    return (a > b) - (a < b);
}

int brasa_open_descriptors(int *out, size_t capacity) {
    DIR *directory = opendir("/proc/self/fd");
    if (!directory) return -1;
    int own = dirfd(directory), count = 0;
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (entry->d_name[0] == '.') continue;
        int descriptor = atoi(entry->d_name);
        if (descriptor == own) continue;
        if ((size_t)count < capacity) out[count] = descriptor;
        count++;
    }
    closedir(directory);
    qsort(out, (size_t)count < capacity ? (size_t)count : capacity, sizeof *out, compare);
    return count;
}

/** ", path" for what has one worth telling; else "". */
static void note_path(char *out, size_t size, int descriptor, int kind) {
    out[0] = 0;
    if (kind != BRASA_DESCRIPTOR_FILE_WRITABLE && kind != BRASA_DESCRIPTOR_DEVICE) return;
    char link[64], target[PATH_MAX], shown[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, target, sizeof target - 1);
    if (length <= 0) return;
    target[length] = 0;
    snprintf(out, size, ", %s", brasa_printable_path(shown, sizeof shown, target));
}

int brasa_check_descriptors(const int *allowed, size_t allowed_count, brasa_load_error *error) {
    enum { MOST = 4096, SHOWN = 8 };
    *error = (brasa_load_error){0};
    int open[MOST], left[SHOWN], kinds[SHOWN], left_count = 0;
    int count = brasa_open_descriptors(open, MOST);
    if (count < 0) {
        return brasa_load_fail(error, BRASA_PHASE_DESCRIPTORS, BRASA_LOAD_FAILED,
                               "What init left open cannot be told, since /proc/self/fd cannot be read: %s.",
                               strerror(errno));
    }
    for (int i = 0; i < count && i < MOST; i++) {
        bool is_allowed = false;
        for (size_t j = 0; j < allowed_count && !is_allowed; j++) is_allowed = allowed[j] == open[i];
        int kind = is_allowed ? -1 : brasa_descriptor_kind(open[i]);
        if (kind <= BRASA_DESCRIPTOR_DEVICE_SAFE) continue;
        if (left_count < SHOWN) {
            left[left_count] = open[i];
            kinds[left_count] = kind;
        }
        left_count++;
    }
    if (left_count == 0) return 0;
    char path[96];
    if (left_count == 1) {
        note_path(path, sizeof path, left[0], kinds[0]);
        return brasa_load_fail(
            error, BRASA_PHASE_DESCRIPTORS, BRASA_LOAD_FAILED,
            "init left %s open (descriptor %d%s); open it in thaw, or each instance needs a fresh process.",
            brasa_descriptor_kind_name(kinds[0]), left[0], path);
    }
    char list[1000] = "", more[32] = "";
    size_t used = 0;
    for (int i = 0; i < left_count && i < SHOWN && used < sizeof list; i++) {
        note_path(path, sizeof path, left[i], kinds[i]);
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s (descriptor %d%s)", i ? ", " : "",
                                 brasa_descriptor_kind_name(kinds[i]), left[i], path);
    }
    if (left_count > SHOWN) snprintf(more, sizeof more, " and %d more", left_count - SHOWN);
    return brasa_load_fail(error, BRASA_PHASE_DESCRIPTORS, BRASA_LOAD_FAILED,
                           "init left open %s%s; open them in thaw, or each instance needs a fresh process.", list,
                           more);
}

int brasa_shared_mapping_count(void) {
    FILE *maps = fopen("/proc/self/maps", "re");
    if (!maps) return -1;
    int count = 0;
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, maps) > 0) {
        const char *flags = strchr(line, ' ');
        if (flags && strlen(flags) > 4 && flags[2] == 'w' && flags[4] == 's') count++;
    }
    free(line);
    fclose(maps);
    return count;
}
