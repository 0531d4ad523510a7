/* Refused before it is loaded: exports brasa_modul_v1. */
__attribute__((visibility("default"))) const void *brasa_modul_v1(const void *host) { return host; }
