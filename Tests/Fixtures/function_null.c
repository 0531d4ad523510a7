/* Refused in phase descriptor: the second entry of the table is NULL. */
#include "fixture.h"
static const brasa_function function = {sizeof function, "first", NULL, 0, 0, greet};
static const brasa_function *const functions[] = {&function, NULL};
static const brasa_module module = {
    .struct_size = sizeof module, .abi_major = 1, .name = "function_null", .functions = functions, .function_count = 2};
FIXTURE_ENTRY(&module)
