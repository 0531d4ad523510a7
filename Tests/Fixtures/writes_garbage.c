/* Overwrites every writable shared mapping of the process, with ones or, when the event says "random", with noise;
 * "reply" replies after it, else it just returns. */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    char lines[65536];
    int maps = open("/proc/self/maps", O_RDONLY);
    size_t used = 0;
    ssize_t count;
    while ((count = read(maps, lines + used, sizeof lines - 1 - used)) > 0) used += (size_t)count;
    close(maps);
    lines[used] = 0;
    int noise = event_has(invocation, "random"), answers = event_has(invocation, "reply");
    unsigned seed = 12345;
    for (char *line = strtok(lines, "\n"); line; line = strtok(NULL, "\n")) {
        unsigned long start = 0, end = 0;
        char flags[8] = "";
        if (sscanf(line, "%lx-%lx %7s", &start, &end, flags) != 3 || strcmp(flags, "rw-s") != 0) continue;
        for (unsigned char *at = (unsigned char *)start; at < (unsigned char *)end; at++) {
            seed = seed * 1103515245u + 12345u;
            *at = noise ? (unsigned char)(seed >> 16) : 0xff;
        }
    }
    return answers ? reply_text(invocation, "\"ok\"") : BRASA_OK;
}
FIXTURE("writes_garbage", invoke)
