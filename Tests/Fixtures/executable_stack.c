/* Refused before it is loaded: asks for an executable stack. Linked with -Wl,-z,execstack. */
#include "fixture.h"
FIXTURE("executable_stack", greet)
