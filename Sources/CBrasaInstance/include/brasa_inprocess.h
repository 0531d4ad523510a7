/* Instances that are threads of the host, of a library that is loaded into it: isolation inprocess.
 *
 * They speak over a channel as processes do, mapped once. What only a process can have they lack: nothing ends them but
 * their own return, and what they break is the host's. Host side only. */
#ifndef BRASA_INPROCESS_H
#define BRASA_INPROCESS_H
#include <CBrasaTransport.h>

/** A library that is open in the host. */
typedef struct brasa_inprocess_library brasa_inprocess_library;
/** An instance of it. */
typedef struct brasa_inprocess brasa_inprocess;

/** Opens the library at path and finds its function; entry NULL or empty: its first. NULL with a sentence in why (at most
 *  capacity bytes) when it cannot. Code of the library runs and may crash, hang or exit. */
brasa_inprocess_library *brasa_inprocess_library_open(const char *path, const char *entry, char *why, size_t capacity);
/** Whether the module says that it starts threads in init. */
int brasa_inprocess_library_starts_threads(const brasa_inprocess_library *library);
/** Closes it; every instance has been freed. unload 0: its code stays mapped, for threads or a runtime that may still run. */
void brasa_inprocess_library_close(brasa_inprocess_library *library, int unload);

/** Makes an instance. The library and head have to stay until it is freed; the texts are copied. NULL: no memory. */
brasa_inprocess *brasa_inprocess_make(
    brasa_inprocess_library *library, brasa_channel_head *head, int doorbell, const char *function, const char *version,
    const char *settings);
/** Runs the instance in the calling thread, from init to shutdown. Returns when it is asked to end, has been abandoned, or
 *  could not be initialised. init, thaw and shutdown of one library never run in two threads at once. */
void brasa_inprocess_run(brasa_inprocess *instance);
/** From now on nobody reads the channel: the instance ends as soon as the function returns. Any thread. */
void brasa_inprocess_abandon(brasa_inprocess *instance);
/** Frees it, after it has run. */
void brasa_inprocess_free(brasa_inprocess *instance);
/** Waits up to 500 ms until no thread of that name is left in this process: threads inherit the name of the one that started
 *  them. Returns 1 when none is left. */
int brasa_inprocess_threads_ended(const char *name);
#endif
