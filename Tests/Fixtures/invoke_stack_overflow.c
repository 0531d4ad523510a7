/* SIGSEGV by endless recursion when the event says "overflow"; else replies "ok". */
#include "fixture.h"
static volatile int bottom = 0; // never reached; the compiler cannot know
__attribute__((noinline)) static int recurse(int depth) {
    if (depth == bottom) return 0;
    volatile char frame[4096];
    frame[depth & 4095] = (char)depth;
    return recurse(depth + 1) + frame[(depth + 1) & 4095];
}
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    if (event_has(invocation, "overflow")) return reply_text(invocation, "%d", recurse(1));
    return reply_text(invocation, "\"ok\"");
}
FIXTURE("invoke_stack_overflow", invoke)
