/* Replies what the process may do: ids, working directory, whether no_new_privs holds, the limits, whether it may
 * write its directory and /. */
#include "fixture.h"
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    char directory[512] = "", own[64] = "scratch-test";
    struct rlimit core = {0}, files = {0}, stack = {0};
    getrlimit(RLIMIT_CORE, &core);
    getrlimit(RLIMIT_NOFILE, &files);
    getrlimit(RLIMIT_STACK, &stack);
    int here = open(own, O_CREAT | O_WRONLY, 0600), there = open("/brasa-fixture-test", O_CREAT | O_WRONLY, 0600);
    if (here >= 0) unlink(own);
    if (there >= 0) unlink("/brasa-fixture-test");
    close(here);
    close(there);
    return reply_text(invocation,
                      "{\"pid\":%d,\"parent\":%d,\"session\":%d,\"user\":%d,\"directory\":\"%s\",\"noNewPrivileges\":%"
                      "d,\"core\":%lld,"
                      "\"files\":%lld,\"stack\":%lld,\"writesHere\":%s,\"writesRoot\":%s,\"umask\":%d}",
                      getpid(), getppid(), getsid(0), (int)geteuid(),
                      getcwd(directory, sizeof directory) ? directory : "", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0),
                      (long long)core.rlim_cur, (long long)files.rlim_cur, (long long)stack.rlim_cur,
                      here >= 0 ? "true" : "false", there >= 0 ? "true" : "false", (int)umask(022));
}
FIXTURE("confinement", invoke)
