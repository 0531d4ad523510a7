/* Accepted: built with ABI 1.7, which only appends; works. */
#include "fixture.h"
static const brasa_function function = {sizeof function, "abi_minor_newer", NULL, 0, 0, greet};
static const brasa_function *const functions[] = {&function};
static const brasa_module module = {.struct_size = sizeof module,
                                    .abi_major = 1,
                                    .abi_minor = 7,
                                    .flags = 0,
                                    .name = "abi_minor_newer",
                                    .functions = functions,
                                    .function_count = 1};
FIXTURE_ENTRY(&module)
