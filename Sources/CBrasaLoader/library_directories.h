/* The directories that the system's configuration has the dynamic linker look into. Internal to the loader. */
#ifndef BRASA_LIBRARY_DIRECTORIES_H
#define BRASA_LIBRARY_DIRECTORIES_H
#include "text.h"

enum { BRASA_MAX_LIBRARY_DIRECTORIES = 256 };

/** Directories in the order of search, each once; those after the 256th are left out. Zero-initialise; not thread-safe. */
typedef struct brasa_library_directories {
    const char *paths[BRASA_MAX_LIBRARY_DIRECTORIES];
    size_t count;
    size_t files_read; /**< of configuration; at most 1,000 */
} brasa_library_directories;

/** Adds a directory at the end, unless it is there. path is kept, not copied; NULL adds nothing. */
void brasa_library_directories_add(brasa_library_directories *list, const char *path);

/** Adds the directories of a configuration file as of ldconfig(8), and of the files that it includes, up to 8 deep;
 * a file that cannot be read has none. Paths live in the arena. False when memory ran out. */
bool brasa_library_directories_read(brasa_library_directories *list, brasa_arena *arena, const char *path);

#endif
