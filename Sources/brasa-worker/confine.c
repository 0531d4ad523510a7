/* Source: prctl(2), setrlimit(2), proc(5). Runs before any code of the library, so constructors are confined too. */
#include "worker.h"

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void limit(int resource, rlim_t soft, rlim_t hard) {
    struct rlimit now;
    if (getrlimit(resource, &now) != 0) return;
    if (hard > now.rlim_max) hard = now.rlim_max; /* never tries to raise */
    if (soft > hard) soft = hard;
    struct rlimit next = {soft, hard};
    (void)setrlimit(resource, &next);
}

void confine_process(void) {
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    (void)prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0); /* huge pages make every first write after the fork copy 2 MiB */
    limit(RLIMIT_CORE, 0, 0);
    limit(RLIMIT_NOFILE, 1024, 1024); /* as on AWS */
    limit(RLIMIT_MEMLOCK, 64 << 10, 64 << 10);
    limit(RLIMIT_STACK, 8 << 20, 64 << 20);
    umask(0077);
    (void)mallopt(M_ARENA_MAX, 2);
    /* When the machine runs out of memory the kernel shall take a function before the host. */
    int score = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (score >= 0) {
        (void)!write(score, "500", 3);
        close(score);
    }
}

/* Source: https://docs.kernel.org/admin-guide/LSM/Yama.html: otherwise only a parent may attach where ptrace_scope is 1. */
void confine_debugged(void) { (void)prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0); }

void confine_memory(int64_t bytes) {
    if (bytes > 0) limit(RLIMIT_DATA, (rlim_t)bytes, (rlim_t)bytes);
}

void confine_signals(void) {
    struct sigaction standard = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++)
        if (number != SIGKILL && number != SIGSTOP) (void)sigaction(number, &standard, NULL);
    standard.sa_handler = SIG_IGN;
    (void)sigaction(SIGPIPE, &standard, NULL); /* a closed socket shall be an error code, not a death */
    sigset_t none;
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

