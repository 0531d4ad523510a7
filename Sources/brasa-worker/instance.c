/* An instance, from its fork to its end. */
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <unistd.h>

static brasa_port port;
static brasa_instance instance;

static _Noreturn void leave(enum brasa_exit_reason reason) {
    atomic_store(&port.head->exit_reason, (uint32_t)reason);
    _exit(reason == BRASA_EXIT_SHUTDOWN ? 0 : 120 + (int)reason);
}

static void enter(enum brasa_life phase) {
    atomic_store_explicit(&port.head->phase, (uint32_t)phase, memory_order_relaxed);
}

/* Tells the host how a phase before the first invocation failed, and ends. */
static _Noreturn void refuse(const struct refusal *refusal) {
    fflush(stdout);
    fflush(stderr);
    brasa_instance_tell_failed(&port, refusal->phase, refusal->type, refusal->message);
    leave(BRASA_EXIT_REFUSED);
}

void instance_after_fork(pid_t zygote, int output, int cgroup) {
    /* First, so that nothing of what follows is charged to the zygote. "0" is the writer itself: cgroups(7). */
    if (cgroup >= 0) {
        (void)!write(cgroup, "0", 1);
        close(cgroup);
    }
    (void)setsid();
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != zygote) _exit(120 + BRASA_EXIT_ORPHANED); /* it died before the line above */
    if (output >= 0) {
        (void)dup2(output, 1);
        (void)dup2(output, 2);
        close(output);
    }
    confine_signals();
}

/* In exec isolation the library is loaded here, in the instance itself. Returns when init began. */
static uint64_t load_here(const struct start *start, struct loaded *loaded) {
    struct refusal refusal = {.phase = BRASA_LIFE_LOAD};
    const brasa_host *host = brasa_instance_host();
    enter(BRASA_LIFE_LOAD);
    if (module_open(start, host, loaded, &refusal) != 0) refuse(&refusal);
    enter(BRASA_LIFE_INIT);
    refusal.phase = BRASA_LIFE_INIT;
    uint64_t init_began = brasa_now_ns();
    if (module_init(start, host, loaded, &refusal) != 0) refuse(&refusal);
    return init_began;
}

/* What an invocation has printed is read when the host sees its end. One that waits behind it begins after that, or its lines
 * would be taken for the first one's. A tenth of a second at most: a host that is that slow has other worries. */
static void wait_for_output(void) {
    int left = 0;
    for (int turn = 0; turn < 1000 && ioctl(1, FIONREAD, &left) == 0 && left > 0; turn++) usleep(100);
}

_Noreturn void instance_run(
    const struct start *start, struct loaded *loaded, int channel, const char *scratch, int64_t data_limit) {
    uint64_t began = brasa_now_ns(), init_began = 0;
    int opened = brasa_port_open(&port, channel, BRASA_DOORBELL_FD);
    if (opened != 0) _exit(120);
    close(channel);
    if (start->flags & BRASA_CONTROL_DEBUGGED) confine_debugged();
    confine_memory(data_limit);
    if (data_limit > 0) allocation_report_to(&port.head->allocation_failed);
    if (chdir(scratch) == 0) (void)setenv("TMPDIR", scratch, 1);
    (void)setvbuf(stdout, NULL, _IOLBF, 0); /* lines written before a crash shall be seen */
    brasa_instance_attach(&instance, &port, start->function, start->version);
    if (!loaded->module) init_began = load_here(start, loaded);
    uint64_t thaw_began = brasa_now_ns();
    enter(BRASA_LIFE_THAW);
    struct refusal refusal = {.phase = BRASA_LIFE_THAW};
    if (module_thaw(loaded, &refusal) != 0) refuse(&refusal);
    fflush(stdout);
    enter(BRASA_LIFE_IDLE);
    if (brasa_instance_tell_ready(&port, began, init_began, thaw_began) != 0) leave(BRASA_EXIT_DESCRIPTORS);
    for (;;) {
        const brasa_frame *frame = brasa_port_receive(&port);
        if (frame->kind == BRASA_FRAME_SHUTDOWN) {
            enter(BRASA_LIFE_SHUTDOWN);
            module_shutdown(loaded);
            fflush(stdout);
            fflush(stderr);
            leave(BRASA_EXIT_SHUTDOWN);
        }
        if (instance.has_output) wait_for_output();
        if (!brasa_port_claim(&port)) {
            brasa_port_release(&port);
            continue;
        }
        enter(BRASA_LIFE_INVOKE);
        if (brasa_instance_run(&instance, loaded->function, loaded->state, frame) != 0) leave(BRASA_EXIT_DESCRIPTORS);
        enter(BRASA_LIFE_IDLE);
        brasa_port_release(&port);
    }
}
