/* Pins the layout of brasa.h: a change that moves a field breaks every library already built, so it must not compile. */
#include "brasa.h"

#define AT(type, field, offset) _Static_assert(offsetof(type, field) == (offset), #type "." #field " moved")

_Static_assert(sizeof(void *) == 8, "brasa.h is pinned for 64-bit targets");
_Static_assert(sizeof(brasa_bytes) == 16, "brasa_bytes grew");
_Static_assert(sizeof(brasa_pair) == 32, "brasa_pair grew");
AT(brasa_request, service, 8);
AT(brasa_response, result, 8);
AT(brasa_host, abi_major, 4);
AT(brasa_host, log, 24);
AT(brasa_host, reply, 64);
AT(brasa_host, reserve, 104);
AT(brasa_host, call, 112);
AT(brasa_host, span_end, 144);
AT(brasa_invocation, request_id, 8);
AT(brasa_invocation, event, 104);
AT(brasa_invocation, metadata, 120);
AT(brasa_invocation, user, 152);
AT(brasa_function, memory_mb, 24);
AT(brasa_function, invoke, 32);
AT(brasa_module, flags, 8);
AT(brasa_module, functions, 40);
AT(brasa_module, function_count, 48);
AT(brasa_module, init, 56);
AT(brasa_module, shutdown, 80);
