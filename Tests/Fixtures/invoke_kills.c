/* Sends SIGKILL to itself when the event says "kill", to its parent when it says "parent", to both its parent and that
 * one's parent when it says "grandparent"; else replies "ok". */
#include "fixture.h"
static pid_t parent_of(pid_t pid) {
    char path[64], line[512] = "";
    int parent = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *stat = fopen(path, "r");
    if (stat && fgets(line, sizeof line, stat)) sscanf(strrchr(line, ')') + 1, " %*c %d", &parent);
    if (stat) fclose(stat);
    return parent > 1 ? parent : getpid();
}
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    if (event_has(invocation, "kill")) kill(getpid(), SIGKILL);
    if (event_has(invocation, "grandparent")) kill(parent_of(getppid()), SIGKILL);
    if (event_has(invocation, "parent") || event_has(invocation, "grandparent")) {
        kill(getppid(), SIGKILL);
        for (;;) pause();
    }
    return reply_text(invocation, "\"ok\"");
}
FIXTURE("invoke_kills", invoke)
