/* Refused in phase abi: struct_size is 40, the least of ABI 1.0 is 88. */
#include "fixture.h"
static const brasa_function function = {sizeof function, "struct_size_too_small", NULL, 0, 0, greet};
static const brasa_function *const functions[] = {&function};
static const brasa_module module = {.struct_size = 40,
                                    .abi_major = 1,
                                    .abi_minor = 0,
                                    .flags = 0,
                                    .name = "struct_size_too_small",
                                    .functions = functions,
                                    .function_count = 1};
FIXTURE_ENTRY(&module)
