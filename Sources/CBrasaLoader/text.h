/* Texts from untrusted places, and memory that is freed as a whole. Internal to the loader. */
#ifndef BRASA_TEXT_H
#define BRASA_TEXT_H
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Allocations that live and die together. Zero-initialise; not thread-safe. */
typedef struct brasa_arena {
    struct brasa_arena_block *blocks;
} brasa_arena;

/** size zeroed bytes, aligned to 16; NULL without memory. */
void *brasa_arena_take(brasa_arena *arena, size_t size);
/** A formatted text; NULL without memory. */
char *brasa_arena_print(brasa_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *brasa_arena_vprint(brasa_arena *arena, const char *format, va_list arguments);
/** The text with everything that is not printable UTF-8 as \xNN, cut at limit bytes with "..."; NULL without memory. */
char *brasa_arena_printable(brasa_arena *arena, const char *text, size_t length, size_t limit);
void brasa_arena_free(brasa_arena *arena);

/** Bytes of the UTF-8 character at text: 1..4, or 0 when it is not well-formed. */
size_t brasa_utf8_length(const uint8_t *text, size_t available);

/** Like brasa_arena_printable, into out (size at least 8), NUL-terminated and cut where it ends. Returns out. */
char *brasa_printable(char *out, size_t size, const char *text, size_t length);

/** A path as messages show it: printable, and of an overlong one the end, which tells more. Returns out. */
char *brasa_printable_path(char *out, size_t size, const char *path);

#endif
