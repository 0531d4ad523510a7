#include "elf_image.h"
#include "brasa.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MIB = 1 << 20 };

const char *brasa_elf_refusal_name(int32_t code) {
    static const char *const names[BRASA_ELF_REFUSAL_COUNT] = {
        [BRASA_ELF_OK] = "ok",
        [BRASA_ELF_NOT_FOUND] = "not-found",
        [BRASA_ELF_UNREADABLE] = "unreadable",
        [BRASA_ELF_NOT_REGULAR] = "not-regular",
        [BRASA_ELF_EMPTY] = "empty",
        [BRASA_ELF_NOT_ELF] = "not-elf",
        [BRASA_ELF_WRONG_CLASS] = "wrong-class",
        [BRASA_ELF_WRONG_ENDIANNESS] = "wrong-endianness",
        [BRASA_ELF_WRONG_MACHINE] = "wrong-machine",
        [BRASA_ELF_WRONG_SYSTEM] = "wrong-system",
        [BRASA_ELF_NOT_SHARED_OBJECT] = "not-shared-object",
        [BRASA_ELF_TRUNCATED] = "truncated",
        [BRASA_ELF_MALFORMED] = "malformed",
        [BRASA_ELF_CHANGED] = "changed",
        [BRASA_ELF_NO_ENTRY] = "no-entry",
        [BRASA_ELF_OTHER_ABI] = "other-abi",
        [BRASA_ELF_ENTRY_NOT_FUNCTION] = "entry-not-function",
        [BRASA_ELF_MISSING_LIBRARY] = "missing-library",
        [BRASA_ELF_TOO_MANY_LIBRARIES] = "too-many-libraries",
        [BRASA_ELF_TEXT_RELOCATIONS] = "text-relocations",
        [BRASA_ELF_EXECUTABLE_STACK] = "executable-stack",
        [BRASA_ELF_FOREIGN_OWNER] = "foreign-owner",
        [BRASA_ELF_WORLD_WRITABLE] = "world-writable",
        [BRASA_ELF_NO_MEMORY] = "no-memory",
    };
    return code >= 0 && code < BRASA_ELF_REFUSAL_COUNT && names[code] ? names[code] : "unknown";
}

brasa_elf_policy brasa_elf_policy_of_this_host(void) {
#if defined(__x86_64__)
    uint16_t machine = EM_X86_64;
#else
    uint16_t machine = EM_AARCH64;
#endif
    return (brasa_elf_policy){.machine = machine, .abi_major = BRASA_ABI_MAJOR, .user = geteuid()};
}

void brasa_elf_refuse(brasa_elf_builder *builder, int32_t code, const char *message) {
    brasa_elf_report *report = &builder->report;
    if (!message) {
        builder->out_of_memory = true;
        return;
    }
    if (report->refusal_count == sizeof builder->refusals / sizeof builder->refusals[0]) return;
    builder->refusals[report->refusal_count++] = (brasa_elf_refusal){.code = code, .message = message};
}

static void refuse(brasa_elf_builder *builder, int32_t code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void refuse(brasa_elf_builder *builder, int32_t code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *message = brasa_arena_vprint(&builder->arena, format, arguments);
    va_end(arguments);
    brasa_elf_refuse(builder, code, message);
}

static const char *kept(brasa_elf_builder *builder, const char *text) {
    return text ? brasa_arena_printable(&builder->arena, text, strlen(text), 4096) : NULL;
}

static void check_ownership(brasa_elf_builder *builder, const brasa_elf_image *image, const brasa_elf_policy *policy) {
    uint32_t owner = image->status.st_uid;
    if (owner != 0 && owner != policy->user) {
        refuse(builder, BRASA_ELF_FOREIGN_OWNER,
               "%s belongs to user %u; this host runs as user %u and takes libraries only of that user and of root.",
               image->shown_path, owner, policy->user);
    }
    if (image->status.st_mode & S_IWOTH) {
        refuse(builder, BRASA_ELF_WORLD_WRITABLE,
               "%s may be written by everybody (mode %04o); take that away with: chmod o-w.", image->shown_path,
               (unsigned)(image->status.st_mode & 07777));
    }
}

/** Notes: the build id, and Go's mark, which stays when the section headers are stripped. */
static bool read_notes(brasa_elf_builder *builder, brasa_elf_image *image) {
    size_t read = 0;
    for (size_t i = 0; i < image->segment_count && read < 16; i++) {
        const Elf64_Phdr *segment = &image->segments[i];
        if (segment->p_type != PT_NOTE || segment->p_filesz > MIB) continue;
        read++;
        uint64_t size = segment->p_filesz, align = segment->p_align == 8 ? 8 : 4;
        const unsigned char *bytes = brasa_elf_image_read(image, segment->p_offset, size, MIB, "a note");
        if (!bytes) return false;
        for (uint64_t at = 0; size - at >= sizeof(Elf64_Nhdr);) {
            Elf64_Nhdr note;
            memcpy(&note, bytes + at, sizeof note);
            uint64_t name_at = at + sizeof note;
            uint64_t content_at = (name_at + note.n_namesz + align - 1) / align * align;
            uint64_t end = content_at + note.n_descsz;
            if (end > size) break;
            if (note.n_namesz == 4 && note.n_type == NT_GNU_BUILD_ID && memcmp(bytes + name_at, "GNU", 4) == 0) {
                uint64_t length = note.n_descsz < 64 ? note.n_descsz : 64;
                char *text = brasa_arena_take(&builder->arena, 2 * length + 1);
                for (uint64_t j = 0; text && j < length; j++) sprintf(text + 2 * j, "%02x", bytes[content_at + j]);
                builder->report.build_id = text;
            }
            if (note.n_namesz == 4 && note.n_type == 4 && memcmp(bytes + name_at, "Go\0", 4) == 0) {
                builder->report.is_go = true;
            }
            at = (end + align - 1) / align * align;
            if (at > size) break;
        }
    }
    return true;
}

/** Joins the texts of .comment, each once. */
static bool read_comment(brasa_elf_builder *builder, brasa_elf_image *image, const Elf64_Shdr *section) {
    if (section->sh_type != SHT_PROGBITS) return true;
    uint64_t size = section->sh_size < 65536 ? section->sh_size : 65536;
    const char *bytes = brasa_elf_image_read(image, section->sh_offset, size, 65536, "section .comment");
    if (!bytes) return false;
    const char *joined = NULL;
    for (uint64_t at = 0; at < size;) {
        size_t length = strnlen(bytes + at, size - at);
        const char *shown = brasa_arena_printable(&builder->arena, bytes + at, length, 200);
        bool known = !shown || length == 0 || (joined && strstr(joined, shown));
        if (!known && (!joined || strlen(joined) < 600)) {
            joined = joined ? brasa_arena_print(&builder->arena, "%s; %s", joined, shown) : shown;
        }
        at += length + 1;
    }
    builder->report.toolchain = joined;
    return true;
}

static bool read_toolchain(brasa_elf_builder *builder, brasa_elf_image *image) {
    bool is_swift = false, has_comment = false;
    for (size_t i = 0; i < image->section_count && i < 4096; i++) {
        const char *name = brasa_elf_image_section_name(image, i);
        if (strcmp(name, ".comment") == 0 && !has_comment) {
            has_comment = true;
            if (!read_comment(builder, image, &image->sections[i])) return false;
        }
        if (strcmp(name, ".go.buildinfo") == 0 || strcmp(name, ".note.go.buildid") == 0) builder->report.is_go = true;
        if (strncmp(name, "swift5_", 7) == 0) is_swift = true;
    }
    const char *toolchain = builder->report.toolchain;
    builder->report.language = builder->report.is_go                                                   ? "Go"
                               : is_swift                                                              ? "Swift"
                               : toolchain && strstr(toolchain, "rustc")                               ? "Rust"
                               : toolchain && (strstr(toolchain, "GCC") || strstr(toolchain, "clang")) ? "C or C++"
                                                                                                       : NULL;
    return true;
}

static void check_flags(brasa_elf_builder *builder, const brasa_elf_image *image) {
    brasa_elf_report *report = &builder->report;
    uint64_t flags = 0, unused = 0;
    brasa_elf_image_dynamic(image, DT_FLAGS, &flags);
    report->has_text_relocations = (flags & DF_TEXTREL) || brasa_elf_image_dynamic(image, DT_TEXTREL, &unused);
    if (report->has_text_relocations) {
        refuse(builder, BRASA_ELF_TEXT_RELOCATIONS,
               "%s has text relocations (TEXTREL), so its code would have to be writable; this host loads position "
               "independent code only: compile all of it with -fPIC.",
               image->shown_path);
    }
    const Elf64_Phdr *stack = NULL;
    for (size_t i = 0; i < image->segment_count; i++) {
        if (image->segments[i].p_type == PT_GNU_STACK) stack = &image->segments[i];
    }
    // Without the header the dynamic linker assumes the worst.
    report->has_executable_stack = !stack || (stack->p_flags & PF_X);
    if (report->has_executable_stack) {
        refuse(builder, BRASA_ELF_EXECUTABLE_STACK,
               "%s asks for an executable stack (%s); this host gives none: link it with -Wl,-z,noexecstack.",
               image->shown_path, stack ? "PT_GNU_STACK has flag X" : "it has no PT_GNU_STACK");
    }
}

static void refuse_entry(brasa_elf_builder *builder, const brasa_elf_image *image, const brasa_elf_symbols *symbols,
                         uint32_t ours) {
    const char *path = image->shown_path;
    if (symbols->major_count > 0) {
        char list[200] = "";
        size_t used = 0;
        for (size_t i = 0; i < symbols->major_count && used + 16 < sizeof list; i++) {
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%u",
                                     i == 0                         ? ""
                                     : i + 1 < symbols->major_count ? ", "
                                                                    : " and ",
                                     symbols->majors[i]);
        }
        refuse(builder, BRASA_ELF_OTHER_ABI, "%s speaks ABI %s, this host speaks %u.", path, list, ours);
    } else if (symbols->entry_is_data) {
        refuse(builder, BRASA_ELF_ENTRY_NOT_FUNCTION,
               "%s exports brasa_module_v%u as data; this host calls it, so it has to be a function.", path, ours);
    } else if (symbols->entry_is_undefined) {
        refuse(builder, BRASA_ELF_ENTRY_NOT_FUNCTION,
               "%s refers to brasa_module_v%u without defining it; link the file that defines it into the library.",
               path, ours);
    } else if (symbols->entry_is_hidden) {
        refuse(builder, BRASA_ELF_NO_ENTRY,
               "%s defines brasa_module_v%u but does not export it; declare it with BRASA_EXPORT.", path, ours);
    } else if (symbols->entry_mangled) {
        refuse(builder, BRASA_ELF_NO_ENTRY,
               "%s exports %s but not brasa_module_v%u; declare the function extern \"C\".", path,
               symbols->entry_mangled, ours);
    } else if (symbols->nearest) {
        refuse(builder, BRASA_ELF_NO_ENTRY, "%s exports %s but not brasa_module_v%u; is it misspelt?", path,
               symbols->nearest, ours);
    } else if (symbols->some_functions) {
        const char *more = symbols->exported_functions > symbols->some_count ? ", ..." : "";
        refuse(builder, BRASA_ELF_NO_ENTRY, "%s exports %s%s but not brasa_module_v%u; it is not a function library.",
               path, symbols->some_functions, more, ours);
    } else if (symbols->exported_functions > 0) {
        refuse(builder, BRASA_ELF_NO_ENTRY,
               "%s exports %zu functions but not brasa_module_v%u; it is not a function library.", path,
               symbols->exported_functions, ours);
    } else {
        refuse(builder, BRASA_ELF_NO_ENTRY, "%s exports no function; this host looks for brasa_module_v%u.", path,
               ours);
    }
}

/** Refuses a library that does not export a plain C function. */
static void refuse_symbol(brasa_elf_builder *builder, const brasa_elf_image *image, const brasa_elf_symbols *symbols,
                          const char *name) {
    const char *path = image->shown_path;
    const char *shown = kept(builder, name);
    if (!shown) {
        builder->out_of_memory = true;
    } else if (symbols->entry_is_data) {
        refuse(builder, BRASA_ELF_ENTRY_NOT_FUNCTION, "%s exports %s as data; only functions can be called.", path, shown);
    } else if (symbols->entry_is_undefined) {
        refuse(builder, BRASA_ELF_ENTRY_NOT_FUNCTION,
               "%s refers to %s without defining it; name the library that defines it.", path, shown);
    } else if (symbols->entry_is_hidden) {
        refuse(builder, BRASA_ELF_NO_ENTRY, "%s defines %s but does not export it.", path, shown);
    } else if (symbols->entry_mangled) {
        refuse(builder, BRASA_ELF_NO_ENTRY, "%s exports %s but not %s; declare the function extern \"C\".", path,
               symbols->entry_mangled, shown);
    } else if (symbols->nearest) {
        refuse(builder, BRASA_ELF_NO_ENTRY, "%s exports %s but not %s; is it misspelt?", path, symbols->nearest, shown);
    } else {
        refuse(builder, BRASA_ELF_NO_ENTRY, "%s exports %zu functions, but not %s.", path, symbols->exported_functions,
               shown);
    }
}

static bool check_plain_symbols(brasa_elf_builder *builder, brasa_elf_image *image, const brasa_elf_policy *policy) {
    for (size_t i = 0; i < policy->symbol_count; i++) {
        brasa_elf_symbols symbols;
        if (!brasa_elf_read_symbols(image, &builder->arena, policy->symbols[i], policy->abi_major, &symbols)) return false;
        builder->report.exported_symbol_count = symbols.exported;
        builder->report.exported_function_count = symbols.exported_functions;
        if (symbols.has_go_runtime) builder->report.is_go = true;
        if (!symbols.has_entry) refuse_symbol(builder, image, &symbols, policy->symbols[i]);
    }
    return true;
}

static bool read_symbols(brasa_elf_builder *builder, brasa_elf_image *image, const brasa_elf_policy *policy) {
    brasa_elf_report *report = &builder->report;
    brasa_elf_symbols symbols;
    if (policy->symbol_count > 0) return check_plain_symbols(builder, image, policy);
    if (!brasa_elf_read_symbols(image, &builder->arena, NULL, policy->abi_major, &symbols)) return false;
    report->exported_symbol_count = symbols.exported;
    report->exported_function_count = symbols.exported_functions;
    if (symbols.has_go_runtime) report->is_go = true;
    uint32_t *majors = brasa_arena_take(&builder->arena, sizeof symbols.majors);
    if (!majors) {
        builder->out_of_memory = true;
        return true;
    }
    memcpy(majors, symbols.majors, sizeof symbols.majors);
    report->abi_majors = majors;
    report->abi_major_count = symbols.major_count;
    for (size_t i = 0; i < symbols.major_count; i++) {
        if (symbols.majors[i] != policy->abi_major) continue;
        report->entry = brasa_arena_print(&builder->arena, "brasa_module_v%u", policy->abi_major);
    }
    if (!report->entry) refuse_entry(builder, image, &symbols, policy->abi_major);
    return true;
}

/** Reads all there is; false when the image says why it stopped. */
static bool inspect(brasa_elf_builder *builder, brasa_elf_image *image, const brasa_elf_policy *policy) {
    brasa_elf_report *report = &builder->report;
    bool opened = brasa_elf_image_open(image, image->path, policy);
    report->path = kept(builder, image->path);
    report->size_bytes = image->size;
    report->owner = image->status.st_uid;
    report->mode = image->status.st_mode & 07777;
    report->machine = image->header.e_machine;
    report->type = image->header.e_type;
    unsigned class = image->header.e_ident[EI_CLASS];
    report->bits = class == ELFCLASS64 ? 64 : class == ELFCLASS32 ? 32 : 0;
    report->little_endian = image->header.e_ident[EI_DATA] == ELFDATA2LSB;
    const char *machine = brasa_elf_machine_name(image->header.e_machine);
    report->machine_name = machine ? machine : "unknown";
    if (image->descriptor >= 0) check_ownership(builder, image, policy);
    if (!opened) return false;

    uint64_t value = 0;
    if (brasa_elf_image_dynamic(image, DT_SONAME, &value))
        report->soname = kept(builder, brasa_elf_image_string(image, value));
    if (brasa_elf_image_dynamic(image, DT_RUNPATH, &value))
        report->runpath = kept(builder, brasa_elf_image_string(image, value));
    if (brasa_elf_image_dynamic(image, DT_RPATH, &value))
        report->rpath = kept(builder, brasa_elf_image_string(image, value));
    check_flags(builder, image);
    if (!brasa_elf_image_read_sections(image) || !read_notes(builder, image)) return false;
    if (!read_symbols(builder, image, policy) || !read_toolchain(builder, image)) return false;
    brasa_elf_resolve_needed(builder, image, policy);
    return true;
}

brasa_elf_report *brasa_elf_inspect(const char *path, const brasa_elf_policy *policy) {
    brasa_elf_policy here = brasa_elf_policy_of_this_host();
    brasa_elf_builder *builder = calloc(1, sizeof *builder);
    if (!builder) return NULL;
    builder->report.refusals = builder->refusals;
    builder->report.needed = builder->needed;
    brasa_elf_image image = {.path = path, .descriptor = -1};
    if (!inspect(builder, &image, policy ? policy : &here)) {
        brasa_elf_refuse(builder, image.problem,
                         kept(builder, image.message ? image.message : "There is no memory left."));
    }
    brasa_elf_image_close(&image);
    if (builder->out_of_memory || !builder->report.path) {
        brasa_elf_report_free(&builder->report);
        return NULL;
    }
    return &builder->report;
}

void brasa_elf_report_free(brasa_elf_report *report) {
    if (!report) return;
    brasa_elf_builder *builder = (brasa_elf_builder *)((char *)report - offsetof(brasa_elf_builder, report));
    brasa_arena_free(&builder->arena);
    free(builder);
}
