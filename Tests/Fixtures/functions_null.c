/* Refused in phase descriptor: the table of functions is NULL. */
#include "fixture.h"
static const brasa_module module = {
    .struct_size = sizeof module, .abi_major = 1, .name = "functions_null", .function_count = 2};
FIXTURE_ENTRY(&module)
