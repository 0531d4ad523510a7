/* Finds needed libraries where the dynamic linker would, without it: ld.so(8), "rpath token expansion" and search
 * order. The worker's environment is scrubbed, so LD_LIBRARY_PATH plays no part. Instead of ld.so.cache the directories
 * are looked into that it is made from. */
#include "elf_image.h"
#include "library_directories.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    MAX_OBJECTS = 512,
    MAX_DEPTH = 32,
    MAX_NEEDED_EACH = 512,
    MAX_MISSING = 16,
    MAX_LOOKS = 100000,
    MAX_OPENED = 2000,
    MAX_LIST_TEXT = 1500
};

#if defined(__x86_64__)
#define MULTIARCH "x86_64-linux-gnu"
#define PLATFORM "x86_64"
#elif defined(__aarch64__)
#define MULTIARCH "aarch64-linux-gnu"
#define PLATFORM "aarch64"
#else
#error "brasa runs on x86-64 and arm64"
#endif

/** One library that takes part in the search, the inspected file being the first. */
typedef struct object {
    const char *path;   /**< as opened */
    const char *shown;  /**< as messages name it */
    const char *name;   /**< as DT_NEEDED named it */
    const char *soname; /**< or NULL */
    const char *runpath, *rpath;
    const char **needed;
    size_t needed_count;
    size_t parent; /**< index of the one that needed it */
    uint32_t depth;
} object;

typedef struct search {
    brasa_elf_builder *builder;
    const brasa_elf_policy *policy;
    object objects[MAX_OBJECTS];
    size_t object_count;
    brasa_library_directories configured; /**< from ld.so.conf, read when first needed */
    bool is_configured;
    /* Of the lookup going on: */
    const char *tried;    /**< text of directories searched */
    const char *rejected; /**< text of files that had the name and did not serve */
    const char *missing_names[MAX_OBJECTS];
    size_t missing, looks, opened; /**< bound the work a hostile set of files can cause */
} search;

static char *text(search *search, const char *format, ...) __attribute__((format(printf, 2, 3)));
static char *text(search *search, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *made = brasa_arena_vprint(&search->builder->arena, format, arguments);
    va_end(arguments);
    if (!made) search->builder->out_of_memory = true;
    return made;
}

/** A copy, cut at 64 KiB: hostile files let thousands of names overlap in one huge string table. */
static char *copy(search *search, const char *original) {
    return original ? text(search, "%.*s", (int)strnlen(original, 65536), original) : NULL;
}

/** A copy of a file name, cut at PATH_MAX, which makes it one that cannot exist. */
static char *copy_name(search *search, const char *original) {
    return text(search, "%.*s", (int)strnlen(original, PATH_MAX), original);
}

static char *printable(search *search, const char *original) {
    char *made = brasa_arena_printable(&search->builder->arena, original, strlen(original), 4096);
    if (!made) search->builder->out_of_memory = true;
    return made;
}

/** Appends to a text that must stay below PATH_MAX; false when it would not. */
static bool append(char *out, size_t *used, const char *added, size_t length) {
    if (length >= PATH_MAX - *used) return false;
    memcpy(out + *used, added, length);
    *used += length;
    out[*used] = 0;
    return true;
}

/** Replaces $ORIGIN, $LIB and $PLATFORM, with or without braces. lib is the value of $LIB. False: too long for a path.
 */
static bool expand(char out[PATH_MAX], const char *original, size_t length, const char *object_path, const char *lib) {
    char origin[PATH_MAX] = ".";
    const char *slash = strrchr(object_path, '/');
    size_t origin_length = 0, used = 0;
    if (slash &&
        !append(origin, &origin_length, object_path, slash == object_path ? 1 : (size_t)(slash - object_path))) {
        return false;
    }
    const struct {
        const char *name, *value;
    } tokens[] = {{"ORIGIN", origin}, {"LIB", lib}, {"PLATFORM", PLATFORM}};
    out[0] = 0;
    for (size_t i = 0; i < length;) {
        const char *value = NULL;
        size_t taken = 0;
        for (size_t t = 0; original[i] == '$' && t < 3 && !value; t++) {
            size_t name_length = strlen(tokens[t].name);
            bool braces = i + 1 < length && original[i + 1] == '{';
            size_t start = i + 1 + braces;
            if (start + name_length + braces > length) continue;
            if (strncmp(original + start, tokens[t].name, name_length) != 0) continue;
            if (braces && original[start + name_length] != '}') continue;
            value = tokens[t].value;
            taken = start + name_length + braces - i;
        }
        bool fits = value ? append(out, &used, value, strlen(value)) : append(out, &used, original + i, 1);
        if (!fits) return false;
        i += value ? taken : 1;
    }
    return true;
}

/** Opens a candidate; when it serves, adds it to the objects. */
static bool take_candidate(search *search, const char *path, const char *name, size_t needed_by) {
    search->looks++;
    if (access(path, F_OK) != 0) return false;
    if (++search->opened > MAX_OPENED) return false;
    brasa_elf_image image;
    bool serves = brasa_elf_image_open(&image, path, search->policy);
    if (!serves) {
        if (!search->rejected || strlen(search->rejected) < MAX_LIST_TEXT) {
            search->rejected = text(search, "%s %s", search->rejected ? search->rejected : "",
                                    image.message ? image.message : "There is no memory left.");
        }
        brasa_elf_image_close(&image);
        return false;
    }
    object *added = &search->objects[search->object_count];
    *added = (object){.name = name, .parent = needed_by, .depth = search->objects[needed_by].depth + 1};
    added->path = copy(search, path);
    added->shown = printable(search, path);
    uint64_t value = 0;
    if (brasa_elf_image_dynamic(&image, DT_SONAME, &value))
        added->soname = copy(search, brasa_elf_image_string(&image, value));
    if (brasa_elf_image_dynamic(&image, DT_RUNPATH, &value))
        added->runpath = copy(search, brasa_elf_image_string(&image, value));
    if (brasa_elf_image_dynamic(&image, DT_RPATH, &value))
        added->rpath = copy(search, brasa_elf_image_string(&image, value));
    size_t count = 0;
    for (size_t i = 0; i < image.dynamic_count; i++) count += image.dynamic[i].d_tag == DT_NEEDED;
    if (count > MAX_NEEDED_EACH) count = MAX_NEEDED_EACH;
    added->needed = brasa_arena_take(&search->builder->arena, (count + 1) * sizeof *added->needed);
    for (size_t i = 0; added->needed && i < image.dynamic_count && added->needed_count < count; i++) {
        if (image.dynamic[i].d_tag != DT_NEEDED) continue;
        const char *needed = brasa_elf_image_string(&image, image.dynamic[i].d_un.d_val);
        if (needed && needed[0]) added->needed[added->needed_count++] = copy_name(search, needed);
    }
    brasa_elf_image_close(&image);
    if (!added->path || !added->shown || !added->needed) {
        search->builder->out_of_memory = true;
        return false;
    }
    search->object_count++;
    return true;
}

static bool look_in(search *search, const char *directory, const char *name, size_t needed_by) {
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/%s", strcmp(directory, "/") == 0 ? "" : directory, name);
    return length > 0 && length < PATH_MAX && take_candidate(search, path, name, needed_by);
}

static void note_tried(search *search, const char *directory, const char *why) {
    if (search->tried && strlen(search->tried) >= MAX_LIST_TEXT) {
        size_t length = strlen(search->tried);
        if (strcmp(search->tried + length - 3, "...") != 0) search->tried = text(search, "%s, ...", search->tried);
        return;
    }
    char *shown = printable(search, directory);
    if (!shown) return;
    search->tried = search->tried ? text(search, "%s, %s%s", search->tried, shown, why)
                                  : text(search, "%s%s", shown, why);
}

/** Looks in a colon-separated list of directories of the object that owns it. */
static bool look_in_list(search *search, const char *list, const object *owner, const char *why, const char *name,
                         size_t needed_by) {
    static const char *const lib_values[] = {("lib/" MULTIARCH), "lib64", "lib"};
    size_t looked = 0;
    for (const char *start = list; looked < BRASA_MAX_LIBRARY_DIRECTORIES; looked++) {
        size_t length = strcspn(start, ":");
        // Which of its values $LIB has depends on the distribution.
        size_t variants = memmem(start, length, "LIB", 3) ? 3 : 1;
        for (size_t v = 0; v < variants && length > 0; v++) {
            char directory[PATH_MAX];
            if (!expand(directory, start, length, owner->path, lib_values[v])) continue;
            if (look_in(search, directory, name, needed_by)) return true;
            note_tried(search, directory, why);
        }
        if (start[length] == 0) break;
        start += length + 1;
    }
    return false;
}

static bool find(search *search, const char *name, size_t needed_by) {
    const object *owner = &search->objects[needed_by];
    search->tried = search->rejected = NULL;
    if (strchr(name, '/')) {
        if (take_candidate(search, name, name, needed_by)) return true;
        note_tried(search, name, "");
        return false;
    }
    // RUNPATH switches the older RPATH off; RPATH is inherited by what a library needs, RUNPATH is not.
    for (size_t i = needed_by; !owner->runpath;) {
        const object *ancestor = &search->objects[i];
        if (ancestor->rpath && !ancestor->runpath &&
            look_in_list(search, ancestor->rpath, ancestor, " (RPATH)", name, needed_by)) {
            return true;
        }
        if (i == 0) break;
        i = ancestor->parent;
    }
    if (owner->runpath && look_in_list(search, owner->runpath, owner, " (RUNPATH)", name, needed_by)) return true;
    if (!search->is_configured) {
        static const char *const system_directories[] = {
            "/lib/" MULTIARCH, "/usr/lib/" MULTIARCH, "/lib64", "/usr/lib64", "/lib", "/usr/lib",
        };
        const char *path = search->policy->linker_configuration;
        brasa_arena *arena = &search->builder->arena;
        if (!brasa_library_directories_read(&search->configured, arena, path ? path : "/etc/ld.so.conf")) {
            search->builder->out_of_memory = true;
        }
        for (size_t i = 0; i < 6; i++) brasa_library_directories_add(&search->configured, system_directories[i]);
        search->is_configured = true;
    }
    for (size_t i = 0; i < search->configured.count; i++) {
        if (look_in(search, search->configured.paths[i], name, needed_by)) return true;
    }
    for (size_t i = 0; i < search->configured.count; i++) note_tried(search, search->configured.paths[i], "");
    return false;
}

/** Whether an object answers to that name already: the dynamic linker then looks no further. */
static const object *loaded(const search *search, const char *name) {
    for (size_t i = 1; i < search->object_count; i++) {
        const object *known = &search->objects[i];
        if (strcmp(known->name, name) == 0 || (known->soname && strcmp(known->soname, name) == 0)) return known;
    }
    return NULL;
}

/** Whether it was looked for already, in vain. */
static bool is_missing(const search *search, const char *name) {
    for (size_t i = 0; i < search->missing && i < MAX_OBJECTS; i++) {
        if (strcmp(search->missing_names[i], name) == 0) return true;
    }
    return false;
}

static void note_needed(search *search, const char *name, const object *by, const char *path) {
    brasa_elf_report *report = &search->builder->report;
    if (report->needed_count == sizeof search->builder->needed / sizeof search->builder->needed[0]) return;
    search->builder->needed[report->needed_count++] = (brasa_elf_needed){
        .name = printable(search, name), .needed_by = by->shown, .path = path, .depth = by->depth + 1};
}

static void refuse_missing(search *search, const char *name, const object *by) {
    if (search->missing < MAX_OBJECTS) search->missing_names[search->missing] = name;
    if (++search->missing > MAX_MISSING) return;
    char *shown = printable(search, name), *message = NULL;
    if (!shown) return;
    const char *tried = search->tried ? search->tried : "nowhere";
    const char *rejected = search->rejected ? search->rejected : "";
    if (by == &search->objects[0]) {
        message = text(search, "%s needs %s, which was not found; searched: %s.%s", by->shown, shown, tried, rejected);
    } else {
        message = text(search, "%s needs %s, found at %s, which needs %s, which was not found; searched: %s.%s",
                       search->objects[0].shown, by->name, by->shown, shown, tried, rejected);
    }
    brasa_elf_refuse(search->builder, BRASA_ELF_MISSING_LIBRARY, message);
}

void brasa_elf_resolve_needed(brasa_elf_builder *builder, const brasa_elf_image *image,
                              const brasa_elf_policy *policy) {
    search *search = calloc(1, sizeof *search);
    if (!search) {
        builder->out_of_memory = true;
        return;
    }
    search->builder = builder;
    search->policy = policy;
    object *root = &search->objects[search->object_count++];
    *root = (object){.path = image->path, .shown = copy(search, image->shown_path), .name = ""};
    if (image->path[0] != '/') { // $ORIGIN has to be absolute, as the dynamic linker makes it
        char *current = getcwd(NULL, 0);
        if (current) root->path = text(search, "%s/%s", current, image->path);
        free(current);
    }
    uint64_t value = 0;
    if (brasa_elf_image_dynamic(image, DT_RUNPATH, &value)) root->runpath = brasa_elf_image_string(image, value);
    if (brasa_elf_image_dynamic(image, DT_RPATH, &value)) root->rpath = brasa_elf_image_string(image, value);
    size_t count = 0;
    for (size_t i = 0; i < image->dynamic_count; i++) count += image->dynamic[i].d_tag == DT_NEEDED;
    bool too_many = count > MAX_NEEDED_EACH;
    if (too_many) count = MAX_NEEDED_EACH;
    root->needed = brasa_arena_take(&builder->arena, (count + 1) * sizeof *root->needed);
    for (size_t i = 0; root->needed && i < image->dynamic_count && root->needed_count < count; i++) {
        if (image->dynamic[i].d_tag != DT_NEEDED) continue;
        const char *needed = brasa_elf_image_string(image, image->dynamic[i].d_un.d_val);
        if (needed && needed[0]) root->needed[root->needed_count++] = copy_name(search, needed);
    }

    // Breadth first, as the dynamic linker: objects is the queue.
    for (size_t i = 0; i < search->object_count && !too_many && !builder->out_of_memory; i++) {
        for (size_t j = 0; j < search->objects[i].needed_count && !builder->out_of_memory; j++) {
            const object *by = &search->objects[i];
            const char *name = by->needed[j];
            if (!name) continue;
            char expanded[PATH_MAX];
            if (strchr(name, '$') && expand(expanded, name, strlen(name), by->path, "lib"))
                name = copy_name(search, expanded);
            if (!name || loaded(search, name) || is_missing(search, name)) continue;
            if (search->object_count == MAX_OBJECTS || by->depth >= MAX_DEPTH || search->looks > MAX_LOOKS ||
                search->opened > MAX_OPENED) {
                too_many = true;
                break;
            }
            bool found = find(search, name, i);
            const char *path = found ? search->objects[search->object_count - 1].shown : NULL;
            note_needed(search, name, by, path);
            if (!found) refuse_missing(search, name, by);
        }
    }
    if (too_many) {
        brasa_elf_refuse(builder, BRASA_ELF_TOO_MANY_LIBRARIES,
                         text(search,
                              "%s needs more libraries than this host looks through: at most %d, at most %d deep.",
                              search->objects[0].shown, MAX_OBJECTS - 1, MAX_DEPTH));
    }
    if (search->missing > MAX_MISSING) {
        brasa_elf_refuse(
            builder, BRASA_ELF_MISSING_LIBRARY,
            text(search, "%s misses %zu more libraries.", search->objects[0].shown, search->missing - MAX_MISSING));
    }
    free(search);
}

char *brasa_elf_find_library(const char *name, const brasa_elf_policy *policy) {
    brasa_elf_policy here = brasa_elf_policy_of_this_host();
    brasa_elf_builder *builder = calloc(1, sizeof *builder);
    search *search = calloc(1, sizeof *search);
    char *path = NULL;
    if (builder && search) {
        search->builder = builder;
        search->policy = policy ? policy : &here;
        /* Nobody needs it: a root without a path of its own. */
        search->objects[search->object_count++] = (object){.path = "/", .shown = "/", .name = ""};
        if (find(search, name, 0)) path = strdup(search->objects[search->object_count - 1].path);
        brasa_arena_free(&builder->arena);
    }
    free(search);
    free(builder);
    return path;
}
