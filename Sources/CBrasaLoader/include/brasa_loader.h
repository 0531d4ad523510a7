/* Opens a library, checks what it describes, and calls its lifecycle. Runs the library's code: for workers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BRASA_LOADER_H
#define BRASA_LOADER_H
#include "brasa.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Where making a module ready stopped. */
enum {
    BRASA_PHASE_NONE = 0,
    BRASA_PHASE_LOAD,       /**< dlopen, which also runs the library's constructors */
    BRASA_PHASE_SYMBOL,     /**< finding the entry symbol */
    BRASA_PHASE_ABI,        /**< versions and struct sizes */
    BRASA_PHASE_DESCRIPTOR, /**< the content of the descriptor */
    BRASA_PHASE_INIT,
    BRASA_PHASE_FREEZE,
    BRASA_PHASE_THREADS,     /**< the thread check before instances are forked */
    BRASA_PHASE_DESCRIPTORS, /**< the open-descriptor check before instances are forked */
    BRASA_PHASE_THAW,
    BRASA_PHASE_COUNT
};

/** The phase's name in words: "load", "symbol", ... Static; "unknown" for a number that is no phase. */
const char *brasa_phase_name(int32_t phase);

/** What exactly was wrong. brasa_load_code_name gives each its name in words. */
enum {
    BRASA_LOAD_OK = 0,
    BRASA_LOAD_NOT_LOADABLE,     /**< dlopen failed; the message holds its text */
    BRASA_LOAD_NO_ENTRY,         /**< no entry symbol */
    BRASA_LOAD_NULL_MODULE,      /**< the entry returned NULL */
    BRASA_LOAD_STRUCT_TOO_SMALL, /**< a struct_size under the minimum of ABI 1.0 */
    BRASA_LOAD_OTHER_MAJOR,      /**< descriptor of another major version */
    BRASA_LOAD_UNKNOWN_FLAGS,    /**< flags this host does not know, so cannot honour */
    BRASA_LOAD_BAD_NAME,         /**< the module's name is missing or over 256 bytes */
    BRASA_LOAD_FUNCTION_COUNT,   /**< outside 1..1024 */
    BRASA_LOAD_NULL_FUNCTION,    /**< the table, or an entry of it, is NULL */
    BRASA_LOAD_FUNCTION_NAME,    /**< against the rules of names */
    BRASA_LOAD_DUPLICATE_FUNCTION,
    BRASA_LOAD_NO_INVOKE,
    BRASA_LOAD_FAILED, /**< init, freeze or thaw returned an error */
    BRASA_LOAD_CODE_COUNT
};

/** The code's name in words, such as "struct-too-small". Static. */
const char *brasa_load_code_name(int32_t code);

/** Why a module could not be made ready. */
typedef struct brasa_load_error {
    int32_t phase;      /**< BRASA_PHASE_* */
    int32_t code;       /**< BRASA_LOAD_* */
    int32_t status;     /**< what init, freeze or thaw returned; else 0 */
    char message[1024]; /**< a full sentence, printable UTF-8 */
} brasa_load_error;

/** A library that is open. Never closed: a version ends when its processes exit. */
typedef struct brasa_open_module {
    void *handle;
    const brasa_module *module;
    /** The module was built with a newer minor version than the host's; harmless, worth telling. */
    bool has_newer_minor;
} brasa_open_module;

/** Opens the library at path (RTLD_NOW, RTLD_LOCAL), calls its entry with host, and checks the descriptor.
 *
 *  A newer minor version is accepted, since the contract only grows at the end and the module sees the host's version:
 * it is refused when it sets flags this host does not know, or when its entry returns NULL because it needs more.
 *  Returns 0, or -1 with error filled. Code of the library runs and may crash, hang or exit. */
int brasa_module_open(const char *path, const brasa_host *host, brasa_open_module *out, brasa_load_error *error);

/** Checks a descriptor that came from entry symbol v1 of path. Returns 0, or -1 with error filled. */
int brasa_module_check(const char *path, const brasa_host *host, const brasa_module *module, brasa_load_error *error);

/** Runs init when the module has one. state is set to NULL first. Returns 0, or -1 with error filled. */
int brasa_module_init(const brasa_module *module, const brasa_host *host, brasa_bytes config, void **state,
                      brasa_load_error *error);
/** Runs freeze when the module has one. Returns 0, or -1 with error filled. */
int brasa_module_freeze(const brasa_module *module, void *state, brasa_load_error *error);
/** Runs thaw when the module has one. reason is BRASA_THAW_*; entropy is 32 bytes. Returns 0, or -1 with error filled.
 */
int brasa_module_thaw(const brasa_module *module, void *state, uint32_t reason, brasa_bytes entropy,
                      brasa_load_error *error);
/** Runs shutdown when the module has one. */
void brasa_module_shutdown(const brasa_module *module, void *state);

/** The function of that name; name NULL: the module's first. NULL when there is none. */
const brasa_function *brasa_module_function(const brasa_module *module, const char *name);

/** Writes the module's description as JSON, NUL-terminated; what BrasaModel's ModuleDescription decodes.
 *
 *  Returns the length without the NUL. When that is not below size the text was cut: call again with more room.
 *  buffer may be NULL when size is 0. Texts are cut at 4,096 bytes; bytes that are not UTF-8 become U+FFFD. */
size_t brasa_module_describe_json(const brasa_module *module, char *buffer, size_t size);

#ifdef __cplusplus
}
#endif
#endif
