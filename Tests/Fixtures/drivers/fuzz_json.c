/* Reads JSON thousands of times, each time with a few bytes changed: fuzz_json ROUNDS SEED
 *
 * Every text that is taken is walked as a whole, so that a sanitizer sees what does not belong to it, and is put together
 * again and read once more: what is JSON once has to be JSON again. Prints how many were taken and how many refused.
 * To be run under sanitizers: cc -fsanitize=address,undefined -fno-sanitize-recover=all. */
#include <brasa_json.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state;

static uint64_t next_random(void) { // xorshift64*: the same rounds for the same seed everywhere
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * 0x2545f4914f6cdd1dull;
}

/** Blocks of their own, so that a step over the end of one is seen. */
static void *blocks[65536];
static size_t block_count;

static void *allocate(void *context, size_t bytes) {
    (void)context;
    if (block_count == sizeof blocks / sizeof *blocks) return NULL;
    return blocks[block_count++] = malloc(bytes ? bytes : 1);
}

static void free_all(void) {
    while (block_count > 0) free(blocks[--block_count]);
}

static const char *const seeds[] = {
    "{\"a\":1,\"b\":[true,false,null,\"x\"],\"c\":{\"d\":-1.5e+10,\"e\":\"\\u00e9\\ud83d\\ude00\\n\"}}",
    "[[[[[[[[[[0]]]]]]]]]]",
    "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\\\\\\\"\\/\\b\\f\\n\\r\\t\"",
    "{\"version\":\"2.0\",\"headers\":{\"content-type\":\"application/json\"},\"body\":\"{\\\"x\\\":1}\","
    "\"isBase64Encoded\":false}",
    " [ 1 , 2 , 3.25 , -0 , 0.0 , 1E400 ] ",
    "123456789012345678901234567890",
};
static const char alphabet[] = "{}[]\",:\\u0123456789abcdefDdEe+-. \ttruefalsn\x01\x80\xc3\xed\xa0\xf4\xff";

static size_t written;
static char out[1 << 20];

static void put(const char *text, size_t length) {
    if (written + length <= sizeof out) memcpy(out + written, text, length);
    written += length;
}

static void put_string(const char *text, size_t length) {
    put("\"", 1);
    for (size_t i = 0; i < length; i++) {
        char escape[8];
        unsigned char c = (unsigned char)text[i];
        if (c < 0x20 || c == '"' || c == '\\') put(escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", c));
        else put(text + i, 1);
    }
    put("\"", 1);
}

static void write_value(const brasa_json *value) {
    bool is_object = value->kind == BRASA_JSON_OBJECT;
    size_t count = 0;
    switch (value->kind) {
    case BRASA_JSON_NULL: put("null", 4); return;
    case BRASA_JSON_TRUE: put("true", 4); return;
    case BRASA_JSON_FALSE: put("false", 5); return;
    case BRASA_JSON_NUMBER: put(value->text, value->text_length); return;
    case BRASA_JSON_STRING: put_string(value->text, value->text_length); return;
    default: break;
    }
    put(is_object ? "{" : "[", 1);
    for (const brasa_json *child = value->first; child; child = child->next, count++) {
        if (count > 0) put(",", 1);
        if (is_object) {
            put_string(child->name, child->name_length);
            put(":", 1);
        }
        write_value(child);
    }
    put(is_object ? "}" : "]", 1);
    if (count != value->count) abort();
}

int main(int count, char **arguments) {
    if (count != 3) return 2;
    state = strtoull(arguments[2], NULL, 10) * 2654435769u + 1;
    long rounds = atol(arguments[1]), taken = 0, refused = 0;
    brasa_json_memory memory = {allocate, NULL};
    for (long round = 0; round < rounds; round++) {
        const char *seed = seeds[next_random() % (sizeof seeds / sizeof *seeds)];
        size_t length = strlen(seed);
        char *text = malloc(2 * length + 16);
        memcpy(text, seed, length);
        for (uint64_t changes = next_random() % 5; changes > 0 && length > 0; changes--) {
            size_t at = next_random() % length;
            uint64_t what = next_random() % 8;
            if (what == 0) {
                length = at; // cut
            } else if (what == 1 && length < 2 * strlen(seed)) {
                memmove(text + at + 1, text + at, length++ - at); // one more
                text[at] = alphabet[next_random() % (sizeof alphabet - 1)];
            } else if (what == 2) {
                memmove(text + at, text + at + 1, --length - at); // one less
            } else {
                text[at] = what < 7 ? alphabet[next_random() % (sizeof alphabet - 1)] : (char)next_random();
            }
        }
        char *exact = malloc(length ? length : 1); // no room behind it
        memcpy(exact, text, length);
        free(text);
        brasa_json_error error;
        const brasa_json *value = brasa_json_parse(exact, length, memory, &error);
        taken += value != NULL;
        refused += value == NULL;
        if (!value && (!error.reason || error.offset > length)) abort();
        if (value) {
            written = 0;
            write_value(value);
            if (!brasa_json_parse(out, written, memory, &error)) {
                fprintf(stderr, "was taken, and not taken again: %.*s\n", (int)length, exact);
                abort();
            }
        }
        free_all();
        free(exact);
    }
    printf("%ld taken, %ld refused\n", taken, refused);
    return 0;
}
