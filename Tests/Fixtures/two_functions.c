/* Works: two functions in one module, with every descriptive field set; each replies its own name. */
#include "fixture.h"
static brasa_status first(UNUSED void *state, brasa_invocation *invocation) {
    return reply_text(invocation, "\"first\"");
}
static brasa_status second(UNUSED void *state, brasa_invocation *invocation) {
    return reply_text(invocation, "\"second\"");
}
static const brasa_function first_function = {
    sizeof first_function, "first", "Says \"first\",\n\xc3\xa9.", 256, 5000, first};
static const brasa_function second_function = {sizeof second_function, "second", NULL, 0, 0, second};
static const brasa_function *const functions[] = {&first_function, &second_function};
static const brasa_module module = {.struct_size = sizeof module,
                                    .abi_major = BRASA_ABI_MAJOR,
                                    .abi_minor = BRASA_ABI_MINOR,
                                    .name = "two_functions",
                                    .version = "2.1",
                                    .toolchain = "cc \xff",
                                    .functions = functions,
                                    .function_count = 2};
FIXTURE_ENTRY(&module)
