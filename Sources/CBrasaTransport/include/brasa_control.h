/* The control socket between the host and one zygote: SOCK_SEQPACKET, one message a packet, descriptors beside it.
 *
 * host -> zygote   START   once, and again after a READY that asks for exec isolation
 *                          text: library, entry, function, version, scratch root, settings JSON, and for a plain
 *                          C function the JSON that describes it (brasa_symbol.h), else nothing
 *                  FORK    instance; numbers: RLIMIT_DATA or 0; text: scratch folder
 *                          descriptors: channel, output pipe, then cgroup.procs when BRASA_CONTROL_CGROUP
 * zygote -> host   PHASE   status: the phase that begins
 *                  READY   flags; numbers: load ns, init ns, the part of load that was
 *                          constructors or -1, when the program began (CLOCK_MONOTONIC); text: module description JSON, note
 *                  FAILED  status: phase; text: error type, message; the zygote then exits
 *                  FORKED  instance; numbers: pid; descriptors: pidfd
 *                  EXITED  instance; status: wait status; numbers: pid, largest resident bytes, cpu ns; flags
 * The zygote's guardian holds the socket too: end of file from the host, or its shutdown for writing, ends the zygote, its
 * instances and all they have started; end of file from the other side says that nothing of them is left.
 */
#ifndef BRASA_CONTROL_H
#define BRASA_CONTROL_H
#include <stddef.h>
#include <stdint.h>

#define BRASA_CONTROL_TEXT_BYTES (64u << 10)
#define BRASA_CONTROL_DESCRIPTORS 3u
/** Descriptors a zygote is started with, beside 0 to 2. */
#define BRASA_CONTROL_FD 3
#define BRASA_DOORBELL_FD 4
/** Descriptors an instance in exec isolation is started with. */
#define BRASA_CHANNEL_FD 5
#define BRASA_START_FD 6

enum brasa_control_kind {
    BRASA_CONTROL_START = 1,
    BRASA_CONTROL_FORK = 2,
    BRASA_CONTROL_PHASE = 16,
    BRASA_CONTROL_READY = 17,
    BRASA_CONTROL_FAILED = 18,
    BRASA_CONTROL_FORKED = 19,
    BRASA_CONTROL_EXITED = 20
};

enum brasa_control_flags {
    BRASA_CONTROL_BARE = 1,    /**< START: do not load; instances are fresh processes that load the library themselves */
    BRASA_CONTROL_EXEC = 2,    /**< READY: the module cannot be forked; note says why */
    BRASA_CONTROL_CGROUP = 4,  /**< FORK: a cgroup.procs descriptor comes along */
    BRASA_CONTROL_SCRATCH = 8, /**< EXITED: the scratch folder is not empty */
    BRASA_CONTROL_NO_EXEC_FALLBACK = 16, /**< START: isolation process was demanded: fail instead of falling back */
    BRASA_CONTROL_DESCRIBE = 32, /**< START: load, send READY with the description, and exit; init does not run */
    BRASA_CONTROL_DEBUGGED = 64  /**< START: somebody will attach a debugger */
};

/** One message. On the wire: the header and text_bytes of text. */
typedef struct brasa_control {
    uint32_t kind, flags;
    uint64_t instance;
    int32_t status;
    uint32_t text_bytes;
    int64_t numbers[4];
    uint8_t text[BRASA_CONTROL_TEXT_BYTES];
} brasa_control;

#define BRASA_CONTROL_HEADER_BYTES (offsetof(brasa_control, text))

/** Where the text of a message begins. */
uint8_t *brasa_control_text(brasa_control *message);
/** Sends one message with up to BRASA_CONTROL_DESCRIPTORS descriptors. Returns 0 or -errno (-EAGAIN: the peer is stuck). */
int brasa_control_send(int socket, const brasa_control *message, const int *descriptors, uint32_t count);
/** Receives one message; descriptors (close-on-exec) into an array of BRASA_CONTROL_DESCRIPTORS, -1 where there is none.
 *  Returns 1, 0 at the end of file, or -errno (-EAGAIN: nothing there; -EPROTO: not a message). */
int brasa_control_receive(int socket, brasa_control *message, int *descriptors);

/** Appends a string to a text of strings. Returns 0, or -1 when it does not fit. */
int brasa_text_append(uint8_t *text, uint32_t capacity, uint32_t *used, const void *bytes, size_t count);
/** Reads the next string at *position. Returns 0, or -1 when the text ends or lies. */
int brasa_text_next(const uint8_t *text, uint32_t bytes, uint32_t *position, const uint8_t **out, uint32_t *count);
#endif
