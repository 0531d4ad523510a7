#include "worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A fresh process of exec isolation: `brasa-worker --instance SCRATCH DATA_LIMIT`, descriptors as in brasa_control.h. */
static _Noreturn void run_instance(const char *scratch, const char *limit) {
    static struct start start;
    static struct loaded loaded;
    static brasa_control message;
    if (pread(BRASA_START_FD, &message, sizeof message, 0) < (ssize_t)BRASA_CONTROL_HEADER_BYTES) _exit(120);
    if (start_parse(&start, message.text, message.text_bytes, message.flags) != 0) _exit(120);
    close(BRASA_START_FD);
    instance_run(&start, &loaded, BRASA_CHANNEL_FD, scratch, atoll(limit));
}

uint64_t program_began_ns;

int main(int count, char **arguments) {
    program_began_ns = brasa_now_ns();
    confine_process();
    if (count == 4 && strcmp(arguments[1], "--instance") == 0) run_instance(arguments[2], arguments[3]);
    /* A zygote that has started over; its guardian is there already. */
    if (count == 2 && strcmp(arguments[1], "--zygote") == 0) zygote_run();
    if (count != 1) {
        fprintf(stderr, "brasa-worker is started by brasa and takes no arguments; run `brasa serve`.\n");
        return 64;
    }
    char byte;
    if (read(BRASA_CONTROL_FD, &byte, 0) < 0) {
        fprintf(stderr, "brasa-worker is started by brasa, which gives it a control socket; run `brasa serve`.\n");
        return 64;
    }
    guard_zygote();
    zygote_run();
}
