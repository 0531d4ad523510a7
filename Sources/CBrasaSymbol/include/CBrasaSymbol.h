/* Calls plain C functions of any library: JSON in, a call built with libffi, JSON out.
 *
 * For workers only. Nothing here keeps global state, except that a library is opened for the life of the process.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BRASA_CBRASASYMBOL_H
#define BRASA_CBRASASYMBOL_H
#include "brasa_json.h"
#include "brasa_symbol.h"
#endif
