#include "brasa_process.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

pid_t brasa_process_spawn(
    const char *program, const char *title, char *const *environment, int control, int doorbell, int output) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = posix_spawn_file_actions_init(&actions);
    if (error) return -error;
    error = posix_spawnattr_init(&attributes);
    if (error) {
        posix_spawn_file_actions_destroy(&actions);
        return -error;
    }
    /* The descriptors move above the range they end in first, so that no dup2 overwrites one that is still needed. */
    int high[3] = {control, doorbell, output};
    int made[3] = {-1, -1, -1};
    for (int i = 0; i < 3 && !error; i++) {
        made[i] = high[i] = fcntl(high[i], F_DUPFD_CLOEXEC, 16);
        if (made[i] < 0) error = errno;
    }
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    if (!error) error = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (!error) error = posix_spawn_file_actions_adddup2(&actions, high[2], 1);
    if (!error) error = posix_spawn_file_actions_adddup2(&actions, high[2], 2);
    if (!error) error = posix_spawn_file_actions_adddup2(&actions, high[0], 3);
    if (!error) error = posix_spawn_file_actions_adddup2(&actions, high[1], 4);
    if (!error) error = posix_spawn_file_actions_addclosefrom_np(&actions, 5);
    if (!error) error = posix_spawnattr_setsigmask(&attributes, &none);
    if (!error) error = posix_spawnattr_setsigdefault(&attributes, &all);
    if (!error)
        error = posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    pid_t pid = -1;
    char *const arguments[] = {(char *)title, NULL};
    if (!error) error = posix_spawn(&pid, program, &actions, &attributes, arguments, environment);
    for (int i = 0; i < 3; i++)
        if (made[i] >= 0) close(made[i]);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error ? -error : pid;
}

int brasa_process_signal(int pidfd, int signal) {
    return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) == 0 ? 0 : -errno;
}

int brasa_process_open(pid_t pid) {
    int descriptor = (int)syscall(SYS_pidfd_open, pid, 0);
    return descriptor >= 0 ? descriptor : -errno;
}

pid_t brasa_process_reap(pid_t pid, int *status) {
    pid_t reaped;
    do reaped = waitpid(pid, status, WNOHANG);
    while (reaped < 0 && errno == EINTR);
    return reaped >= 0 ? reaped : -errno;
}

int brasa_process_socketpair(int sockets[2]) {
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) return -errno;
    if (fcntl(sockets[0], F_SETFL, O_NONBLOCK) == 0) return 0;
    int error = errno;
    close(sockets[0]);
    close(sockets[1]);
    return -error;
}

int brasa_process_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC) != 0) return -errno;
    if (fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0) return 0;
    int error = errno;
    close(ends[0]);
    close(ends[1]);
    return -error;
}

int brasa_process_status(int status, int *value) {
    if (WIFEXITED(status)) {
        *value = WEXITSTATUS(status);
        return 1;
    }
    if (WIFSIGNALED(status)) {
        *value = WTERMSIG(status);
        return 2;
    }
    return 0;
}

uint64_t brasa_process_raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    if (limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
        (void)getrlimit(RLIMIT_NOFILE, &limit);
    }
    return limit.rlim_cur;
}

ssize_t brasa_process_read_cached(int descriptor, void *to, size_t bytes, off_t offset) {
    size_t done = 0;
    while (done < bytes) {
        /* It stops also before the first page that is not in memory. */
        struct iovec target = {(char *)to + done, bytes - done};
        ssize_t got = preadv2(descriptor, &target, 1, offset + (off_t)done, RWF_NOWAIT);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return -errno;
        if (got == 0) break;
        done += (size_t)got;
    }
    return (ssize_t)done;
}

int brasa_process_eventfd(void) {
    int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return descriptor >= 0 ? descriptor : -errno;
}

int brasa_poll_create(void) {
    int descriptor = epoll_create1(EPOLL_CLOEXEC);
    return descriptor >= 0 ? descriptor : -errno;
}

int brasa_poll_add(int poll, int watched, uint64_t tag) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = tag};
    return epoll_ctl(poll, EPOLL_CTL_ADD, watched, &event) == 0 ? 0 : -errno;
}

void brasa_poll_remove(int poll, int watched) {
    struct epoll_event event = {0};
    (void)epoll_ctl(poll, EPOLL_CTL_DEL, watched, &event);
}

int brasa_poll_wait(int poll, uint64_t *tags, int capacity) {
    struct epoll_event events[64];
    int count = epoll_wait(poll, events, capacity < 64 ? capacity : 64, -1);
    if (count < 0) return errno == EINTR ? 0 : -errno;
    for (int i = 0; i < count; i++) tags[i] = events[i].data.u64;
    return count;
}

void brasa_process_name_thread(const char *name) { (void)pthread_setname_np(pthread_self(), name); }

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *place) {
    (void)about, (void)kind, (void)place;
    (void)remove(path);
    return 0;
}

void brasa_folder_remove(const char *path) { (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS); }
