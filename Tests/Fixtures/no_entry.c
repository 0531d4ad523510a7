/* Refused before it is loaded: an ordinary library without brasa_module_v1. */
__attribute__((visibility("default"))) unsigned crc32(unsigned crc) { return crc ^ 0xffffffffu; }
__attribute__((visibility("default"))) unsigned adler32(unsigned adler) { return adler + 1; }
