/* What must not be left over when a process is about to be forked into instances: threads, open descriptors, shared
 * memory.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BRASA_FREEZE_CHECK_H
#define BRASA_FREEZE_CHECK_H
#include "brasa_loader.h"
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The number of threads of this process, 1 or more; -1 when /proc does not tell. */
int brasa_thread_count(void);

/** Checks that one thread is left. Threads that were joined linger in /proc, so it looks again for up to wait_ms.
 *
 *  Returns 0 when alone; else -1 with error filled (phase threads): fork is not safe then. Not knowing is -1 too. */
int brasa_check_threads(int wait_ms, brasa_load_error *error);

/** What an open descriptor is. Those up to BRASA_DESCRIPTOR_DEVICE_SAFE may be shared by forked instances. */
enum {
    BRASA_DESCRIPTOR_FILE_READ_ONLY,
    BRASA_DESCRIPTOR_DIRECTORY,
    BRASA_DESCRIPTOR_DEVICE_SAFE, /**< /dev/null, zero, full, random, urandom */
    BRASA_DESCRIPTOR_FILE_WRITABLE,
    BRASA_DESCRIPTOR_SOCKET,
    BRASA_DESCRIPTOR_PIPE,
    BRASA_DESCRIPTOR_EVENTFD,
    BRASA_DESCRIPTOR_EPOLL,
    BRASA_DESCRIPTOR_INOTIFY,
    BRASA_DESCRIPTOR_TIMERFD,
    BRASA_DESCRIPTOR_SIGNALFD,
    BRASA_DESCRIPTOR_IO_URING,
    BRASA_DESCRIPTOR_MEMFD,
    BRASA_DESCRIPTOR_DEVICE,
    BRASA_DESCRIPTOR_OTHER,
    BRASA_DESCRIPTOR_KIND_COUNT
};

/** What the descriptor is; -1 when it is not open. */
int brasa_descriptor_kind(int descriptor);

/** The kind with its article, such as "a socket". Static. */
const char *brasa_descriptor_kind_name(int kind);

/** Writes this process's open descriptors, rising, to out; returns how many there are, which may be over capacity, or
 * -1 when /proc does not tell. */
int brasa_open_descriptors(int *out, size_t capacity);

/** Checks that nothing is open but the allowed descriptors and kinds that forked instances may share.
 *
 *  Returns 0; else -1 with error filled (phase descriptors) naming the first eight. Not knowing is -1 too. */
int brasa_check_descriptors(const int *allowed, size_t allowed_count, brasa_load_error *error);

/** The number of writable shared mappings of this process, which forked instances would share; -1: unknown. A module's
 * own are those above the number before init. Worth a warning, no refusal. */
int brasa_shared_mapping_count(void);

#ifdef __cplusplus
}
#endif
#endif
