/* Writes a file "left" and a folder with one into its working directory and $TMPDIR and leaves them there; replies the paths
 * of the directories. */
#include "fixture.h"
#include <sys/stat.h>
static void leave(const char *folder) {
    char path[512];
    snprintf(path, sizeof path, "%s/left", folder);
    close(open(path, O_CREAT | O_WRONLY, 0600));
    snprintf(path, sizeof path, "%s/folder", folder);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/folder/left", folder);
    close(open(path, O_CREAT | O_WRONLY, 0400));
}
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    char directory[512] = "";
    if (!getcwd(directory, sizeof directory)) return BRASA_INTERNAL;
    const char *temporary = getenv("TMPDIR");
    leave(directory);
    leave(temporary ? temporary : directory);
    return reply_text(invocation, "{\"directory\":\"%s\",\"temporary\":\"%s\"}", directory, temporary ? temporary : "");
}
FIXTURE("writes_file", invoke)
