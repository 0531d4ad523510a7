/* Refused in phase descriptor: offers 1025 functions, at most 1024 are taken. */
#include "fixture.h"
static const brasa_function function = {sizeof function, "function_count_huge", NULL, 0, 0, greet};
static const brasa_function *const functions[] = {&function};
static const brasa_module module = {.struct_size = sizeof module,
                                    .abi_major = 1,
                                    .abi_minor = 0,
                                    .flags = 0,
                                    .name = "function_count_huge",
                                    .functions = functions,
                                    .function_count = 1025};
FIXTURE_ENTRY(&module)
