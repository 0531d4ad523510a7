/* Replies the event as it came, with its content type. */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    brasa_pair metadata[] = {{bytes_of("content-type"), invocation->content_type}};
    return host->reply(invocation, invocation->event, metadata, 1);
}
FIXTURE("echo", invoke)
