#include "floor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

uint64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* The host starts floors as it starts zygotes, with one argument: its name, whose parts say what to be. */
int main(int count, char **arguments) {
    char *name = count > 0 ? arguments[0] : "";
    if (count == 1 && strncmp(name, "fork:", 5) == 0) fork_run(name + 5);
    if (count == 1 && strncmp(name, "echo:", 5) == 0) echo_run((uint32_t)atoi(name + 5));
    if (count == 6 && strcmp(arguments[1], "load") == 0)
        return load_run(atoi(arguments[2]), arguments[3], atoi(arguments[4]), atoi(arguments[5]));
    if (count == 8 && strcmp(arguments[1], "load") == 0)
        return load_file_run(
            atoi(arguments[2]), arguments[3], arguments[4], atoi(arguments[5]), atoi(arguments[6]), atoi(arguments[7]));
    if (count == 3 && strcmp(arguments[1], "calls") == 0) return calls_run(arguments[2]);
    fprintf(
        stderr, "usage: brasa-floor load PORT PATH CONNECTIONS MILLISECONDS\n"
                "       brasa-floor load PORT http|redis FILE CONNECTIONS MILLISECONDS MODULUS\n"
                "       brasa-floor calls LIBRARY\n");
    return 2;
}
