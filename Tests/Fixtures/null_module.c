/* Refused in phase abi: the entry returns NULL. */
#include "fixture.h"
FIXTURE_ENTRY(NULL)
