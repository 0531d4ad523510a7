/* Runs from a fresh process for each instance: init leaves a thread running. */
#include "fixture.h"
#include <pthread.h>
static void *run(void *argument) {
    for (;;) sleep_ms(1000);
    return argument;
}
static brasa_status init(UNUSED const brasa_host *given, UNUSED brasa_bytes config, UNUSED void **state,
                         UNUSED brasa_bytes *why) {
    pthread_t thread;
    return pthread_create(&thread, NULL, run, NULL) == 0 ? BRASA_OK : BRASA_INTERNAL;
}
FIXTURE("init_starts_thread", greet, .init = init)
