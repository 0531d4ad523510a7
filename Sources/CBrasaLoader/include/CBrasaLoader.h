/* Looks at a function library without running it, opens it, checks its descriptor, and calls its lifecycle.
 *
 * Shared by the host (brasa_elf.h only: it never runs a library's code) and by the worker (all of it).
 * Nothing here keeps global state; every function may be called from any thread, on different objects at once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BRASA_CBRASALOADER_H
#define BRASA_CBRASALOADER_H
#include "brasa_elf.h"
#include "brasa_freeze_check.h"
#include "brasa_loader.h"
#endif
