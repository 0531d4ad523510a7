/* A zygote that does nothing but fork: how fast an instance could be at best. */
#include "floor.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void child(int doorbell) {
    uint64_t one = 1;
    (void)!write(doorbell, &one, sizeof one);
    _exit(0);
}

static void fork_one(int doorbell) {
    pid_t pid = fork();
    if (pid == 0) child(doorbell);
    if (pid < 0) _exit(1);
}

static void reap(void) {
    while (waitpid(-1, NULL, WNOHANG) > 0) continue;
}

/* Timed by the process that forks: nobody has to be woken to ask for it. */
static void time_forks(void) {
    uint64_t samples[FLOOR_BATCH];
    for (int i = 0; i < FLOOR_BATCH; i++) {
        int ends[2];
        uint64_t byte;
        if (pipe(ends) != 0) _exit(1);
        uint64_t before = now_ns();
        fork_one(ends[1]);
        if (read(ends[0], &byte, sizeof byte) != (ssize_t)sizeof byte) _exit(1);
        samples[i] = now_ns() - before;
        close(ends[0]);
        close(ends[1]);
        (void)waitpid(-1, NULL, 0);
    }
    (void)!send(FLOOR_CONTROL_FD, samples, sizeof samples, MSG_NOSIGNAL);
}

_Noreturn void fork_run(const char *library) {
    if (!dlopen(library, RTLD_NOW | RTLD_LOCAL)) {
        fprintf(stderr, "%s\n", dlerror());
        _exit(1);
    }
    (void)prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0); /* as brasa-worker does */
    for (;;) {
        char request;
        ssize_t got = recv(FLOOR_CONTROL_FD, &request, 1, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) _exit(0);
        if (request == FLOOR_FORKS) {
            time_forks();
        } else {
            fork_one(FLOOR_DOORBELL_FD);
            (void)waitpid(-1, NULL, 0);
        }
        reap();
    }
}
