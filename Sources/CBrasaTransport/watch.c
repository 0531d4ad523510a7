/* Folder watching. On folders, never on files: a file that is replaced takes its watch with it. */
#include "brasa_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/inotify.h>
#include <unistd.h>

int brasa_watch_create(void) {
    int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    return watch >= 0 ? watch : -errno;
}

int brasa_watch_add(int watch, const char *path) {
    /* CREATE is for links, which are complete when they appear. */
    uint32_t mask = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF;
    return inotify_add_watch(watch, path, mask) >= 0 ? 0 : -errno;
}

int brasa_watch_folder(const char *path) {
    int watch = brasa_watch_create();
    if (watch < 0) return watch;
    int error = brasa_watch_add(watch, path);
    if (error == 0) return watch;
    close(watch);
    return error;
}

int brasa_file_is_being_written(const char *path) {
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return 0;
    signal(SIGIO, SIG_IGN);
    /* fcntl(2): a read lease can only be had while nobody has the file open for writing. Closing gives it back. */
    int is_written = fcntl(file, F_SETLEASE, F_RDLCK) != 0 && errno == EAGAIN;
    close(file);
    return is_written;
}
