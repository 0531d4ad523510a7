/* Runs from a fresh process for each instance: init leaves one of each kind of descriptor open. */
#include "fixture.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
static brasa_status init(UNUSED const brasa_host *given, UNUSED brasa_bytes config, UNUSED void **state,
                         UNUSED brasa_bytes *why) {
    int pair[2];
    if (pipe(pair) != 0) return BRASA_INTERNAL;
    int kinds[] = {eventfd(0, 0),
                   epoll_create1(0),
                   inotify_init(),
                   timerfd_create(CLOCK_MONOTONIC, 0),
                   memfd_create("fixture", 0),
                   open("/proc/self/comm", O_RDWR)};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i] < 0) return BRASA_INTERNAL;
    }
    return BRASA_OK;
}
FIXTURE("init_opens_many", greet, .init = init)
