/* Refused before it is loaded: what C++ exports when extern "C" is forgotten. */
__attribute__((visibility("default"))) const void *entry(const void *host) __asm__("_Z15brasa_module_v1PK10brasa_host");
const void *entry(const void *host) { return host; }
