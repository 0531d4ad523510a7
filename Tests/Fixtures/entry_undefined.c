/* Refused before it is loaded: refers to brasa_module_v1 without defining it. */
extern const void *brasa_module_v1(const void *host);
__attribute__((visibility("default"))) const void *ask(const void *host) { return brasa_module_v1(host); }
