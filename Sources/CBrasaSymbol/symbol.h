/* What a signature is once it has been read. Internal to CBrasaSymbol.
 *
 *   json_parse.c   text -> values
 *   json_write.c   values -> text
 *   signature.c    the host's description -> types, arguments, and their places in a call's frame
 *   symbol.c       the library: check, open, prepare; the module that stands for it
 *   base64.c       bytes <-> text
 *   request.c      an event -> what is given for each parameter
 *   argument.c     what is given -> the frame
 *   invoke.c       the call, and what its result means
 *   reply.c        the frame -> the answer
 */
#ifndef BRASA_SYMBOL_INTERNAL_H
#define BRASA_SYMBOL_INTERNAL_H
#include "brasa_json.h"
#include "brasa_symbol.h"
#include <ffi.h>
#include <locale.h>
#include <stdarg.h>
#include <stdbool.h>

#define PARAMETER_LIMIT 32u
#define FIELD_LIMIT 64u
/** Of a struct, and of all values a call passes itself; buffers lie elsewhere. */
#define FRAME_BYTES_LIMIT (64u << 10)
/** Of a buffer, as of a reply. */
#define BUFFER_BYTES_LIMIT (6u << 20)

typedef enum kind {
    KIND_VOID,
    KIND_BOOL,
    KIND_I8,
    KIND_I16,
    KIND_I32,
    KIND_I64,
    KIND_U8,
    KIND_U16,
    KIND_U32,
    KIND_U64,
    KIND_F32,
    KIND_F64,
    KIND_NULL, /**< a pointer that is always NULL */
    KIND_CSTR,
    KIND_BYTES,
    KIND_STRUCT
} kind;

typedef struct type {
    kind kind;
    ffi_type *ffi;
    size_t size;
    struct field *fields; /**< of a struct */
    size_t field_count;
} type;

typedef struct field {
    const char *name;
    type type;
    size_t offset;
} field;

typedef enum pass { PASS_VALUE, PASS_REF, PASS_OUT, PASS_INOUT } pass;

typedef struct parameter {
    const char *name; /**< NULL: nobody can give it, value is what is passed */
    type type;
    pass pass;
    bool is_nullable;
    size_t count;             /**< bytes of a buffer whose size the signature says; 0: as long as what is given */
    kind length_kind;         /**< of the argument behind a buffer; KIND_VOID: there is none */
    bool length_by_pointer;   /**< it points to the room before the call, to the length after it */
    bool is_result_length;    /**< it tells how long the result is, and is no result itself */
    const brasa_json *value;  /**< constant or default; NULL: has to be given */
    size_t slot, length_slot; /**< places of its arguments in the frame */
    size_t content, length_content; /**< places of what they point to */
} parameter;

typedef enum convention {
    ERROR_NONE,
    ERROR_NEGATIVE,
    ERROR_NULL,
    ERROR_NONZERO,
    ERROR_ZERO,
    ERROR_ERRNO
} convention;

struct brasa_symbol {
    const brasa_host *host;
    const brasa_json *description; /**< constants of parameters are in it */
    const char *text;              /**< that it was read from */
    const char *name, *signature, *path;
    void (*function)(void);
    void (*release)(void *); /**< takes a returned pointer back; NULL: nobody does */
    const char *release_name;
    ffi_cif cif;
    ffi_type **argument_types;
    size_t *argument_slots;
    size_t argument_count, fixed_count; /**< the latter 0: not variadic */
    bool is_variadic;
    parameter *parameters;
    size_t parameter_count;
    parameter *raw; /**< the one that takes a raw body; NULL: none or several could */
    type result;
    size_t result_count;             /**< bytes a returned pointer points to; 0: a text, or result_length tells */
    const parameter *result_length;  /**< the out parameter that tells how long the result is */
    const parameter *sized_by_result; /**< the out buffer whose length is the result */
    convention error;
    size_t result_slot, frame_bytes;
    brasa_module module;
    brasa_function entry;
    const brasa_function *table[1];
};

/** Where a value for a parameter comes from. */
typedef struct source {
    enum { GIVEN_NOT, GIVEN_JSON, GIVEN_TEXT, GIVEN_BYTES } kind;
    const brasa_json *json;
    const char *text; /**< of a query string, or a raw body */
    size_t length;
} source;

/** One call under way. */
typedef struct call {
    const brasa_symbol *symbol;
    brasa_invocation *invocation;
    bool is_http;
    brasa_status status; /**< what invoke returns once something has gone wrong */
    uint8_t *frame;
    int error_number; /**< errno after the call */
    /** Bytes that lie behind each parameter's pointer: what was given, or room. */
    uint8_t *buffers[PARAMETER_LIMIT];
    size_t buffer_bytes[PARAMETER_LIMIT];
} call;

/* signature.c */
/** Reads a description into symbol, whose path and host are set. memory lives as long as the symbol. */
bool signature_read(brasa_symbol *symbol, const brasa_json *description, brasa_json_memory memory, brasa_load_error *error);
/** The type's name as signatures write it. Static. */
const char *kind_name(kind kind);
bool kind_is_integer(kind kind);

/* request.c */
/** Finds what is given for each parameter. False: the caller has been answered. */
bool request_read(call *call, source *sources);

/* argument.c */
/** Fills the frame. False: the caller has been answered. */
bool arguments_fill(call *call, const source *sources);
/** How numbers are spelt, whatever locale the library has set: the C way. */
locale_t number_locale(void);
/** Reads an integer of that kind out of the frame, widened. */
int64_t integer_load(kind kind, const void *place);
/** Writes an integer that fits the kind. */
void integer_store(kind kind, void *place, int64_t value);

/* invoke.c */
brasa_status symbol_invoke(void *state, brasa_invocation *invocation);
/** Memory until the invocation ends; NULL answers the caller. */
void *call_allocate(call *call, size_t bytes);
brasa_json_memory call_memory(call *call);
/** Answers that the request is wrong: 400 over HTTP, else an error of the function. Always false. */
bool call_refuse(call *call, const char *parameter, const char *format, ...) __attribute__((format(printf, 3, 4)));
/** Answers that the function failed. Always false. */
bool call_fail(call *call, const char *error_type, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* base64.c */
/** Decodes strict base64 with padding (RFC 4648); out has room for length / 4 * 3. SIZE_MAX when it is none. */
size_t base64_decode(uint8_t *out, const char *text, size_t length);
/** out has room for (length + 2) / 3 * 4. Returns what was used of it. */
size_t base64_encode(char *out, const uint8_t *bytes, size_t length);

/* reply.c */
/** Answers with the result and the out parameters. */
bool reply_send(call *call);
/** The address a returned pointer has; NULL when the result is none. */
void *result_pointer(const call *call);

/* json_write.c */
typedef struct writer {
    call *call;
    char *bytes;
    size_t length, capacity;
    bool is_broken; /**< memory ran out, and the caller has been answered */
} writer;

void write_raw(writer *out, const char *bytes, size_t length);
void write_text(writer *out, const char *text);
/** A JSON string; what is not UTF-8 becomes U+FFFD. */
void write_string(writer *out, const char *bytes, size_t length);
void write_base64(writer *out, const uint8_t *bytes, size_t length);
/** The fewest digits that read back as the same number; "NaN", "Infinity" and "-Infinity" as strings. */
void write_float(writer *out, double value, bool is_single);
void write_value(writer *out, const type *type, const void *place);

#endif
