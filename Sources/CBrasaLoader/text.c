#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct brasa_arena_block {
    struct brasa_arena_block *next;
    _Alignas(16) unsigned char bytes[];
};

void *brasa_arena_take(brasa_arena *arena, size_t size) {
    if (size > SIZE_MAX - sizeof(struct brasa_arena_block)) return NULL;
    struct brasa_arena_block *block = calloc(1, sizeof *block + size);
    if (!block) return NULL;
    block->next = arena->blocks;
    arena->blocks = block;
    return block->bytes;
}

char *brasa_arena_vprint(brasa_arena *arena, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    char *text = length < 0 ? NULL : brasa_arena_take(arena, (size_t)length + 1);
    if (text) vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

char *brasa_arena_print(brasa_arena *arena, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = brasa_arena_vprint(arena, format, arguments);
    va_end(arguments);
    return text;
}

void brasa_arena_free(brasa_arena *arena) {
    struct brasa_arena_block *block = arena->blocks;
    arena->blocks = NULL;
    while (block) {
        struct brasa_arena_block *next = block->next;
        free(block);
        block = next;
    }
}

size_t brasa_utf8_length(const uint8_t *text, size_t available) {
    if (available == 0) return 0;
    uint8_t lead = text[0];
    if (lead < 0x80) return 1;
    size_t length = lead >= 0xc2 && lead < 0xe0   ? 2
                    : lead >= 0xe0 && lead < 0xf0 ? 3
                    : lead >= 0xf0 && lead < 0xf5 ? 4
                                                  : 0;
    if (length == 0 || length > available) return 0;
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80) return 0;
    }
    // Overlong forms, surrogates and numbers past U+10FFFF show in the second byte.
    if (lead == 0xe0 && text[1] < 0xa0) return 0;
    if (lead == 0xed && text[1] > 0x9f) return 0;
    if (lead == 0xf0 && text[1] < 0x90) return 0;
    if (lead == 0xf4 && text[1] > 0x8f) return 0;
    return length;
}

/** Bytes of the character when it may be shown as it is; 0 when it needs an escape. */
static size_t shown_as_it_is(const uint8_t *text, size_t available) {
    size_t length = brasa_utf8_length(text, available);
    if (length == 1 && (text[0] < 0x20 || text[0] == 0x7f)) return 0;
    // U+0080..U+009F are control characters that terminals obey.
    if (length == 2 && text[0] == 0xc2 && text[1] < 0xa0) return 0;
    return length;
}

char *brasa_printable(char *out, size_t size, const char *text, size_t length) {
    const uint8_t *bytes = (const uint8_t *)text;
    size_t used = 0;
    for (size_t i = 0; i < length;) {
        size_t whole = shown_as_it_is(bytes + i, length - i);
        size_t needed = whole ? whole : 4;
        // Always leave room for "..." and the end.
        if (used + needed + 4 > size) {
            memcpy(out + used, "...", 3);
            used += 3;
            break;
        }
        if (whole) {
            memcpy(out + used, bytes + i, whole);
            i += whole;
        } else {
            static const char digits[] = "0123456789abcdef";
            out[used] = '\\';
            out[used + 1] = 'x';
            out[used + 2] = digits[bytes[i] >> 4];
            out[used + 3] = digits[bytes[i] & 15];
            i += 1;
        }
        used += needed;
    }
    out[used] = 0;
    return out;
}

char *brasa_arena_printable(brasa_arena *arena, const char *text, size_t length, size_t limit) {
    size_t size = length < limit / 4 ? length * 4 + 8 : limit + 8;
    char *out = brasa_arena_take(arena, size);
    return out ? brasa_printable(out, size, text, length) : NULL;
}

char *brasa_printable_path(char *out, size_t size, const char *path) {
    size_t length = strlen(path);
    if (length + 8 <= size) return brasa_printable(out, size, path, length);
    size_t kept = size / 2;
    memcpy(out, "...", 3);
    brasa_printable(out + 3, size - 3, path + length - kept, kept);
    return out;
}
