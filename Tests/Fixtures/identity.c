/* Replies the identifying fields of the invocation. */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    return reply_text(
        invocation,
        "{\"requestId\":\"%.*s\",\"function\":\"%.*s\",\"version\":\"%.*s\",\"traceId\":\"%.*s\",\"trigger\":\"%.*s\","
        "\"contentType\":\"%.*s\",\"attempt\":%u,\"host\":\"%s\",\"hostVersion\":\"%s\"}",
        (int)invocation->request_id.len, (const char *)invocation->request_id.ptr, (int)invocation->function_name.len,
        (const char *)invocation->function_name.ptr, (int)invocation->function_version.len,
        (const char *)invocation->function_version.ptr, (int)invocation->trace_id.len,
        (const char *)invocation->trace_id.ptr, (int)invocation->trigger.len, (const char *)invocation->trigger.ptr,
        (int)invocation->content_type.len, (const char *)invocation->content_type.ptr, invocation->attempt, host->name,
        host->version);
}
FIXTURE("identity", invoke)
