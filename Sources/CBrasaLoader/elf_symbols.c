#include "elf_image.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MIB = 1 << 20, SYMBOL_LIMIT = 64 * MIB / (int)sizeof(Elf64_Sym) };

static const char entry_prefix[] = "brasa_module_v";

/** The major version in an entry symbol's name; 0: no entry symbol. */
static uint32_t major_of(const char *name) {
    if (strncmp(name, entry_prefix, sizeof entry_prefix - 1) != 0) return 0;
    const char *digits = name + sizeof entry_prefix - 1;
    uint32_t number = 0;
    size_t length = 0;
    for (; digits[length] >= '0' && digits[length] <= '9' && length < 6; length++) {
        number = number * 10 + (uint32_t)(digits[length] - '0');
    }
    return length > 0 && digits[length] == 0 && digits[0] != '0' ? number : 0;
}

/** Edits that turn one text into the other, up to 4; letters' case costs nothing. */
static size_t distance(const char *left, const char *right) {
    size_t left_length = strnlen(left, 32), right_length = strnlen(right, 32);
    if (left_length >= 32 || right_length >= 32) return 4;
    size_t row[33];
    for (size_t j = 0; j <= right_length; j++) row[j] = j;
    for (size_t i = 1; i <= left_length; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= right_length; j++) {
            size_t replaced = diagonal + (strncasecmp(left + i - 1, right + j - 1, 1) != 0);
            diagonal = row[j];
            size_t shifted = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            row[j] = replaced < shifted ? replaced : shifted;
        }
    }
    return row[right_length] < 4 ? row[right_length] : 4;
}

/** The number of dynamic symbols by the GNU hash table: its chains end with the highest symbol. */
static bool count_by_gnu_hash(brasa_elf_image *image, uint64_t address, uint64_t *count) {
    uint64_t offset = 0, available = 0;
    const uint32_t *head = NULL;
    if (!brasa_elf_image_locate(image, address, &offset, &available) || available < 16) {
        return brasa_elf_image_refuse(
            image, BRASA_ELF_MALFORMED,
            "%s is not a valid ELF file: its symbol hash table is in no segment that is loaded.", image->shown_path);
    }
    head = brasa_elf_image_read(image, offset, 16, 16, "the symbol hash table");
    if (!head) return false;
    uint64_t bucket_count = head[0], first = head[1], bloom_bytes = (uint64_t)head[2] * 8;
    uint64_t chains_start = 16 + bloom_bytes + bucket_count * 4;
    if (chains_start > available || bucket_count > SYMBOL_LIMIT) {
        return brasa_elf_image_refuse(image, BRASA_ELF_MALFORMED,
                                      "%s is not a valid ELF file: its symbol hash table is larger than its segment.",
                                      image->shown_path);
    }
    const uint32_t *buckets =
        brasa_elf_image_read(image, offset + 16 + bloom_bytes, bucket_count * 4, 64 * MIB, "the symbol hash table");
    if (!buckets) return false;
    uint64_t last = 0;
    for (uint64_t i = 0; i < bucket_count; i++) {
        if (buckets[i] > last) last = buckets[i];
    }
    if (last < first || last == 0) {
        *count = first;
        return true;
    }
    // The highest bucket's chain ends at the entry whose low bit is set.
    uint64_t position = chains_start + (last - first) * 4;
    while (position < available && available - position >= 4 && last < SYMBOL_LIMIT) {
        uint64_t length = available - position < 4096 ? (available - position) / 4 * 4 : 4096;
        const uint32_t *chain = brasa_elf_image_read(image, offset + position, length, 4096, "the symbol hash table");
        if (!chain) return false;
        for (uint64_t i = 0; i < length / 4; i++, last++) {
            if (chain[i] & 1) {
                *count = last + 1;
                return true;
            }
        }
        position += length;
    }
    return brasa_elf_image_refuse(image, BRASA_ELF_MALFORMED,
                                  "%s is not a valid ELF file: a chain of its symbol hash table does not end.",
                                  image->shown_path);
}

static bool count_symbols(brasa_elf_image *image, uint64_t *count) {
    uint64_t address = 0, offset = 0, available = 0;
    *count = 0;
    if (brasa_elf_image_dynamic(image, DT_GNU_HASH, &address)) return count_by_gnu_hash(image, address, count);
    if (brasa_elf_image_dynamic(image, DT_HASH, &address)) {
        if (!brasa_elf_image_locate(image, address, &offset, &available) || available < 8) {
            return brasa_elf_image_refuse(
                image, BRASA_ELF_MALFORMED,
                "%s is not a valid ELF file: its symbol hash table is in no segment that is loaded.",
                image->shown_path);
        }
        const uint32_t *head = brasa_elf_image_read(image, offset, 8, 8, "the symbol hash table");
        if (head) *count = head[1];
        return head != NULL;
    }
    for (size_t i = 0; i < image->section_count; i++) {
        if (image->sections[i].sh_type == SHT_DYNSYM) *count = image->sections[i].sh_size / sizeof(Elf64_Sym);
    }
    return true;
}

/** Names of Go's runtime. Whole names: file names among the symbols of statically linked Swift begin with "runtime."
 * too. */
static bool is_go_symbol(const char *name) {
    static const char *const names[] = {"runtime.goexit", "runtime.rt0_go", "runtime.mstart", "runtime.schedinit",
                                        "_cgo_topofstack"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i]) == 0) return true;
    }
    return false;
}

static void note_major(brasa_elf_symbols *out, uint32_t major) {
    size_t place = 0;
    while (place < out->major_count && out->majors[place] < major) place++;
    bool known = place < out->major_count && out->majors[place] == major;
    if (known || out->major_count == sizeof out->majors / sizeof out->majors[0]) return;
    memmove(out->majors + place + 1, out->majors + place, (out->major_count - place) * sizeof out->majors[0]);
    out->majors[place] = major;
    out->major_count++;
}

/** Keeps a name for "exports a, b, ... but not the entry". */
static void note_function(brasa_elf_symbols *out, brasa_arena *arena, const char *name) {
    // What every toolchain adds explains nothing.
    if (out->some_count >= 4 || name[0] == '_' || name[0] == '$') return;
    char shown[96];
    brasa_printable(shown, sizeof shown, name, strnlen(name, 256));
    char *joined = out->some_functions ? brasa_arena_print(arena, "%s, %s", out->some_functions, shown)
                                       : brasa_arena_print(arena, "%s", shown);
    if (!joined) return;
    out->some_functions = joined;
    out->some_count++;
}

/** What some linkers export of their own accord. */
static bool is_linker_symbol(const char *name) {
    static const char *const names[] = {"_init", "_fini", "_end", "_edata", "_etext", "__bss_start"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i]) == 0) return true;
    }
    return false;
}

static void note_symbol(brasa_elf_symbols *out, brasa_arena *arena, const Elf64_Sym *symbol, const char *name,
                        const char *entry, size_t *nearest) {
    unsigned type = ELF64_ST_TYPE(symbol->st_info), binding = ELF64_ST_BIND(symbol->st_info);
    unsigned visibility = ELF64_ST_VISIBILITY(symbol->st_other);
    bool is_entry = strcmp(name, entry) == 0;
    if (is_linker_symbol(name)) return;
    if (is_go_symbol(name)) out->has_go_runtime = true;
    if (symbol->st_shndx == SHN_UNDEF) {
        if (is_entry) out->entry_is_undefined = true;
        return;
    }
    if (binding != STB_GLOBAL && binding != STB_WEAK && binding != STB_GNU_UNIQUE) return;
    if (visibility != STV_DEFAULT && visibility != STV_PROTECTED) {
        if (is_entry) out->entry_is_hidden = true;
        return;
    }
    out->exported++;
    if (type != STT_FUNC && type != STT_GNU_IFUNC) {
        if (is_entry) out->entry_is_data = true;
        return;
    }
    out->exported_functions++;
    if (is_entry) out->has_entry = true;
    uint32_t major = type == STT_FUNC ? major_of(name) : 0;
    if (major) {
        note_major(out, major);
        return;
    }
    note_function(out, arena, name);
    if (name[0] == '_' && name[1] == 'Z' && memmem(name, strnlen(name, 256), entry, strlen(entry))) {
        if (!out->entry_mangled) out->entry_mangled = brasa_arena_printable(arena, name, strnlen(name, 256), 256);
        return;
    }
    size_t edits = distance(name, entry);
    if (edits < *nearest) {
        *nearest = edits;
        out->nearest = brasa_arena_printable(arena, name, strnlen(name, 64), 64);
    }
}

/** Static symbols, when the file still has them: a hidden entry, and Go's runtime. */
static bool read_static_symbols(brasa_elf_image *image, const char *entry, brasa_elf_symbols *out) {
    for (size_t i = 0; i < image->section_count; i++) {
        const Elf64_Shdr *table = &image->sections[i];
        if (table->sh_type != SHT_SYMTAB || table->sh_link >= image->section_count) continue;
        const Elf64_Shdr *names = &image->sections[table->sh_link];
        // Only explains a refusal: not worth reading much.
        if (names->sh_type != SHT_STRTAB || table->sh_size > 16 * MIB || names->sh_size > 64 * MIB) continue;
        const Elf64_Sym *symbols =
            brasa_elf_image_read(image, table->sh_offset, table->sh_size, 16 * MIB, "the symbol table");
        if (!symbols) return false;
        const char *strings =
            brasa_elf_image_read(image, names->sh_offset, names->sh_size, 64 * MIB, "the string table");
        if (!strings) return false;
        for (size_t j = 1; j < table->sh_size / sizeof(Elf64_Sym); j++) {
            if (symbols[j].st_shndx == SHN_UNDEF || symbols[j].st_name >= names->sh_size) continue;
            const char *name = strings + symbols[j].st_name;
            if (is_go_symbol(name)) out->has_go_runtime = true;
            if (strcmp(name, entry) == 0 && ELF64_ST_TYPE(symbols[j].st_info) == STT_FUNC) out->entry_is_hidden = true;
        }
        break; // One is all a linker writes; more would only cost memory.
    }
    return true;
}

bool brasa_elf_read_symbols(brasa_elf_image *image, brasa_arena *arena, const char *entry, uint32_t abi_major,
                            brasa_elf_symbols *out) {
    *out = (brasa_elf_symbols){0};
    if (!entry) entry = brasa_arena_print(arena, "%s%u", entry_prefix, abi_major);
    if (!entry) return brasa_elf_image_refuse(image, BRASA_ELF_NO_MEMORY, "There is no memory left.");
    uint64_t address = 0, size = sizeof(Elf64_Sym), count = 0, offset = 0, available = 0;
    if (brasa_elf_image_dynamic(image, DT_SYMENT, &size) && size != sizeof(Elf64_Sym)) {
        return brasa_elf_image_refuse(image, BRASA_ELF_MALFORMED,
                                      "%s is not a valid ELF file: its dynamic symbols have an unknown size.",
                                      image->shown_path);
    }
    if (!count_symbols(image, &count)) return false;
    bool has_symbols = count > 0 && brasa_elf_image_dynamic(image, DT_SYMTAB, &address);
    if (has_symbols) {
        if (count > SYMBOL_LIMIT || !brasa_elf_image_locate(image, address, &offset, &available) ||
            available / sizeof(Elf64_Sym) < count) {
            return brasa_elf_image_refuse(
                image, BRASA_ELF_MALFORMED,
                "%s is not a valid ELF file: its dynamic symbols are in no segment that is loaded.", image->shown_path);
        }
        const Elf64_Sym *symbols =
            brasa_elf_image_read(image, offset, count * sizeof(Elf64_Sym), 64 * MIB, "the dynamic symbol table");
        if (!symbols) return false;
        size_t nearest = 4;
        for (size_t i = 1; i < count; i++) {
            const char *name = brasa_elf_image_string(image, symbols[i].st_name);
            if (name && name[0]) note_symbol(out, arena, &symbols[i], name, entry, &nearest);
        }
    }
    return read_static_symbols(image, entry, out);
}
