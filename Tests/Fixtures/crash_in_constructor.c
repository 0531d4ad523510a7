/* Fails in phase load with SIGSEGV: a constructor crashes. */
#include "fixture.h"
__attribute__((constructor)) static void construct(void) { *(volatile int *)8 = 1; }
FIXTURE("crash_in_constructor", greet)
