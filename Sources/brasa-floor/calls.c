/* What a call costs beside the function: through the ABI as in a thread of the host, and through libffi. */
#include "floor.h"

#include <CBrasaInstance.h>
#include <CBrasaLoader.h>
#include <CBrasaSymbol.h>
#include <ffi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

enum { BATCHES = 21, CALLS = 20000 };

static brasa_instance instance;
static brasa_frame event, done;

static brasa_status reply(void *state, brasa_invocation *invocation) {
    (void)state;
    return brasa_instance_host()->reply(invocation, (brasa_bytes){"\"hello\"", 7}, NULL, 0);
}

static void make_event(const char *body) {
    static const char *const texts[] = {
        "8c4f4f4e-0000-4000-8000-000000000000", "Root=1-00000000-000000000000000000000000", "invoke", "application/json"};
    memset(&event, 0, sizeof event);
    event.kind = BRASA_FRAME_INVOKE;
    event.invocation = 1;
    event.numbers[0] = 3000000000;
    event.numbers[1] = 1;
    event.numbers[2] = 128 << 20;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        (void)brasa_text_append(
            event.bytes, BRASA_FRAME_INLINE_BYTES, &event.text_bytes, texts[i], strlen(texts[i]));
    event.body_bytes = (uint32_t)strlen(body);
    memcpy(event.bytes + event.text_bytes, body, event.body_bytes);
}

static int by_value(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Nanoseconds of one turn: the median of batches. */
#define MEDIAN(TURN)                                                          \
    ({                                                                        \
        double batches[BATCHES];                                              \
        for (int batch = 0; batch < BATCHES; batch++) {                       \
            uint64_t before = now_ns();                                       \
            for (int turn = 0; turn < CALLS; turn++) TURN;                    \
            batches[batch] = (double)(now_ns() - before) / CALLS;             \
        }                                                                     \
        qsort(batches, BATCHES, sizeof *batches, by_value);                   \
        batches[BATCHES / 2];                                                 \
    })

static void call(const brasa_function *function, void *state) {
    struct brasa_usage usage;
    uint32_t flags = brasa_instance_call(&instance, function, state, &event, &usage);
    brasa_instance_fill(&instance, flags, &usage, &done);
    brasa_instance_finish(&instance);
}

static int print_abi_calls(const char *library) {
    brasa_open_module opened;
    brasa_load_error error;
    if (brasa_module_open(library, brasa_instance_host(), &opened, &error) != 0) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    const brasa_function *function = brasa_module_function(opened.module, NULL);
    brasa_function answering = {sizeof answering, "reply", NULL, 0, 0, reply};
    brasa_invocation bare = {.struct_size = sizeof bare};
    make_event("{}");
    double bare_ns = MEDIAN(function->invoke(NULL, &bare));
    double call_ns = MEDIAN(call(function, NULL));
    double reply_ns = MEDIAN(call(&answering, NULL));
    printf("%.2f %.2f %.2f ", bare_ns, call_ns, reply_ns);
    return 0;
}

/* labs of the C library: next to nothing itself. */
static int print_symbol_calls(void) {
    static const char description[] =
        "{\"symbol\":\"labs\",\"signature\":\"i64(i64 a)\",\"error\":\"none\",\"result\":{\"type\":\"i64\"},"
        "\"parameters\":[{\"name\":\"a\",\"type\":\"i64\"}]}";
    brasa_symbol *symbol;
    brasa_load_error error;
    char *path = brasa_elf_find_library("libc.so.6", NULL);
    if (!path || brasa_symbol_open(path, description, sizeof description - 1, brasa_instance_host(), &symbol, &error) != 0) {
        fprintf(stderr, "%s\n", path ? error.message : "The C library cannot be found.");
        return 1;
    }
    free(path);
    ffi_cif cif;
    ffi_type *types[] = {&ffi_type_sint64};
    if (ffi_prep_cif(&cif, FFI_DEFAULT_ABI, 1, &ffi_type_sint64, types) != FFI_OK) return 1;
    int64_t number = -5, result;
    void *arguments[] = {&number};
    long (*volatile direct)(long) = labs;
    double direct_ns = MEDIAN(result = direct(number));
    double ffi_ns = MEDIAN(ffi_call(&cif, FFI_FN(labs), &result, arguments));
    make_event("{\"a\":-5}");
    const brasa_function *function = brasa_symbol_module(symbol)->functions[0];
    double json_ns = MEDIAN(call(function, symbol));
    if (done.status != 0 || done.body_bytes != 1 || done.bytes[done.text_bytes] != '5' || result != 5) {
        fprintf(stderr, "labs(-5) was answered with status %d and %u bytes.\n", done.status, done.body_bytes);
        return 1;
    }
    printf("%.2f %.2f %.2f\n", direct_ns, ffi_ns, json_ns);
    return 0;
}

int calls_run(const char *library) {
    static brasa_channel channel;
    static brasa_port port;
    if (brasa_channel_create(&channel) < 0) return 1;
    brasa_port_use(&port, channel.head, eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    brasa_instance_attach_thread(&instance, &port, "calls", "$LATEST");
    return print_abi_calls(library) != 0 || print_symbol_calls() != 0;
}
