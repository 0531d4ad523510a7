/* System calls around worker processes that Swift cannot make itself: variadics, macros, and what must happen between
 * vfork and exec. Host side only. */
#ifndef BRASA_PROCESS_H
#define BRASA_PROCESS_H
#include <stdint.h>
#include <sys/types.h>

/** Starts `program` with its control socket, doorbell and output as descriptors 3, 4 and 1+2, standard input from
 *  /dev/null, every other descriptor closed, in a session of its own. Returns the pid, or -errno. */
pid_t brasa_process_spawn(
    const char *program, const char *title, char *const *environment, int control, int doorbell, int output);
/** Sends a signal through a pidfd. Returns 0, or -errno (-ESRCH: it has ended). */
int brasa_process_signal(int pidfd, int signal);
/** Opens a pidfd (close-on-exec). Returns it, or -errno. */
int brasa_process_open(pid_t pid);
/** Reaps a child without waiting. Returns its pid and *status, 0 when it still runs, or -errno. */
pid_t brasa_process_reap(pid_t pid, int *status);
/** A pair of connected SOCK_SEQPACKET sockets, close-on-exec; sockets[0] does not block. Returns 0 or -errno. */
int brasa_process_socketpair(int sockets[2]);
/** A pipe, close-on-exec; its reading end does not block. Returns 0 or -errno. */
int brasa_process_pipe(int ends[2]);
/** Takes apart a wait status: 1 exited (*value is the code), 2 killed (*value is the signal), 0 neither. */
int brasa_process_status(int status, int *value);
/** Raises the soft limit of open descriptors to the hard one. Returns the limit in force. */
uint64_t brasa_process_raise_descriptor_limit(void);
/** Reads of a file what is in memory already, without waiting for its disk. Returns the bytes read, fewer only where the file ends;
 * -EAGAIN when some of it is not in memory, -EOPNOTSUPP when the file system cannot tell, or -errno. */
ssize_t brasa_process_read_cached(int descriptor, void *to, size_t bytes, off_t offset);
/** An eventfd, close-on-exec and not blocking. Returns it, or -errno. */
int brasa_process_eventfd(void);
/** An epoll descriptor, close-on-exec. Returns it, or -errno. */
int brasa_poll_create(void);
/** Watches for readability; `tag` comes back from brasa_poll_wait. Returns 0 or -errno. */
int brasa_poll_add(int poll, int watched, uint64_t tag);
/** Stops watching. Not watched is not an error. */
void brasa_poll_remove(int poll, int watched);
/** Waits until something is readable; fills up to `capacity` tags. Returns how many, 0 when interrupted, or -errno. */
int brasa_poll_wait(int poll, uint64_t *tags, int capacity);
/** Starts `/bin/sh -c command` in a folder and in a process group of its own, with the group's number as its pid. Its input is
 * empty, its output and its errors go to `output`; it has no other descriptor and ignores no signal. Returns the pid, which the
 * caller reaps, or -errno. */
pid_t brasa_process_shell(const char *command, const char *folder, char *const *environment, int output);
/** Names the calling thread, for ps and gdb; at most 15 bytes count. */
void brasa_process_name_thread(const char *name);
/** Removes a folder and all below it, without following links. What cannot be removed stays. */
void brasa_folder_remove(const char *path);
/** Watches a folder for files that appear, change or go: inotify(7). Returns a descriptor that does not block, or -errno. */
int brasa_watch_folder(const char *path);
/** A watch of no folder yet. Returns a descriptor that does not block, or -errno. */
int brasa_watch_create(void);
/** Has a watch look at one more folder, the folders in it excepted; one that it looks at already is no error. Returns 0 or
 * -errno. */
int brasa_watch_add(int watch, const char *path);
/** Whether some process has the file open for writing. 0 also where the file system cannot tell (network file systems, a file
 * of somebody else without CAP_LEASE). Ignores SIGIO from then on, which the kernel sends when a writer comes in between. */
int brasa_file_is_being_written(const char *path);
#endif
