/* An instance, from its fork to its end. */
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <unistd.h>

static brasa_port port;

static _Noreturn void leave(enum brasa_exit_reason reason) {
    atomic_store(&port.head->exit_reason, (uint32_t)reason);
    _exit(reason == BRASA_EXIT_SHUTDOWN ? 0 : 120 + (int)reason);
}

static void enter(enum brasa_life phase) {
    atomic_store_explicit(&port.head->phase, (uint32_t)phase, memory_order_relaxed);
}

/* Tells the host how a phase before the first invocation failed, and ends. */
static _Noreturn void refuse(const struct refusal *refusal) {
    brasa_frame *slot = brasa_port_slot(&port, 0);
    memset(slot, 0, BRASA_FRAME_HEADER_BYTES);
    slot->kind = BRASA_FRAME_FAILED;
    slot->status = (int32_t)refusal->phase;
    (void)brasa_text_append(
        slot->bytes, BRASA_FRAME_INLINE_BYTES, &slot->text_bytes, refusal->type, strlen(refusal->type));
    size_t length = strnlen(refusal->message, BRASA_FRAME_INLINE_BYTES - slot->text_bytes - 4);
    (void)brasa_text_append(slot->bytes, BRASA_FRAME_INLINE_BYTES, &slot->text_bytes, refusal->message, length);
    fflush(stdout);
    fflush(stderr);
    (void)brasa_port_publish(&port);
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
    const brasa_host *host = invocation_host();
    enter(BRASA_LIFE_LOAD);
    if (module_open(start, host, loaded, &refusal) != 0) refuse(&refusal);
    enter(BRASA_LIFE_INIT);
    refusal.phase = BRASA_LIFE_INIT;
    uint64_t init_began = now_ns();
    if (module_init(start, host, loaded, &refusal) != 0) refuse(&refusal);
    return init_began;
}

_Noreturn void instance_run(
    const struct start *start, struct loaded *loaded, int channel, const char *scratch, int64_t data_limit) {
    uint64_t began = now_ns(), init_began = 0;
    int opened = brasa_port_open(&port, channel, BRASA_DOORBELL_FD);
    if (opened != 0) _exit(120);
    close(channel);
    if (start->flags & BRASA_CONTROL_DEBUGGED) confine_debugged();
    confine_memory(data_limit);
    if (data_limit > 0) allocation_report_to(&port.head->allocation_failed);
    if (chdir(scratch) == 0) (void)setenv("TMPDIR", scratch, 1);
    (void)setvbuf(stdout, NULL, _IOLBF, 0); /* lines written before a crash shall be seen */
    invocation_attach(&port, start);
    if (!loaded->module) init_began = load_here(start, loaded);
    uint64_t thaw_began = now_ns();
    enter(BRASA_LIFE_THAW);
    struct refusal refusal = {.phase = BRASA_LIFE_THAW};
    if (module_thaw(loaded, &refusal) != 0) refuse(&refusal);
    fflush(stdout);
    enter(BRASA_LIFE_IDLE);
    brasa_frame *slot = brasa_port_slot(&port, 0);
    memset(slot, 0, BRASA_FRAME_HEADER_BYTES);
    slot->kind = BRASA_FRAME_READY;
    slot->numbers[0] = (int64_t)now_ns();
    slot->numbers[1] = (int64_t)began;
    slot->numbers[2] = (int64_t)init_began;
    slot->numbers[3] = (int64_t)thaw_began;
    /* An invocation that is there already answers soon: its frame tells the host in the same wake-up. */
    if (brasa_port_pending(&port)) {
        brasa_port_publish_quietly(&port);
    } else if (brasa_port_publish(&port) != 0) {
        leave(BRASA_EXIT_DESCRIPTORS);
    }
    for (;;) {
        const brasa_frame *frame = brasa_port_receive(&port);
        if (frame->kind == BRASA_FRAME_SHUTDOWN) {
            enter(BRASA_LIFE_SHUTDOWN);
            module_shutdown(loaded);
            fflush(stdout);
            fflush(stderr);
            leave(BRASA_EXIT_SHUTDOWN);
        }
        if (!brasa_port_claim(&port)) {
            brasa_port_release(&port);
            continue;
        }
        enter(BRASA_LIFE_INVOKE);
        if (invocation_run(loaded, frame) != 0) leave(BRASA_EXIT_DESCRIPTORS);
        enter(BRASA_LIFE_IDLE);
        brasa_port_release(&port);
    }
}
