#include "library_directories.h"
#include <glob.h>
#include <stdio.h>
#include <string.h>

enum { MAX_LINES = 4096, MAX_INCLUDES_DEEP = 8, MAX_FILES = 1000 };

void brasa_library_directories_add(brasa_library_directories *list, const char *path) {
    if (!path || list->count == BRASA_MAX_LIBRARY_DIRECTORIES) return;
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->paths[i], path) == 0) return;
    }
    list->paths[list->count++] = path;
}

static bool read_file(brasa_library_directories *list, brasa_arena *arena, const char *path, int depth);

/** Reads the files that a pattern finds; one that does not begin with a slash is beside the file that includes it. */
static bool include(brasa_library_directories *list, brasa_arena *arena, const char *path, const char *word, int depth) {
    const char *slash = strrchr(path, '/');
    const char *pattern = word[0] == '/' || !slash ? brasa_arena_print(arena, "%s", word)
                                                   : brasa_arena_print(arena, "%.*s/%s", (int)(slash - path), path, word);
    if (!pattern) return false;
    bool is_complete = true;
    glob_t found = {0};
    if (glob(pattern, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc && i < BRASA_MAX_LIBRARY_DIRECTORIES; i++) {
            is_complete = read_file(list, arena, found.gl_pathv[i], depth + 1) && is_complete;
        }
    }
    globfree(&found);
    return is_complete;
}

static bool read_file(brasa_library_directories *list, brasa_arena *arena, const char *path, int depth) {
    // Files that include one another would otherwise be read as often as there are ways through them.
    if (list->files_read == MAX_FILES) return true;
    list->files_read++;
    FILE *file = fopen(path, "re");
    if (!file) return true;
    bool is_complete = true;
    char line[4096];
    for (int lines = 0; lines < MAX_LINES && fgets(line, sizeof line, file); lines++) {
        line[strcspn(line, "#\n")] = 0;
        char *rest = line, *word = strtok_r(rest, " \t,:", &rest);
        if (!word || strcmp(word, "hwcap") == 0) continue;
        if (strcmp(word, "include") == 0) {
            while (depth < MAX_INCLUDES_DEEP && (word = strtok_r(NULL, " \t", &rest))) {
                is_complete = include(list, arena, path, word, depth) && is_complete;
            }
            continue;
        }
        for (; word; word = strtok_r(NULL, " \t,:", &rest)) {
            word[strcspn(word, "=")] = 0;
            if (word[0] != '/') continue;
            char *directory = brasa_arena_print(arena, "%s", word);
            if (directory) brasa_library_directories_add(list, directory);
            is_complete = directory && is_complete;
        }
    }
    fclose(file);
    return is_complete;
}

bool brasa_library_directories_read(brasa_library_directories *list, brasa_arena *arena, const char *path) {
    return read_file(list, arena, path, 0);
}
