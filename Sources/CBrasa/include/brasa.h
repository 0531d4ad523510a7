/* brasa.h, major 1: the one contract between a function library and the host.
 *
 * Ownership  Pointers passed IN are borrowed until that call returns. Pointers handed OUT stay with their producer; what
 *            the host hands out lives in the invocation's arena and dies when invoke returns. Nobody frees the other
 *            side's memory.
 * Growth     Append only. Read a field only if it lies inside struct_size. A changed meaning is a new name.
 * Threads    invoke runs on one thread at a time per instance. Host functions may be called from any thread of the
 *            instance, but not concurrently for the same invocation.
 * Text       UTF-8, as (ptr, len); NUL-terminated only where the type is const char *.
 * Lifecycle  brasa_module_v1 -> init -> freeze -> [fork] -> thaw -> invoke* -> shutdown. See docs/functions.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BRASA_H
#define BRASA_H
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The contract's major version; it is also in the entry point's name, so a mismatch is seen before any code runs. */
#define BRASA_ABI_MAJOR 1u
/** The contract's minor version: grows when fields or host functions are appended. */
#define BRASA_ABI_MINOR 0u
/** The name of the one symbol a module exports. */
#define BRASA_ENTRY_SYMBOL "brasa_module_v1"

#if defined(__GNUC__)
#define BRASA_EXPORT __attribute__((visibility("default"), used))
#else
#define BRASA_EXPORT
#endif

/** Borrowed bytes. ptr may be NULL only when len is 0. */
typedef struct brasa_bytes {
    const void *ptr;
    size_t len;
} brasa_bytes;

/** A name and its value, such as a header. */
typedef struct brasa_pair {
    brasa_bytes name, value;
} brasa_pair;

/** One event being answered. Valid from the start of invoke until it returns. */
typedef struct brasa_invocation brasa_invocation;

/** 0 is success, negative is an error. */
typedef int32_t brasa_status;
enum {
    BRASA_OK = 0,
    BRASA_FUNCTION_ERROR = -1, /**< the function failed on this event; the instance stays usable */
    BRASA_RETRY = -2,          /**< failed for a passing reason: an asynchronous event is tried again */
    BRASA_INVALID = -3,        /**< an argument or the order of calls is wrong */
    BRASA_NOT_FOUND = -4,
    BRASA_CONFLICT = -5,
    BRASA_DENIED = -6,
    BRASA_LIMIT = -7,       /**< over a size limit: 6 MiB + 100 bytes for a buffered reply */
    BRASA_DEADLINE = -8,    /**< the invocation's time is over */
    BRASA_NO_MEMORY = -9,
    BRASA_UNSUPPORTED = -10, /**< this host has no such service */
    BRASA_CLOSED = -11,      /**< the client has left, or the reply is already complete */
    BRASA_INTERNAL = -12
};

/** Levels of log, in rising order of weight. */
enum { BRASA_LOG_TRACE, BRASA_LOG_DEBUG, BRASA_LOG_INFO, BRASA_LOG_WARN, BRASA_LOG_ERROR };

/** One request to a host service. service and operation are AWS names ("dynamodb", "PutItem"); params is that
 *  operation's JSON; body carries binary content (object data) beside it. */
typedef struct brasa_request {
    uint32_t struct_size;
    brasa_bytes service, operation, params, body;
} brasa_request;

/** The answer to a brasa_request; its pointers live in the invocation's arena. */
typedef struct brasa_response {
    uint32_t struct_size;
    brasa_bytes result, body, error_type, error_message;
} brasa_response;

/** What the host offers to a function. One table for the life of the process. */
typedef struct brasa_host {
    uint32_t struct_size;
    uint16_t abi_major, abi_minor;
    const char *name, *version;
    /** Writes one line to the invocation's log. invocation may be NULL outside invoke. fields may be NULL. */
    void (*log)(brasa_invocation *, int level, brasa_bytes message, const brasa_pair *fields, size_t count);
    /** Nanoseconds until the deadline; 0 or less when it has passed. */
    int64_t (*time_left_ns)(const brasa_invocation *);
    /** Bytes the instance may still use; -1 when unknown. */
    int64_t (*memory_left_bytes)(const brasa_invocation *);
    /** 1 when nobody waits for the answer any more (client left, deadline near); else 0. */
    int (*cancelled)(const brasa_invocation *);
    /** Memory that lives until invoke returns, aligned to 16 bytes; NULL over the cap. */
    void *(*allocate)(brasa_invocation *, size_t bytes);
    /* Exactly one of: reply | fail | begin, write..., end. Bytes are copied unless they came from reserve.
     * Metadata of a reply to HTTP: "status" (100..599, default 200) and headers under their own names. */
    /** Answers with body. BRASA_LIMIT when body is over the reply limit, BRASA_INVALID when already answered. */
    brasa_status (*reply)(brasa_invocation *, brasa_bytes body, const brasa_pair *metadata, size_t count);
    /** Answers with an error; the status becomes invoke's result unless that is an error of its own. */
    brasa_status (*fail)(brasa_invocation *, brasa_status, brasa_bytes error_type, brasa_bytes message);
    /** Starts a streamed answer. */
    brasa_status (*begin)(brasa_invocation *, const brasa_pair *metadata, size_t count);
    /** Sends one chunk of any size; blocks while the client is slow. BRASA_CLOSED when the client left. */
    brasa_status (*write)(brasa_invocation *, brasa_bytes chunk);
    /** Ends a streamed answer. What the function does afterwards no longer changes the answer. */
    brasa_status (*end)(brasa_invocation *);
    /** Room for a body that reply (or, after begin, write) then sends without a copy; NULL over the limit.
     *  After begin a reservation is at most 256 KiB. The next reserve, reply or write ends it. */
    void *(*reserve)(brasa_invocation *, size_t bytes);
    /** Performs a service request and waits for its answer. */
    brasa_status (*call)(brasa_invocation *, const brasa_request *, brasa_response *);
    /** Adds to a counter. */
    void (*count)(brasa_invocation *, brasa_bytes metric, double by, const brasa_pair *labels, size_t count);
    /** Records a value in a histogram. */
    void (*observe)(brasa_invocation *, brasa_bytes metric, double value, const brasa_pair *labels, size_t count);
    /** Starts a span under parent (0: the invocation's own). */
    uint64_t (*span_begin)(brasa_invocation *, uint64_t parent, brasa_bytes name);
    /** Ends a span. */
    void (*span_end)(brasa_invocation *, uint64_t span, brasa_status);
} brasa_host;

struct brasa_invocation { /* readable head; the host's own state follows */
    uint32_t struct_size;
    uint32_t attempt; /**< 1 is the first delivery */
    brasa_bytes request_id, function_name, function_version, trace_id;
    brasa_bytes trigger;      /**< "http", "invoke" (direct call), "async" */
    brasa_bytes content_type; /**< of event; "application/json" for everything but raw bodies */
    brasa_bytes event;
    const brasa_pair *metadata; /**< facts beside the event; for "http": "method", "path", "query", "client-context" */
    size_t metadata_count;
    uint64_t deadline_ns; /**< CLOCK_MONOTONIC */
    uint64_t memory_limit_bytes;
    void *user; /**< for helpers on top of this header; NULL at the start of invoke */
};

/** One function of a module. */
typedef struct brasa_function {
    uint32_t struct_size;
    const char *name, *description; /**< name: 1..64 of A-Z a-z 0-9 - _; description may be NULL */
    uint32_t memory_mb, timeout_ms; /**< 0: the host's default; configuration overrides */
    /** Answers one event. state is what init stored. Returns BRASA_OK or an error; returning BRASA_OK without having
     *  answered is the empty answer (JSON null). */
    brasa_status (*invoke)(void *state, brasa_invocation *);
} brasa_function;

enum { BRASA_MODULE_NO_FORK = 1 }; /* init starts threads: run each instance from a fresh process */
enum { BRASA_THAW_FORKED = 1, BRASA_THAW_RESUMED = 2 };

/** What a library offers. */
typedef struct brasa_module {
    uint32_t struct_size;
    uint16_t abi_major, abi_minor; /**< BRASA_ABI_MAJOR and BRASA_ABI_MINOR it was built with */
    uint32_t flags;
    const char *name, *version, *toolchain; /**< version and toolchain may be NULL */
    const brasa_function *const *functions;
    uint32_t function_count; /**< 1..1024 */
    /** Work done once, before instances are forked. config is the function's settings as JSON. On failure *why may
     *  point to a reason in static or init-owned memory. May be NULL. */
    brasa_status (*init)(const brasa_host *, brasa_bytes config, void **state, brasa_bytes *why);
    /** Before instances are forked: no threads, no sockets left. May be NULL. */
    brasa_status (*freeze)(void *state);
    /** In each instance, before its first invoke; entropy is 32 fresh bytes. May be NULL. */
    brasa_status (*thaw)(void *state, uint32_t reason, brasa_bytes entropy);
    /** Graceful retirement only: at most 2 s. May be NULL. */
    void (*shutdown)(void *state);
} brasa_module;

/** The one exported symbol. Returns static storage; does no I/O. host is valid for the life of the process. */
BRASA_EXPORT const brasa_module *brasa_module_v1(const brasa_host *host);

#ifdef __cplusplus
}
#endif
#endif
