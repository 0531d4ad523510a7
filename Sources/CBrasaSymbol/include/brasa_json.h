/* A small, strict JSON reader (RFC 8259): no trailing commas, no leading zeros, only well-formed UTF-8, no lone surrogates.
 *
 * Text is hostile: depth, number of values and size are limited, and numbers keep their spelling, so that no digit is lost.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BRASA_JSON_H
#define BRASA_JSON_H
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Arrays and objects inside each other. */
#define BRASA_JSON_DEPTH_LIMIT 64u
/** Values of one text, names not counted. */
#define BRASA_JSON_VALUES_LIMIT 65536u
/** Bytes of one text. */
#define BRASA_JSON_BYTES_LIMIT (16u << 20)

typedef enum brasa_json_kind {
    BRASA_JSON_NULL,
    BRASA_JSON_FALSE,
    BRASA_JSON_TRUE,
    BRASA_JSON_NUMBER,
    BRASA_JSON_STRING,
    BRASA_JSON_ARRAY,
    BRASA_JSON_OBJECT
} brasa_json_kind;

/** One value. Texts are not NUL-terminated; they lie in the parsed text or in memory of its allocator. */
typedef struct brasa_json {
    brasa_json_kind kind;
    const char *name; /**< inside an object */
    size_t name_length;
    const char *text; /**< a number's spelling, a string's content */
    size_t text_length;
    struct brasa_json *first; /**< of an array or object */
    struct brasa_json *next;
    size_t count;
} brasa_json;

/** Where reading stopped and why; reason is static, and completes "the text is not JSON: ... at byte N". */
typedef struct brasa_json_error {
    size_t offset;
    const char *reason;
} brasa_json_error;

/** Memory that lives at least as long as the values; aligned to 16 bytes; NULL when there is none. */
typedef struct brasa_json_memory {
    void *(*allocate)(void *context, size_t bytes);
    void *context;
} brasa_json_memory;

/** Reads one value with nothing but white space around it. NULL with error filled when the text is not JSON, over a limit,
 *  or memory is out. Names that an object has twice are both there. */
const brasa_json *brasa_json_parse(
    const void *text, size_t length, brasa_json_memory memory, brasa_json_error *error);
/** The first member of that name; NULL when there is none or the value is no object. */
const brasa_json *brasa_json_member(const brasa_json *object, const char *name);
/** Whether a string value is that text. */
int brasa_json_is(const brasa_json *value, const char *text);
/** Bytes of the UTF-8 character at text: 1..4, or 0 when it is not well-formed. available is at least 1. */
size_t brasa_json_utf8_length(const uint8_t *text, size_t available);
/** The kind with its article, such as "a string". Static. */
const char *brasa_json_kind_name(brasa_json_kind kind);

#ifdef __cplusplus
}
#endif
#endif
