/* Runs a library through the loader in a process of its own, for tests: load_driver LIBRARY STEP
 *
 * STEP open: opens it and prints its description. init, freeze, thaw: also runs the lifecycle up to there. check: init,
 * then the thread and descriptor checks. Prints the description or "phase code status", then the message, a line each;
 * exit 0 when all went well, else 1. Built with all of Sources/CBrasaLoader. */
#include <CBrasaLoader.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void log_nothing(brasa_invocation *invocation, int level, brasa_bytes message, const brasa_pair *fields,
                        size_t count) {
    (void)invocation, (void)level, (void)message, (void)fields, (void)count;
}

static int fail(const brasa_load_error *error) {
    printf("%s %s %d\n%s\n", brasa_phase_name(error->phase), brasa_load_code_name(error->code), error->status,
           error->message);
    return 1;
}

int main(int count, char **arguments) {
    if (count != 3) return 2;
    const char *step = arguments[2];
    alarm(20); // a hanging fixture must not outlive the test
    brasa_host host = {.struct_size = sizeof host, .abi_major = 1, .abi_minor = 0, .name = "driver", .version = "1"};
    host.log = log_nothing;
    int before[256];
    int open = brasa_open_descriptors(before, 256), shared = brasa_shared_mapping_count();
    brasa_open_module library;
    brasa_load_error error;
    if (brasa_module_open(arguments[1], &host, &library, &error)) return fail(&error);
    if (strcmp(step, "open") == 0) {
        size_t length = brasa_module_describe_json(library.module, NULL, 0);
        char *json = malloc(length + 1);
        if (!json || brasa_module_describe_json(library.module, json, length + 1) != length) return 2;
        printf("%s\n%s\n", json, library.has_newer_minor ? "newer minor" : "");
        return 0;
    }
    void *state = NULL;
    brasa_bytes config = {"{\"a\":1}", 7};
    if (brasa_module_init(library.module, &host, config, &state, &error)) return fail(&error);
    if (strcmp(step, "check") == 0) {
        if (brasa_check_threads(50, &error)) return fail(&error);
        if (brasa_check_descriptors(before, (size_t)open, &error)) return fail(&error);
        printf("alone\n%d shared mappings more\n", brasa_shared_mapping_count() - shared);
        return 0;
    }
    if (strcmp(step, "init") != 0) {
        if (brasa_module_freeze(library.module, state, &error)) return fail(&error);
        if (strcmp(step, "freeze") != 0) {
            brasa_bytes entropy = {"0123456789abcdef0123456789abcdef", 32};
            if (brasa_module_thaw(library.module, state, BRASA_THAW_FORKED, entropy, &error)) return fail(&error);
        }
    }
    brasa_module_shutdown(library.module, state);
    printf("done\n\n");
    return 0;
}
