/* Fails in phase load with SIGSEGV: the entry function crashes. */
#include "fixture.h"
const brasa_module *brasa_module_v1(UNUSED const brasa_host *given) {
    *(volatile int *)8 = 1;
    return NULL;
}
