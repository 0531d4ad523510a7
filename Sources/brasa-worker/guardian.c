/* The guardian: the process between the host and a zygote.
 *
 * It runs no foreign code, so it can do what a zygote cannot while it is inside init, has crashed, or was killed: notice that
 * the host is gone or wants the version to end, and end every process that the function has started. It is a child subreaper,
 * so those that left their session or lost their parent become its children: prctl(2).
 *
 *   host -- control socket --> guardian (holds it, reads nothing)
 *                                 |-- zygote (reads it) -- instances -- whatever they start
 *
 * It ends as its zygote has ended, with the same status or signal, once nothing else is left; the host sees end of file on the
 * socket no earlier than that. */
#include "worker.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* A process in uninterruptible sleep cannot be killed; the host must not wait for its disk. */
#define GIVE_UP_NS 5000000000u

static pid_t zygote;
static int zygote_status;

pid_t process_parent(pid_t pid, pid_t *session) {
    char path[64], line[512];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return 0;
    ssize_t got = read(descriptor, line, sizeof line - 1);
    close(descriptor);
    if (got <= 0) return 0;
    line[got] = 0;
    char *after_name = strrchr(line, ')'); /* the name may hold anything */
    int parent, group, of_session;
    char state;
    if (!after_name || sscanf(after_name + 1, " %c %d %d %d", &state, &parent, &group, &of_session) != 4) return 0;
    if (session) *session = of_session;
    return state == 'Z' ? 0 : parent;
}

/* Takes what has ended. Returns whether children are left. */
static int reap_all(void) {
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        if (pid == zygote) {
            zygote = 0;
            zygote_status = status;
        }
    return pid == 0;
}

static void kill_children(void) {
    if (zygote) (void)kill(zygote, SIGKILL);
    DIR *processes = opendir("/proc");
    if (!processes) return;
    struct dirent *entry;
    pid_t self = getpid();
    while ((entry = readdir(processes))) {
        pid_t pid = (pid_t)atoi(entry->d_name);
        if (pid > 0 && process_parent(pid, NULL) == self) (void)kill(pid, SIGKILL);
    }
    closedir(processes);
}

/* Kills generation after generation: the children of what has ended become ours. */
static void end_all(int ended) {
    uint64_t deadline = brasa_now_ns() + GIVE_UP_NS;
    while (reap_all() && brasa_now_ns() < deadline) {
        kill_children();
        struct pollfd watched = {.fd = ended, .events = POLLIN};
        if (poll(&watched, 1, 10) > 0) {
            struct signalfd_siginfo information;
            (void)!read(ended, &information, sizeof information);
        }
    }
}

static _Noreturn void end_like_the_zygote(void) {
    if (WIFEXITED(zygote_status)) _exit(WEXITSTATUS(zygote_status));
    int number = WIFSIGNALED(zygote_status) ? WTERMSIG(zygote_status) : SIGKILL;
    sigset_t none;
    sigemptyset(&none);
    (void)signal(number, SIG_DFL);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)raise(number);
    _exit(120);
}

static _Noreturn void guard(const sigset_t *children) {
    int ended = signalfd(-1, children, SFD_CLOEXEC | SFD_NONBLOCK);
    if (ended < 0) _exit(120);
    for (int i = 0; i < 3; i++) close(i);
    close(BRASA_DOORBELL_FD);
    while (zygote) {
        struct pollfd watched[] = {{.fd = BRASA_CONTROL_FD, .events = POLLRDHUP}, {.fd = ended, .events = POLLIN}};
        if (poll(watched, 2, -1) < 0 && errno != EINTR) break;
        if (watched[0].revents) break;
        struct signalfd_siginfo information;
        (void)!read(ended, &information, sizeof information);
        (void)reap_all();
    }
    end_all(ended);
    end_like_the_zygote();
}

void guard_zygote(void) {
    sigset_t children, before;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, &children, &before);
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    pid_t guardian = getpid();
    zygote = fork();
    if (zygote < 0) _exit(120);
    if (zygote > 0) guard(&children);
    (void)setsid(); /* kill(0, ...) in init shall not reach the guardian */
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != guardian) _exit(120); /* it died before the line above */
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
}
