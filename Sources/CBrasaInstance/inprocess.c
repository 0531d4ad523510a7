/* An instance that is a thread of the host: instance.c of the worker without a process around it. */
#include "brasa_inprocess.h"

#include <CBrasaLoader.h>
#include <dirent.h>
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "instance.h"

struct brasa_inprocess_library {
    brasa_open_module opened;
    const brasa_function *function;
    pthread_mutex_t lifecycle;
};

struct brasa_inprocess {
    brasa_inprocess_library *library;
    brasa_port port;
    brasa_instance instance;
    char *function, *version, *settings;
};

brasa_inprocess_library *brasa_inprocess_library_open(const char *path, const char *entry, char *why, size_t capacity) {
    brasa_load_error error = {0};
    brasa_inprocess_library *library = calloc(1, sizeof *library);
    if (!library) {
        snprintf(why, capacity, "There is no memory left to load %s.", path);
        return NULL;
    }
    if (brasa_module_open(path, brasa_instance_host(), &library->opened, &error) == 0) {
        library->function = brasa_module_function(library->opened.module, entry && *entry ? entry : NULL);
        if (!library->function) snprintf(error.message, sizeof error.message, "%s has no function named '%s'.", path, entry);
    }
    if (!library->function) {
        snprintf(why, capacity, "%s", error.message);
        free(library); /* its code may have started anything: it stays mapped */
        return NULL;
    }
    pthread_mutex_init(&library->lifecycle, NULL);
    return library;
}

int brasa_inprocess_library_starts_threads(const brasa_inprocess_library *library) {
    return (library->opened.module->flags & BRASA_MODULE_NO_FORK) != 0;
}

void brasa_inprocess_library_close(brasa_inprocess_library *library, int unload) {
    if (unload) dlclose(library->opened.handle);
    pthread_mutex_destroy(&library->lifecycle);
    free(library);
}

brasa_inprocess *brasa_inprocess_make(
    brasa_inprocess_library *library, brasa_channel_head *head, int doorbell, const char *function, const char *version,
    const char *settings) {
    brasa_inprocess *made = calloc(1, sizeof *made);
    if (!made) return NULL;
    made->library = library;
    made->function = strdup(function);
    made->version = strdup(version);
    made->settings = strdup(settings);
    brasa_port_use(&made->port, head, doorbell);
    made->port.may_be_abandoned = 1;
    if (made->function && made->version && made->settings) return made;
    brasa_inprocess_free(made);
    return NULL;
}

void brasa_inprocess_free(brasa_inprocess *instance) {
    free(instance->function);
    free(instance->version);
    free(instance->settings);
    free(instance);
}

void brasa_inprocess_abandon(brasa_inprocess *instance) {
    atomic_store_explicit(&instance->port.abandoned, 1, memory_order_seq_cst);
}

static int is_abandoned(brasa_inprocess *instance) {
    return atomic_load_explicit(&instance->port.abandoned, memory_order_seq_cst);
}

static void enter(brasa_inprocess *instance, enum brasa_life phase) {
    atomic_store_explicit(&instance->port.head->phase, (uint32_t)phase, memory_order_relaxed);
}

/* Returns 0, or -1 when the instance has told why it cannot run. */
static int come_to_life(brasa_inprocess *instance, void **state) {
    const brasa_module *module = instance->library->opened.module;
    brasa_load_error error;
    uint64_t began = brasa_now_ns();
    pthread_mutex_lock(&instance->library->lifecycle);
    enter(instance, BRASA_LIFE_INIT);
    uint64_t init_began = brasa_now_ns(), thaw_began = 0;
    brasa_bytes settings = {instance->settings, strlen(instance->settings)};
    enum brasa_life phase = BRASA_LIFE_INIT;
    const char *type = "Function.InitError";
    int status = brasa_module_init(module, brasa_instance_host(), settings, state, &error);
    if (status == 0) {
        uint8_t entropy[32];
        if (getrandom(entropy, sizeof entropy, 0) != (ssize_t)sizeof entropy) abort(); /* never for 32 bytes: getrandom(2) */
        phase = BRASA_LIFE_THAW;
        type = "Function.ThawError";
        enter(instance, phase);
        thaw_began = brasa_now_ns();
        status =
            brasa_module_thaw(module, *state, BRASA_THAW_FORKED, (brasa_bytes){entropy, sizeof entropy}, &error);
    }
    pthread_mutex_unlock(&instance->library->lifecycle);
    if (status != 0) {
        brasa_instance_tell_failed(&instance->port, phase, type, error.message);
        return -1;
    }
    enter(instance, BRASA_LIFE_IDLE);
    (void)brasa_instance_tell_ready(&instance->port, began, init_began, thaw_began);
    return 0;
}

static void answer_events(brasa_inprocess *instance, void *state) {
    brasa_port *port = &instance->port;
    while (!is_abandoned(instance)) {
        const brasa_frame *frame = brasa_port_receive(port);
        if (is_abandoned(instance) || frame->kind == BRASA_FRAME_SHUTDOWN) return;
        if (brasa_port_claim(port)) {
            enter(instance, BRASA_LIFE_INVOKE);
            (void)brasa_instance_run(&instance->instance, instance->library->function, state, frame);
            enter(instance, BRASA_LIFE_IDLE);
        }
        brasa_port_release(port);
    }
}

void brasa_inprocess_run(brasa_inprocess *instance) {
    void *state = NULL;
    sigset_t all;
    sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, NULL); /* signals are for the host's own threads */
    brasa_instance_attach_thread(&instance->instance, &instance->port, instance->function, instance->version);
    if (come_to_life(instance, &state) == 0) {
        answer_events(instance, state);
        enter(instance, BRASA_LIFE_SHUTDOWN);
        pthread_mutex_lock(&instance->library->lifecycle);
        brasa_module_shutdown(instance->library->opened.module, state);
        pthread_mutex_unlock(&instance->library->lifecycle);
    }
    brasa_instance_detach_thread(&instance->instance);
}

static int count_threads(const char *name) {
    DIR *threads = opendir("/proc/self/task");
    if (!threads) return 1; /* not known: none may be assumed to have ended */
    int count = 0;
    struct dirent *entry;
    while ((entry = readdir(threads))) {
        char path[300], found[32] = "";
        snprintf(path, sizeof path, "/proc/self/task/%s/comm", entry->d_name);
        FILE *file = entry->d_name[0] == '.' ? NULL : fopen(path, "re");
        if (!file) continue;
        if (fgets(found, sizeof found, file)) {
            found[strcspn(found, "\n")] = 0;
            count += strncmp(found, name, 15) == 0;
        }
        fclose(file);
    }
    closedir(threads);
    return count;
}

int brasa_inprocess_threads_ended(const char *name) {
    for (int turn = 0; turn < 50; turn++) {
        if (count_threads(name) == 0) return 1;
        usleep(10 * 1000);
    }
    return 0;
}
