/* What a library file says about itself, read without running any of its code.
 *
 * The file is hostile until proven otherwise: it is read with pread into bounded memory (a mapping would end in SIGBUS
 * when somebody truncates the file meanwhile), every offset and size is checked against the file's size, and every text
 * taken from it is made printable.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BRASA_ELF_H
#define BRASA_ELF_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Why a library is refused. brasa_elf_refusal_name gives each its name in words. */
enum {
    BRASA_ELF_OK = 0,
    BRASA_ELF_NOT_FOUND,          /**< no such file */
    BRASA_ELF_UNREADABLE,         /**< opening or reading failed */
    BRASA_ELF_NOT_REGULAR,        /**< a directory, device, socket or pipe */
    BRASA_ELF_EMPTY,              /**< 0 bytes */
    BRASA_ELF_NOT_ELF,            /**< another format */
    BRASA_ELF_WRONG_CLASS,        /**< 32-bit */
    BRASA_ELF_WRONG_ENDIANNESS,   /**< big-endian */
    BRASA_ELF_WRONG_MACHINE,      /**< another processor */
    BRASA_ELF_WRONG_SYSTEM,       /**< another operating system */
    BRASA_ELF_NOT_SHARED_OBJECT,  /**< an executable, an object file, a core dump */
    BRASA_ELF_TRUNCATED,          /**< parts of it lie past the file's end */
    BRASA_ELF_MALFORMED,          /**< contradicts itself, or is over a limit of this reader */
    BRASA_ELF_CHANGED,            /**< became shorter while being read */
    BRASA_ELF_NO_ENTRY,           /**< no brasa_module_v<N> is exported */
    BRASA_ELF_OTHER_ABI,          /**< only entry symbols of other major versions */
    BRASA_ELF_ENTRY_NOT_FUNCTION, /**< the entry symbol is data, or only referred to */
    BRASA_ELF_MISSING_LIBRARY,    /**< a DT_NEEDED that resolves nowhere */
    BRASA_ELF_TOO_MANY_LIBRARIES, /**< over 512 needed libraries, or over 32 deep */
    BRASA_ELF_TEXT_RELOCATIONS,   /**< its code would have to be writable */
    BRASA_ELF_EXECUTABLE_STACK,   /**< it asks for an executable stack */
    BRASA_ELF_FOREIGN_OWNER,      /**< owned by neither root nor the host's user */
    BRASA_ELF_WORLD_WRITABLE,     /**< anybody could replace its code */
    BRASA_ELF_NO_MEMORY,
    BRASA_ELF_REFUSAL_COUNT
};

/** The code's name in words, such as "wrong-machine"; "unknown" for a number that is no code. Static. */
const char *brasa_elf_refusal_name(int32_t code);

/** One reason not to load a library: a full sentence that names the path and both sides. */
typedef struct brasa_elf_refusal {
    int32_t code;
    const char *message;
} brasa_elf_refusal;

/** One library that the file needs, directly (depth 1) or through others. */
typedef struct brasa_elf_needed {
    const char *name;      /**< as written in DT_NEEDED */
    const char *needed_by; /**< path of the object that names it first */
    const char *path;      /**< where it was found; NULL when missing */
    uint32_t depth;        /**< 1 when the inspected file itself needs it */
} brasa_elf_needed;

/** What the host accepts. */
typedef struct brasa_elf_policy {
    uint16_t machine;   /**< EM_* number of the processor */
    uint32_t abi_major; /**< major version of brasa.h */
    uint32_t user;      /**< user id the host runs as */
    /** The dynamic linker's configuration; NULL: /etc/ld.so.conf. */
    const char *linker_configuration;
    /** Plain C functions the library has to export; none: it has to export an entry symbol instead. */
    const char *const *symbols;
    size_t symbol_count;
} brasa_elf_policy;

/** The policy of the running process: its processor, its effective user, this build's ABI. */
brasa_elf_policy brasa_elf_policy_of_this_host(void);

/** Everything found. Texts are UTF-8, live as long as the report, and are NULL when the file does not say. */
typedef struct brasa_elf_report {
    const char *path;
    uint64_t size_bytes;
    uint32_t owner; /**< user id */
    uint32_t mode;  /**< permission bits only */
    uint32_t bits;  /**< 64 or 32; 0: unknown */
    bool little_endian;
    uint16_t machine;         /**< EM_* number; 0: unknown */
    const char *machine_name; /**< "x86-64", ...; never NULL */
    uint16_t type;            /**< ET_* number; 0: unknown */
    const char *build_id;     /**< hexadecimal */
    const char *soname, *runpath, *rpath;
    const char *toolchain; /**< what .comment says, several separated by "; " */
    const char *language;  /**< "Go", "Swift", "Rust", "C or C++" */
    bool is_go;            /**< starts threads when loaded: run each instance from a fresh process */
    bool has_text_relocations, has_executable_stack;
    const char *entry;          /**< the entry symbol the host would call; NULL: none */
    const uint32_t *abi_majors; /**< of all entry symbols exported, rising */
    size_t abi_major_count;
    size_t exported_symbol_count, exported_function_count;
    const brasa_elf_needed *needed; /**< nearest first */
    size_t needed_count;
    const brasa_elf_refusal *refusals; /**< empty: acceptable */
    size_t refusal_count;
} brasa_elf_report;

/** Reads the file at path and says all that is wrong with it at once, as far as it could be read.
 *
 *  policy may be NULL: this host's. Returns NULL only without memory; otherwise end it with brasa_elf_report_free.
 *  Blocks on the disk. Follows symbolic links. Never opens pipes or devices. */
brasa_elf_report *brasa_elf_inspect(const char *path, const brasa_elf_policy *policy);

/** Finds a library by its name where the dynamic linker would, in the directories its cache is made from.
 *
 *  policy may be NULL: this host's. Returns the path, to be freed with free, or NULL: none there has the name, the
 *  processor and the form of a library. Blocks on the disk. */
char *brasa_elf_find_library(const char *name, const brasa_elf_policy *policy);

/** Frees a report and its texts. NULL is fine. */
void brasa_elf_report_free(brasa_elf_report *report);

#ifdef __cplusplus
}
#endif
#endif
