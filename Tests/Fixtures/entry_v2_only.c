/* Refused before it is loaded: speaks ABI 2, this host speaks 1. */
__attribute__((visibility("default"))) const void *brasa_module_v2(const void *host) { return host; }
