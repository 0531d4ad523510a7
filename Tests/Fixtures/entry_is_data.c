/* Refused before it is loaded: brasa_module_v1 is data, and the host calls it. */
__attribute__((visibility("default"))) int brasa_module_v1 = 1;
