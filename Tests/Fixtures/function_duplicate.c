/* Refused in phase descriptor: two functions are named "same". */
#include "fixture.h"
static const brasa_function first = {sizeof first, "same", NULL, 0, 0, greet};
static const brasa_function other = {sizeof other, "other", NULL, 0, 0, greet};
static const brasa_function second = {sizeof second, "same", NULL, 0, 0, greet};
static const brasa_function *const functions[] = {&first, &other, &second};
static const brasa_module module = {.struct_size = sizeof module,
                                    .abi_major = 1,
                                    .name = "function_duplicate",
                                    .functions = functions,
                                    .function_count = 3};
FIXTURE_ENTRY(&module)
