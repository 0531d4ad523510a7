/* Refused in phase abi: built with ABI 1.7, and sets a flag that ABI 1.0 does not know. */
#include "fixture.h"
static const brasa_function function = {sizeof function, "abi_minor_needs_more", NULL, 0, 0, greet};
static const brasa_function *const functions[] = {&function};
static const brasa_module module = {.struct_size = sizeof module,
                                    .abi_major = 1,
                                    .abi_minor = 7,
                                    .flags = 0x40,
                                    .name = "abi_minor_needs_more",
                                    .functions = functions,
                                    .function_count = 1};
FIXTURE_ENTRY(&module)
