/* Refused in phase abi: the descriptor says ABI 2.0, this host speaks 1.0. */
#include "fixture.h"
static const brasa_function function = {sizeof function, "abi_major_mismatch", NULL, 0, 0, greet};
static const brasa_function *const functions[] = {&function};
static const brasa_module module = {.struct_size = sizeof module,
                                    .abi_major = 2,
                                    .abi_minor = 0,
                                    .flags = 0,
                                    .name = "abi_major_mismatch",
                                    .functions = functions,
                                    .function_count = 1};
FIXTURE_ENTRY(&module)
