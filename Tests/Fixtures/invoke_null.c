/* Refused in phase descriptor: the function has no invoke. */
#include "fixture.h"
static const brasa_function function = {sizeof function, "f", NULL, 0, 0, NULL};
static const brasa_function *const functions[] = {&function};
static const brasa_module module = {
    .struct_size = sizeof module, .abi_major = 1, .name = "invoke_null", .functions = functions, .function_count = 1};
FIXTURE_ENTRY(&module)
