/* Replies what the host says about time and memory. */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    return reply_text(
        invocation,
        "{\"timeLeftNanoseconds\":%lld,\"memoryLeftBytes\":%lld,\"memoryLimitBytes\":%llu,\"cancelled\":%d}",
        (long long)host->time_left_ns(invocation), (long long)host->memory_left_bytes(invocation),
        (unsigned long long)invocation->memory_limit_bytes, host->cancelled(invocation));
}
FIXTURE("limits", invoke)
