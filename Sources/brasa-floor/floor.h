/* brasa-floor: what the machine itself costs, for brasa-benchmark to hold Brasa's figures against.
 *
 *   main.c   which of these this process is
 *   fork.c   a bare fork: a process with the function's library loaded that forks and does nothing else
 *   echo.c   a bare round trip over an instance's channel
 *   load.c   requests of HTTP, or of Redis, over a number of connections
 *   calls.c  calls of a function with and without the ABI around it, and through libffi
 *
 * Like brasa-worker it is C without the Swift runtime, so that it is what a zygote is: the same size, the same libraries.
 */
#ifndef BRASA_FLOOR_H
#define BRASA_FLOOR_H
#include <stdint.h>

/** Descriptors the program is started with: those of a zygote. */
enum { FLOOR_CONTROL_FD = 3, FLOOR_DOORBELL_FD = 4 };

/** What the host sends on the control socket, one byte. */
enum floor_request {
    FLOOR_FORK = 'f', /**< fork a child that rings the doorbell and exits */
    FLOOR_FORKS = 'n' /**< time FLOOR_BATCH forks here, from the call to the child's first byte; answers with them in ns */
};

/** Forks timed for one FLOOR_FORKS. */
enum { FLOOR_BATCH = 50 };

/** Loads `library` and forks on request, until the control socket closes. */
_Noreturn void fork_run(const char *library);
/** Receives one channel on the control socket and answers every frame with `reply_bytes` bytes, until killed. */
_Noreturn void echo_run(uint32_t reply_bytes);
/** Sends GET `path` to 127.0.0.1:`port` over `connections` connections, each as soon as it has its answer. Prints one line:
 *  answers, answers other than 200, ns, p50 ns, p99 ns. Returns an exit status. */
int load_run(int port, const char *path, int connections, int milliseconds);
/** The same with the bytes of a file as request, in "http" or "redis". Where it holds ########, each request has eight digits of
 *  its number below `modulus`, and where it holds @@@@@@@@, of its number as it is. */
int load_file_run(int port, const char *protocol, const char *path, int connections, int milliseconds, int modulus);

/** Prints the ns of a call of the library's function: bare, through the ABI as a thread of the host makes it, and one that
 *  replies; then of labs: bare, through libffi, and through the ABI with its JSON. Returns an exit status. */
int calls_run(const char *library);

uint64_t now_ns(void);
#endif
