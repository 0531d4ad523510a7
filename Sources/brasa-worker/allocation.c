/* Notes refused allocations, so that the host can tell "out of memory" from any other crash where only RLIMIT_DATA caps
 * memory: the kernel then kills nobody, and a function that does not check for NULL dies of SIGSEGV.
 *
 * The three functions replace the C library's for every library of the process and call it; free stays the C library's.
 * Source: malloc(3); __libc_malloc and the like are exported by glibc for this. */
#include "worker.h"

#include <stddef.h>

extern void *__libc_malloc(size_t bytes);
extern void *__libc_calloc(size_t count, size_t bytes);
extern void *__libc_realloc(void *block, size_t bytes);

static _Atomic uint32_t *refused;

void allocation_report_to(_Atomic uint32_t *flag) { refused = flag; }

static void *checked(void *block, size_t bytes) {
    if (__builtin_expect(!block && bytes > 0 && refused, 0)) atomic_store_explicit(refused, 1, memory_order_relaxed);
    return block;
}

void *malloc(size_t bytes) { return checked(__libc_malloc(bytes), bytes); }

void *calloc(size_t count, size_t bytes) { return checked(__libc_calloc(count, bytes), count && bytes); }

void *realloc(void *block, size_t bytes) { return checked(__libc_realloc(block, bytes), bytes); }
