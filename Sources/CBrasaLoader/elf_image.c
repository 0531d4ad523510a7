#include "elf_image.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "headers are read as they lie in memory");

enum { MIB = 1 << 20 };

const char *brasa_elf_machine_name(uint16_t machine) {
    static const struct {
        uint16_t machine;
        const char *name;
    } names[] = {
        {EM_386, "x86 (32-bit)"},    {EM_X86_64, "x86-64"},    {EM_ARM, "ARM (32-bit)"}, {EM_AARCH64, "AArch64"},
        {EM_RISCV, "RISC-V"},        {EM_PPC64, "PowerPC64"},  {EM_PPC, "PowerPC"},      {EM_S390, "S/390"},
        {EM_MIPS, "MIPS"},           {EM_SPARCV9, "SPARC V9"}, {EM_IA_64, "Itanium"},    {EM_BPF, "BPF"},
        {EM_LOONGARCH, "LoongArch"}, {EM_CUDA, "CUDA"},        {EM_AMDGPU, "AMD GPU"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (names[i].machine == machine) return names[i].name;
    }
    return NULL;
}

bool brasa_elf_image_refuse(brasa_elf_image *image, int32_t code, const char *format, ...) {
    if (image->problem != BRASA_ELF_OK) return false;
    image->problem = code;
    va_list arguments;
    va_start(arguments, format);
    image->message = brasa_arena_vprint(&image->arena, format, arguments);
    va_end(arguments);
    if (!image->message) image->problem = BRASA_ELF_NO_MEMORY;
    return false;
}

static bool no_memory(brasa_elf_image *image) {
    return brasa_elf_image_refuse(image, BRASA_ELF_NO_MEMORY, "There is no memory left to read %s.",
                                  image->shown_path ? image->shown_path : "the library");
}

static bool truncated(brasa_elf_image *image, const char *what, uint64_t offset, uint64_t size) {
    return brasa_elf_image_refuse(image, BRASA_ELF_TRUNCATED,
                                  "%s is truncated: %s needs %" PRIu64 " bytes from offset %" PRIu64
                                  ", the file has %" PRIu64 " bytes.",
                                  image->shown_path, what, size, offset, image->size);
}

static bool malformed(brasa_elf_image *image, const char *what) {
    return brasa_elf_image_refuse(image, BRASA_ELF_MALFORMED, "%s is not a valid ELF file: %s.", image->shown_path,
                                  what);
}

void *brasa_elf_image_read(brasa_elf_image *image, uint64_t offset, uint64_t size, uint64_t limit, const char *what) {
    if (offset > image->size || size > image->size - offset) {
        truncated(image, what, offset, size);
        return NULL;
    }
    if (size > limit) {
        brasa_elf_image_refuse(image, BRASA_ELF_MALFORMED,
                               "%s is not a valid ELF file: %s has %" PRIu64 " bytes, at most %" PRIu64 " are read.",
                               image->shown_path, what, size, limit);
        return NULL;
    }
    unsigned char *bytes = brasa_arena_take(&image->arena, size + 1);
    if (!bytes) {
        no_memory(image);
        return NULL;
    }
    for (uint64_t done = 0; done < size;) {
        ssize_t count = pread(image->descriptor, bytes + done, size - done, (off_t)(offset + done));
        if (count > 0) {
            done += (uint64_t)count;
        } else if (count == 0) {
            brasa_elf_image_refuse(image, BRASA_ELF_CHANGED,
                                   "%s became shorter while it was read: it had %" PRIu64
                                   " bytes and now ends before offset %" PRIu64 ".",
                                   image->shown_path, image->size, offset + done + 1);
            return NULL;
        } else if (errno != EINTR) {
            brasa_elf_image_refuse(image, BRASA_ELF_UNREADABLE, "%s cannot be read: %s.", image->shown_path,
                                   strerror(errno));
            return NULL;
        }
    }
    return bytes;
}

bool brasa_elf_image_locate(const brasa_elf_image *image, uint64_t address, uint64_t *offset, uint64_t *available) {
    for (size_t i = 0; i < image->segment_count; i++) {
        const Elf64_Phdr *segment = &image->segments[i];
        if (segment->p_type != PT_LOAD || address < segment->p_vaddr) continue;
        uint64_t within = address - segment->p_vaddr;
        if (within >= segment->p_filesz) continue;
        *offset = segment->p_offset + within;
        *available = segment->p_filesz - within;
        return true;
    }
    return false;
}

const char *brasa_elf_image_string(const brasa_elf_image *image, uint64_t offset) {
    return image->strings && offset < image->strings_size ? image->strings + offset : NULL;
}

bool brasa_elf_image_dynamic(const brasa_elf_image *image, int64_t tag, uint64_t *value) {
    bool found = false;
    for (size_t i = 0; i < image->dynamic_count; i++) {
        if (image->dynamic[i].d_tag != tag) continue;
        *value = image->dynamic[i].d_un.d_val;
        found = true;
    }
    return found;
}

const char *brasa_elf_image_section_name(const brasa_elf_image *image, size_t index) {
    uint32_t offset = image->sections[index].sh_name;
    return image->section_names && offset < image->section_names_size ? image->section_names + offset : "";
}

static const char *kind_of_file(mode_t mode) {
    switch (mode & S_IFMT) {
    case S_IFDIR: return "a directory";
    case S_IFCHR: return "a character device";
    case S_IFBLK: return "a block device";
    case S_IFIFO: return "a pipe";
    case S_IFSOCK: return "a socket";
    default: return "not a file";
    }
}

static bool not_regular(brasa_elf_image *image) {
    return brasa_elf_image_refuse(image, BRASA_ELF_NOT_REGULAR, "%s is %s; a library has to be a regular file.",
                                  image->shown_path, kind_of_file(image->status.st_mode));
}

static bool open_file(brasa_elf_image *image) {
    // Looked at before it is opened: opening a device can have effects.
    if (stat(image->path, &image->status) == 0 && !S_ISREG(image->status.st_mode)) return not_regular(image);
    // O_NONBLOCK: a pipe put there in between must not hang the host.
    image->descriptor = open(image->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (image->descriptor < 0 || fstat(image->descriptor, &image->status) != 0) {
        int code = errno == ENOENT || errno == ENOTDIR ? BRASA_ELF_NOT_FOUND : BRASA_ELF_UNREADABLE;
        if (code == BRASA_ELF_NOT_FOUND) {
            return brasa_elf_image_refuse(image, code, "%s does not exist.", image->shown_path);
        }
        return brasa_elf_image_refuse(image, code, "%s cannot be opened: %s.", image->shown_path, strerror(errno));
    }
    if (!S_ISREG(image->status.st_mode)) return not_regular(image);
    image->size = (uint64_t)image->status.st_size;
    if (image->size == 0) {
        return brasa_elf_image_refuse(image, BRASA_ELF_EMPTY, "%s is empty: it has 0 bytes.", image->shown_path);
    }
    return true;
}

static bool check_machine(brasa_elf_image *image, const brasa_elf_policy *policy) {
    uint16_t theirs = image->header.e_machine;
    if (theirs == policy->machine) return true;
    const char *their_name = brasa_elf_machine_name(theirs), *our_name = brasa_elf_machine_name(policy->machine);
    return brasa_elf_image_refuse(image, BRASA_ELF_WRONG_MACHINE,
                                  "%s is built for %s (EM %u); this host runs %s (EM %u).", image->shown_path,
                                  their_name ? their_name : "an unknown processor", theirs,
                                  our_name ? our_name : "an unknown processor", policy->machine);
}

static bool read_header(brasa_elf_image *image, const brasa_elf_policy *policy) {
    static const unsigned char magic[SELFMAG] = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3};
    uint64_t length = image->size < sizeof image->header ? image->size : sizeof image->header;
    const unsigned char *bytes = brasa_elf_image_read(image, 0, length, sizeof image->header, "the header");
    if (!bytes) return false;
    if (length < SELFMAG || memcmp(bytes, magic, SELFMAG) != 0) {
        char start[64];
        brasa_printable(start, sizeof start, (const char *)bytes, length < 12 ? length : 12);
        return brasa_elf_image_refuse(image, BRASA_ELF_NOT_ELF,
                                      "%s is not an ELF file: it starts with \"%s\" instead of \"\\x7fELF\".",
                                      image->shown_path, start);
    }
    if (length < EI_NIDENT) return truncated(image, "the header", 0, sizeof image->header);
    memcpy(&image->header, bytes, length);
    const Elf64_Ehdr *header = &image->header;
    if (header->e_ident[EI_CLASS] != ELFCLASS64) {
        if (header->e_ident[EI_CLASS] != ELFCLASS32) return malformed(image, "its class is neither 32-bit nor 64-bit");
        return brasa_elf_image_refuse(image, BRASA_ELF_WRONG_CLASS,
                                      "%s is a 32-bit library; this host runs 64-bit code.", image->shown_path);
    }
    if (header->e_ident[EI_DATA] != ELFDATA2LSB) {
        if (header->e_ident[EI_DATA] != ELFDATA2MSB) return malformed(image, "its byte order is unknown");
        return brasa_elf_image_refuse(image, BRASA_ELF_WRONG_ENDIANNESS,
                                      "%s is built for a big-endian processor; this host is little-endian.",
                                      image->shown_path);
    }
    if (length < sizeof image->header) return truncated(image, "the header", 0, sizeof image->header);
    if (!check_machine(image, policy)) return false;
    unsigned system = header->e_ident[EI_OSABI];
    if (system != ELFOSABI_NONE && system != ELFOSABI_GNU) {
        return brasa_elf_image_refuse(
            image, BRASA_ELF_WRONG_SYSTEM,
            "%s is built for another operating system (OSABI %u); this host runs Linux (OSABI 0 or 3).",
            image->shown_path, system);
    }
    if (header->e_ident[EI_VERSION] != EV_CURRENT || header->e_version != EV_CURRENT) {
        return malformed(image, "its ELF version is not 1");
    }
    static const struct {
        uint16_t type;
        const char *what;
    } others[] = {
        {ET_EXEC, "an executable (ET_EXEC); build it with -shared -fPIC"},
        {ET_REL, "an object file (ET_REL); link it with -shared"},
        {ET_CORE, "a core dump (ET_CORE)"},
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (header->e_type != others[i].type) continue;
        return brasa_elf_image_refuse(image, BRASA_ELF_NOT_SHARED_OBJECT, "%s is not a shared library but %s.",
                                      image->shown_path, others[i].what);
    }
    if (header->e_type != ET_DYN) {
        return brasa_elf_image_refuse(image, BRASA_ELF_NOT_SHARED_OBJECT,
                                      "%s is not a shared library: its ELF type is %u, a library's is %u (ET_DYN).",
                                      image->shown_path, header->e_type, ET_DYN);
    }
    return true;
}

static const char *segment_name(uint32_t type) {
    switch (type) {
    case PT_LOAD: return "LOAD";
    case PT_DYNAMIC: return "DYNAMIC";
    case PT_INTERP: return "INTERP";
    case PT_NOTE: return "NOTE";
    case PT_TLS: return "TLS";
    case PT_PHDR: return "PHDR";
    case PT_GNU_EH_FRAME: return "GNU_EH_FRAME";
    case PT_GNU_RELRO: return "GNU_RELRO";
    default: return "other";
    }
}

static bool read_segments(brasa_elf_image *image) {
    const Elf64_Ehdr *header = &image->header;
    if (header->e_phnum == 0) return malformed(image, "it has no segments, so nothing to load");
    if (header->e_phentsize != sizeof(Elf64_Phdr)) return malformed(image, "its program headers have an unknown size");
    size_t count = header->e_phnum;
    image->segments =
        brasa_elf_image_read(image, header->e_phoff, count * sizeof(Elf64_Phdr), 4 * MIB, "the program header table");
    if (!image->segments) return false;
    image->segment_count = count;
    bool loads = false;
    for (size_t i = 0; i < count; i++) {
        const Elf64_Phdr *segment = &image->segments[i];
        if (segment->p_type == PT_LOAD) {
            loads = true;
            if (segment->p_filesz > segment->p_memsz)
                return malformed(image, "a segment is larger in the file than in memory");
            if (segment->p_vaddr > UINT64_MAX - segment->p_memsz)
                return malformed(image, "a segment ends past the address space");
        }
        if (segment->p_type == PT_NULL || segment->p_filesz == 0) continue;
        if (segment->p_offset <= image->size && segment->p_filesz <= image->size - segment->p_offset) continue;
        char what[64];
        snprintf(what, sizeof what, "segment %zu (%s)", i, segment_name(segment->p_type));
        return truncated(image, what, segment->p_offset, segment->p_filesz);
    }
    if (!loads) return malformed(image, "no segment of it is to be loaded");
    return true;
}

static bool read_dynamic(brasa_elf_image *image) {
    const Elf64_Phdr *found = NULL;
    bool has_interpreter = false;
    for (size_t i = 0; i < image->segment_count; i++) {
        if (image->segments[i].p_type == PT_DYNAMIC) found = &image->segments[i];
        if (image->segments[i].p_type == PT_INTERP) has_interpreter = true;
    }
    if (!found || found->p_filesz < sizeof(Elf64_Dyn)) {
        return brasa_elf_image_refuse(image, BRASA_ELF_NOT_SHARED_OBJECT,
                                      "%s is not a shared library: it has no dynamic section.", image->shown_path);
    }
    uint64_t offset = 0, available = 0;
    // By address, as the dynamic linker does: the file offset of this segment is only informative.
    if (!brasa_elf_image_locate(image, found->p_vaddr, &offset, &available) || available < found->p_filesz) {
        return malformed(image, "its dynamic section is in no segment that is loaded");
    }
    image->dynamic = brasa_elf_image_read(image, offset, found->p_filesz, MIB, "the dynamic section");
    if (!image->dynamic) return false;
    size_t limit = found->p_filesz / sizeof(Elf64_Dyn);
    while (image->dynamic_count < limit && image->dynamic[image->dynamic_count].d_tag != DT_NULL)
        image->dynamic_count++;

    uint64_t address = 0, size = 0, flags = 0, unused = 0;
    if (brasa_elf_image_dynamic(image, DT_STRTAB, &address) && brasa_elf_image_dynamic(image, DT_STRSZ, &size)) {
        if (!brasa_elf_image_locate(image, address, &offset, &available) || available < size) {
            return malformed(image, "its dynamic string table is in no segment that is loaded");
        }
        image->strings = brasa_elf_image_read(image, offset, size, 64 * MIB, "the dynamic string table");
        if (!image->strings) return false;
        image->strings_size = size;
    }
    bool is_program = has_interpreter && brasa_elf_image_dynamic(image, DT_DEBUG, &unused);
    if (brasa_elf_image_dynamic(image, DT_FLAGS_1, &flags) && (flags & DF_1_PIE)) is_program = true;
    if (is_program) {
        return brasa_elf_image_refuse(
            image, BRASA_ELF_NOT_SHARED_OBJECT,
            "%s is not a shared library but an executable (position independent); build it with "
            "-shared -fPIC.",
            image->shown_path);
    }
    if (flags & DF_1_NOOPEN) {
        return brasa_elf_image_refuse(
            image, BRASA_ELF_NOT_SHARED_OBJECT,
            "%s is marked as not to be opened at run time (DF_1_NOOPEN); link it without -z nodlopen.",
            image->shown_path);
    }
    return true;
}

bool brasa_elf_image_open(brasa_elf_image *image, const char *path, const brasa_elf_policy *policy) {
    *image = (brasa_elf_image){.path = path, .descriptor = -1};
    image->shown_path = brasa_arena_printable(&image->arena, path, strlen(path), 4096);
    if (!image->shown_path) return no_memory(image);
    return open_file(image) && read_header(image, policy) && read_segments(image) && read_dynamic(image);
}

bool brasa_elf_image_read_sections(brasa_elf_image *image) {
    const Elf64_Ehdr *header = &image->header;
    if (header->e_shoff == 0 || header->e_shentsize != sizeof(Elf64_Shdr)) return true;
    uint64_t count = header->e_shnum;
    uint32_t names = header->e_shstrndx;
    const Elf64_Shdr *first =
        brasa_elf_image_read(image, header->e_shoff, sizeof *first, sizeof *first, "the section header table");
    if (!first) return false;
    // Numbers that do not fit the header's 16 bits stand in section 0.
    if (count == 0) count = first->sh_size;
    if (names == SHN_XINDEX) names = first->sh_link;
    if (count > 65536) return malformed(image, "it has over 65,536 sections");
    image->sections =
        brasa_elf_image_read(image, header->e_shoff, count * sizeof(Elf64_Shdr), 4 * MIB, "the section header table");
    if (!image->sections) return false;
    image->section_count = count;
    if (names == SHN_UNDEF || names >= count || image->sections[names].sh_type != SHT_STRTAB) return true;
    uint64_t size = image->sections[names].sh_size;
    image->section_names =
        brasa_elf_image_read(image, image->sections[names].sh_offset, size, 16 * MIB, "the section name table");
    if (!image->section_names) return false;
    image->section_names_size = size;
    return true;
}

void brasa_elf_image_close(brasa_elf_image *image) {
    if (image->descriptor >= 0) close(image->descriptor);
    image->descriptor = -1;
    brasa_arena_free(&image->arena);
}
