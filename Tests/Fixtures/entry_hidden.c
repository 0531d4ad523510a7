/* Refused before it is loaded: defines brasa_module_v1 but does not export it. */
__attribute__((visibility("hidden"), used)) const void *brasa_module_v1(const void *host) { return host; }
