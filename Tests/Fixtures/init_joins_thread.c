/* Works as if it had never started one: init joins its thread. */
#include "fixture.h"
#include <pthread.h>
static void *run(void *argument) { return argument; }
static brasa_status init(UNUSED const brasa_host *given, UNUSED brasa_bytes config, UNUSED void **state,
                         UNUSED brasa_bytes *why) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, NULL) != 0) return BRASA_INTERNAL;
    return pthread_join(thread, NULL) == 0 ? BRASA_OK : BRASA_INTERNAL;
}
FIXTURE("init_joins_thread", greet, .init = init)
