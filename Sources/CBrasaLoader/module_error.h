/* Fills a brasa_load_error. Internal to the loader. */
#ifndef BRASA_MODULE_ERROR_H
#define BRASA_MODULE_ERROR_H
#include "brasa_loader.h"

/** Whether a field of a struct that carries struct_size lies inside it. */
#define BRASA_HAS(object, field)                                                                                       \
    ((object)->struct_size >= offsetof(__typeof__(*(object)), field) + sizeof((object)->field))

/** Writes the sentence, cut to what fits. Always -1. */
int brasa_load_fail(brasa_load_error *error, int32_t phase, int32_t code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
