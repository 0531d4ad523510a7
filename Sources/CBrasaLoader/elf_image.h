/* One ELF file being read. Internal to the loader; see brasa_elf.h for the rules. */
#ifndef BRASA_ELF_IMAGE_H
#define BRASA_ELF_IMAGE_H
#include "brasa_elf.h"
#include "text.h"
#include <elf.h>
#include <sys/stat.h>

/** A file whose header, segments and dynamic section have been checked. */
typedef struct brasa_elf_image {
    const char *path;
    char *shown_path; /**< for messages */
    int descriptor;   /**< -1: not open */
    struct stat status;
    uint64_t size;
    brasa_arena arena; /**< what was read */

    Elf64_Ehdr header;
    Elf64_Phdr *segments;
    size_t segment_count;
    Elf64_Shdr *sections; /**< NULL: none */
    size_t section_count;
    char *section_names;
    size_t section_names_size;
    Elf64_Dyn *dynamic; /**< up to and without DT_NULL */
    size_t dynamic_count;
    char *strings; /**< the dynamic string table, NUL added */
    size_t strings_size;

    int32_t problem; /**< BRASA_ELF_OK, or why reading stopped */
    char *message;
} brasa_elf_image;

/** Opens and checks everything up to the dynamic section. False: problem and message say why; what was read stays. */
bool brasa_elf_image_open(brasa_elf_image *image, const char *path, const brasa_elf_policy *policy);
/** Reads the section headers. False only when they lie past the end or memory is out; a file may have none. */
bool brasa_elf_image_read_sections(brasa_elf_image *image);
/** Closes the file and frees what was read. */
void brasa_elf_image_close(brasa_elf_image *image);

/** Notes why reading stopped; the first reason stays. Always false. */
bool brasa_elf_image_refuse(brasa_elf_image *image, int32_t code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/** size bytes from offset, a NUL after them; NULL with the reason noted. what names them in messages. */
void *brasa_elf_image_read(brasa_elf_image *image, uint64_t offset, uint64_t size, uint64_t limit, const char *what);
/** Where in the file an address lies, and how many bytes of its segment follow. False: nowhere. */
bool brasa_elf_image_locate(const brasa_elf_image *image, uint64_t address, uint64_t *offset, uint64_t *available);
/** A text of the dynamic string table; NULL when the offset is outside. */
const char *brasa_elf_image_string(const brasa_elf_image *image, uint64_t offset);
/** The value of a dynamic entry. False: there is none. The last one counts, as for the dynamic linker. */
bool brasa_elf_image_dynamic(const brasa_elf_image *image, int64_t tag, uint64_t *value);
/** The section's name; "" when unknown. */
const char *brasa_elf_image_section_name(const brasa_elf_image *image, size_t index);

/** Name of an EM_* number; NULL: not a usual one. */
const char *brasa_elf_machine_name(uint16_t machine);

/** What the dynamic symbols say. */
typedef struct brasa_elf_symbols {
    size_t exported, exported_functions;
    char *some_functions; /**< up to four names, ", " between them; NULL: none */
    size_t some_count;
    uint32_t majors[16]; /**< of exported entry functions, rising */
    size_t major_count;
    bool entry_is_data, entry_is_undefined, entry_is_hidden;
    char *entry_mangled; /**< the entry without extern "C" */
    char *nearest;       /**< a likely misspelling of the entry */
    bool has_go_runtime;
    bool has_entry; /**< the entry that was asked for by name is an exported function */
} brasa_elf_symbols;

/** Reads the dynamic symbols, and of the static ones what explains a missing entry. Texts live in arena.
 *
 *  entry is the name asked for; NULL: brasa_module_v of that major version. */
bool brasa_elf_read_symbols(brasa_elf_image *image, brasa_arena *arena, const char *entry, uint32_t abi_major,
                            brasa_elf_symbols *out);

/** Collects refusals and needed libraries of a report. */
typedef struct brasa_elf_builder {
    brasa_arena arena;
    brasa_elf_report report;
    brasa_elf_refusal refusals[32];
    brasa_elf_needed needed[512];
    bool out_of_memory;
} brasa_elf_builder;

/** Adds a refusal. message NULL counts as no memory; past the 32nd they are dropped. */
void brasa_elf_refuse(brasa_elf_builder *builder, int32_t code, const char *message);
/** Resolves DT_NEEDED of the image and of what it finds, adding needed libraries and refusals. */
void brasa_elf_resolve_needed(brasa_elf_builder *builder, const brasa_elf_image *image, const brasa_elf_policy *policy);

#endif
