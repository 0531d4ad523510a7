/* Refused in phase descriptor: the module has no name. */
#include "fixture.h"
static const brasa_function function = {sizeof function, "f", NULL, 0, 0, greet};
static const brasa_function *const functions[] = {&function};
static const brasa_module module = {
    .struct_size = sizeof module, .abi_major = 1, .name = NULL, .functions = functions, .function_count = 1};
FIXTURE_ENTRY(&module)
