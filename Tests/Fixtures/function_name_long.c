/* Refused in phase descriptor: the function's name has 65 characters. */
#include "fixture.h"
static const brasa_function function = {
    sizeof function, "a23456789b123456789c123456789d123456789e123456789f123456789g1234x", NULL, 0, 0, greet};
static const brasa_function *const functions[] = {&function};
static const brasa_module module = {.struct_size = sizeof module,
                                    .abi_major = 1,
                                    .name = "function_name_long",
                                    .functions = functions,
                                    .function_count = 1};
FIXTURE_ENTRY(&module)
