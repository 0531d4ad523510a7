/* Refused before it is loaded: has text relocations. Linked with -Wl,-z,notext. */
#include "fixture.h"
__asm__(".text\n.balign 8\n.quad brasa_module_v1\n");
FIXTURE("text_relocations", greet)
