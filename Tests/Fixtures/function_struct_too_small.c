/* Refused in phase descriptor: the function's struct_size is 16, the least of ABI 1.0 is 40. */
#include "fixture.h"
static const brasa_function function = {16, "f", NULL, 0, 0, greet};
static const brasa_function *const functions[] = {&function};
static const brasa_module module = {.struct_size = sizeof module,
                                    .abi_major = 1,
                                    .name = "function_struct_too_small",
                                    .functions = functions,
                                    .function_count = 1};
FIXTURE_ENTRY(&module)
