/* Inspects a library thousands of times, each time with a few bytes changed: fuzz_inspect LIBRARY SCRATCH ROUNDS SEED
 *
 * SCRATCH is a file it may write. Half of the changes go to the headers and the dynamic section, where offsets and
 * sizes are; every eighth round cuts the file. Prints how many rounds were refused; ends by a signal when the
 * inspection is unsafe. To be run under sanitizers: cc -fsanitize=address,undefined -fno-sanitize-recover=all. */
#include <CBrasaLoader.h>
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint64_t state;

static uint64_t next_random(void) { // xorshift64*: the same rounds for the same seed everywhere
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * 0x2545f4914f6cdd1dull;
}

/** Numbers that break careless arithmetic. */
static uint64_t nasty(size_t size) {
    const uint64_t numbers[] = {
        0,    1,        7,        0x7f,    0xff, 0xffff, 0x7fffffff, UINT32_MAX, INT64_MAX, UINT64_MAX, UINT64_MAX - 15,
        size, size - 1, size + 1, size * 2};
    return numbers[next_random() % (sizeof numbers / sizeof numbers[0])];
}

int main(int count, char **arguments) {
    if (count != 5) return 2;
    FILE *file = fopen(arguments[1], "rb");
    if (!file) return 2;
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    rewind(file);
    unsigned char *original = malloc(size), *changed = malloc(size + 8);
    if (!original || !changed || fread(original, 1, size, file) != size) return 2;
    fclose(file);
    // The places worth changing: header, program headers, dynamic section, section headers.
    const Elf64_Ehdr *header = (const Elf64_Ehdr *)original;
    struct {
        size_t start, length;
    } hot[8] = {{0, sizeof *header}, {header->e_phoff, header->e_phnum * sizeof(Elf64_Phdr)}};
    size_t hot_count = 2;
    const Elf64_Phdr *segments = (const Elf64_Phdr *)(original + header->e_phoff);
    for (int i = 0; i < header->e_phnum && hot_count < 6; i++) {
        if (segments[i].p_type != PT_DYNAMIC && segments[i].p_type != PT_NOTE) continue;
        hot[hot_count].start = segments[i].p_offset;
        hot[hot_count++].length = segments[i].p_filesz;
    }
    // Hash table, dynamic symbols and their names lie in the first segment, behind the headers.
    hot[hot_count].start = header->e_phoff + header->e_phnum * sizeof(Elf64_Phdr);
    hot[hot_count++].length = 2048;
    hot[hot_count].start = header->e_shoff;
    hot[hot_count++].length = header->e_shnum * sizeof(Elf64_Shdr);

    state = strtoull(arguments[4], NULL, 10) * 2654435769u + 1;
    long rounds = atol(arguments[3]), refused = 0, codes[BRASA_ELF_REFUSAL_COUNT] = {0};
    size_t text = 0;
    int scratch = open(arguments[2], O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (scratch < 0) return 2;
    for (long round = 0; round < rounds; round++) {
        memcpy(changed, original, size);
        for (uint64_t i = 0, changes = 1 + next_random() % 6; i < changes; i++) {
            size_t part = next_random() % (hot_count * 2);
            size_t at = part < hot_count && hot[part].length ? hot[part].start + next_random() % hot[part].length
                                                             : next_random() % size;
            if (at >= size) at = size - 1;
            if (next_random() % 2) {
                changed[at] = (unsigned char)next_random();
            } else {
                uint64_t number = next_random() % 4 ? nasty(size) : next_random();
                size_t width = (size_t[]){2, 4, 8, 8}[next_random() % 4];
                at &= ~(width - 1);
                memcpy(changed + at, &number, at + width <= size ? width : size - at);
            }
        }
        size_t length = next_random() % 8 ? size : next_random() % size;
        if (pwrite(scratch, changed, length, 0) != (ssize_t)length || ftruncate(scratch, (off_t)length) != 0) return 2;
        brasa_elf_report *report = brasa_elf_inspect(arguments[2], NULL);
        if (!report) return 3;
        refused += report->refusal_count > 0;
        // Reads every text, so that a sanitizer sees those that are not.
        for (size_t i = 0; i < report->refusal_count; i++) {
            codes[report->refusals[i].code]++;
            text += strlen(report->refusals[i].message);
        }
        for (size_t i = 0; i < report->needed_count; i++) {
            text += strlen(report->needed[i].name) + strlen(report->needed[i].needed_by);
            if (report->needed[i].path) text += strlen(report->needed[i].path);
        }
        const char *texts[] = {report->build_id, report->soname,    report->runpath,
                               report->rpath,    report->toolchain, report->entry};
        for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) text += texts[i] ? strlen(texts[i]) : 0;
        brasa_elf_report_free(report);
    }
    printf("%ld rounds, %ld refused, %zu bytes of text\n", rounds, refused, text);
    for (int i = 0; i < BRASA_ELF_REFUSAL_COUNT; i++) {
        if (codes[i]) printf("%s %ld\n", brasa_elf_refusal_name(i), codes[i]);
    }
    close(scratch);
    unlink(arguments[2]);
    free(original);
    free(changed);
    return 0;
}
