/* Refused before it is loaded: exports nothing at all. */
static int nothing = 0;
__attribute__((visibility("hidden"))) int *hidden(void) { return &nothing; }
