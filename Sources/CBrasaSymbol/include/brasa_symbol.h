/* A plain C function of any library, made callable with JSON.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BRASA_SYMBOL_H
#define BRASA_SYMBOL_H
#include "brasa.h"
#include "brasa_loader.h"
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A symbol that is ready to be called; never closed, like every library. */
typedef struct brasa_symbol brasa_symbol;

/** Looks the symbol up, opens its library and prepares the call.
 *
 *  description is JSON, made by the host out of `brasa.signature` (SymbolCall in BrasaModel); its keys:
 *    symbol      the function's name
 *    signature   as written, for people
 *    error       "none", "negative", "null", "nonzero", "zero", "errno"
 *    free        name of the function that takes returned pointers back; absent: nobody does
 *    result      {type, count, lengthOf}; parameters [{name, type, pass, nullable, count, length, lengthPointer, value}]
 *    fixed       number of parameters before "..."; absent: not variadic
 *  Types are "void", "bool", "i8" ... "u64", "isize", "usize", "f32", "f64", "cstr", "bytes", "null" or {struct: [{name,
 *  type}]}. pass is absent (by value), "ref", "out" or "inout".
 *
 *  The symbol and its free are checked to be functions that the file exports before any code of the library runs.
 *  Returns 0, or -1 with error filled (phase load or symbol). */
int brasa_symbol_open(
    const char *path, const char *description, size_t bytes, const brasa_host *host, brasa_symbol **out,
    brasa_load_error *error);

/** The symbol as a module of one function; its state is the symbol itself, its init, freeze and thaw are none. */
const brasa_module *brasa_symbol_module(const brasa_symbol *symbol);

#ifdef __cplusplus
}
#endif
#endif
