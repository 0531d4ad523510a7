/* Numbers that look random and are the same for the same seed: G. Marsaglia, "Xorshift RNGs" (2003). */
#ifndef NOISE_H
#define NOISE_H
#include <stdint.h>

static uint64_t noise_state = 1;

static void begin_noise(uint64_t seed) { noise_state = seed * 0x9e3779b97f4a7c15u + 0x2545f4914f6cdd1du; }

static uint64_t noise(void) {
    noise_state ^= noise_state << 13;
    noise_state ^= noise_state >> 7;
    noise_state ^= noise_state << 17;
    return noise_state;
}

/** 0 to limit - 1. */
static uint32_t below(uint32_t limit) { return (uint32_t)((noise() >> 11) % limit); }

/** One of the numbers that arithmetic goes wrong with. */
static int64_t extreme(void) {
    switch (below(9)) {
    case 0: return 0;
    case 1: return -1;
    case 2: return INT64_MAX;
    case 3: return INT64_MIN;
    case 4: return INT32_MAX;
    case 5: return INT32_MIN;
    case 6: return 0xffffffff;
    case 7: return (int64_t)1 << below(63);
    default: return (int64_t)noise();
    }
}
#endif
