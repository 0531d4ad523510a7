/* Refused in phase descriptor: the function has no name. */
#include "fixture.h"
static const brasa_function function = {sizeof function, NULL, NULL, 0, 0, greet};
static const brasa_function *const functions[] = {&function};
static const brasa_module module = {.struct_size = sizeof module,
                                    .abi_major = 1,
                                    .name = "function_name_null",
                                    .functions = functions,
                                    .function_count = 1};
FIXTURE_ENTRY(&module)
