/* brasa-worker: the program that runs functions. As a zygote it loads and initialises one library and forks instances;
 * as an instance it answers invocations; as a guardian it sees that nothing of both is left. Single-threaded, no Swift, no allocation of its own after the fork.
 *
 *   main.c        which of them this process is
 *   guardian.c    parent of a zygote: ends all its processes
 *   zygote.c      control socket, init, fork, reaping
 *   instance.c    from fork to the invocation loop; what an invocation is: CBrasaInstance
 *   module.c      the library: open, check, init, freeze, thaw
 *   allocation.c  notes refused allocations
 *   confine.c     what the process gives up before foreign code runs
 */
#ifndef BRASA_WORKER_H
#define BRASA_WORKER_H
#include <brasa.h>
#include <CBrasaInstance.h>
#include <CBrasaTransport.h>
#include <sys/types.h>

#define WORKER_NAME_BYTES 256
#define WORKER_ERROR_BYTES 2048

/** What START said. Strings are NUL-terminated copies. */
struct start {
    char library[4096], entry[WORKER_NAME_BYTES], function[WORKER_NAME_BYTES], version[WORKER_NAME_BYTES];
    char scratch_root[4096];
    uint8_t *settings; /**< JSON handed to init */
    uint32_t settings_bytes;
    uint8_t *symbol; /**< JSON that describes a plain C function: brasa_symbol.h; empty: the library is a module */
    uint32_t symbol_bytes;
    uint32_t flags;
};

/** How a phase before the first invocation failed. */
struct refusal {
    enum brasa_life phase;
    char type[64], message[WORKER_ERROR_BYTES];
};

/** The library once it is open. */
struct loaded {
    const brasa_module *module;
    const brasa_function *function;
    void *symbol; /**< the state of a plain C function; NULL: the module's own */
    void *state;
    int64_t constructors_ns; /**< part of opening it; -1: not known */
};

/* module.c */
/** Opens the library, checks it, picks the function. Returns 0, or -1 with *refusal filled. */
int module_open(const struct start *start, const brasa_host *host, struct loaded *loaded, struct refusal *refusal);
/** Runs init. */
int module_init(const struct start *start, const brasa_host *host, struct loaded *loaded, struct refusal *refusal);
/** Runs freeze. */
int module_freeze(struct loaded *loaded, struct refusal *refusal);
/** Runs thaw with fresh entropy. */
int module_thaw(struct loaded *loaded, struct refusal *refusal);
/** Runs shutdown. */
void module_shutdown(struct loaded *loaded);
/** Why instances of this process must not be forked from it (threads, descriptors, the module's own flag); 1 and a
 *  sentence in note, or 0. */
int module_prevents_fork(const struct loaded *loaded, char *note, size_t capacity);
/** The module as JSON. Returns its length, 0 when it does not fit. */
size_t module_describe(const struct loaded *loaded, char *out, size_t capacity);

/* instance.c */
/** Runs an instance to its end; channel and scratch are descriptors and path of this instance. */
_Noreturn void instance_run(
    const struct start *start, struct loaded *loaded, int channel, const char *scratch, int64_t data_limit);
/** Sets up what every instance needs right after its fork. */
void instance_after_fork(pid_t zygote, int output, int cgroup);
/** Reads a START text. Returns 0 or -1. */
int start_parse(struct start *start, const uint8_t *text, uint32_t bytes, uint32_t flags);

/* guardian.c */
/** Becomes the guardian of a zygote; returns in the process that is to be the zygote. */
void guard_zygote(void);
/** The parent of a living process and, unless NULL, its session; 0: it has ended. */
pid_t process_parent(pid_t pid, pid_t *session);

/* main.c */
/** When this program began, on CLOCK_MONOTONIC. */
extern uint64_t program_began_ns;

/* zygote.c */
_Noreturn void zygote_run(void);

/* allocation.c */
/** From now on a refused allocation sets *flag. */
void allocation_report_to(_Atomic uint32_t *flag);

/* confine.c */
/** Gives up what no function needs: privileges to gain, core files, huge pages, many descriptors. */
void confine_process(void);
/** Lets any process of the same user attach a debugger. */
void confine_debugged(void);
/** Caps private writable memory; 0: no cap. */
void confine_memory(int64_t bytes);
/** Puts signal dispositions and the mask back to their defaults. */
void confine_signals(void);
#endif
