/* Works: shutdown writes "shut down PID" to the file that the environment variable SHUTDOWN_FILE names, or the event
 * after "file:". */
#include "fixture.h"
static char path[512];
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    const char *found = strstr(event_text(invocation), "file:");
    if (found) snprintf(path, sizeof path, "%.*s", (int)strcspn(found + 5, "\"\n"), found + 5);
    return reply_text(invocation, "\"ok\"");
}
static void shut_down(UNUSED void *state) {
    const char *file = path[0] ? path : getenv("SHUTDOWN_FILE");
    FILE *out = file ? fopen(file, "a") : NULL;
    if (!out) return;
    fprintf(out, "shut down %d\n", getpid());
    fclose(out);
}
FIXTURE("shutdown_writes_file", invoke, .shutdown = shut_down)
