/* Refused in phase descriptor: the function's name holds a space and a control character. */
#include "fixture.h"
static const brasa_function function = {sizeof function, "get user\\x1b", NULL, 0, 0, greet};
static const brasa_function *const functions[] = {&function};
static const brasa_module module = {.struct_size = sizeof module,
                                    .abi_major = 1,
                                    .name = "function_name_bad",
                                    .functions = functions,
                                    .function_count = 1};
FIXTURE_ENTRY(&module)
