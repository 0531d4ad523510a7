/* Calls plain C functions thousands of times with requests of which a few bytes are changed:
 * fuzz_symbol LIBRARY ROUNDS SEED, where LIBRARY is the fixture `symbols`.
 *
 * Stands in for the worker: memory of an invocation is blocks of their own, so that a step over the end of one is seen.
 * Prints how many calls were answered and how many refused. To be run under sanitizers, as fuzz_json. */
#include <CBrasaSymbol.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state;

static uint64_t next_random(void) {
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * 0x2545f4914f6cdd1dull;
}

static void *blocks[65536];
static size_t block_count;
static long answered, refused;
static char last_body[1 << 16];

static void *allocate(brasa_invocation *invocation, size_t bytes) {
    (void)invocation;
    if (block_count == sizeof blocks / sizeof *blocks) return NULL;
    void *block = malloc(bytes ? bytes : 1);
    memset(block, 0xa5, bytes); /* what an earlier invocation left */
    return blocks[block_count++] = block;
}

static brasa_json_memory memory;
static void *allocate_json(void *context, size_t bytes) { return allocate(context, bytes); }

static brasa_status reply(brasa_invocation *invocation, brasa_bytes body, const brasa_pair *metadata, size_t count) {
    (void)invocation;
    bool is_bytes = false;
    for (size_t i = 0; i < count; i++) is_bytes |= memmem(metadata[i].value.ptr, metadata[i].value.len, "octet", 5) != NULL;
    bool is_refusal = count > 0 && memcmp(metadata[0].value.ptr, "400", 3) == 0;
    if (is_refusal) refused++;
    else answered++;
    brasa_json_error error;
    if (!is_bytes && !brasa_json_parse(body.ptr, body.len, memory, &error)) {
        fprintf(stderr, "no JSON: %.*s\n", (int)body.len, (const char *)body.ptr);
        abort();
    }
    snprintf(last_body, sizeof last_body, "%.*s", (int)(body.len < 200 ? body.len : 200), (const char *)body.ptr);
    return BRASA_OK;
}

static brasa_status fail(brasa_invocation *invocation, brasa_status status, brasa_bytes type, brasa_bytes message) {
    (void)invocation, (void)status;
    if (type.len == 0 || message.len == 0) abort();
    refused++;
    return BRASA_OK;
}

static const brasa_host host = {.struct_size = sizeof host, .abi_major = 1, .allocate = allocate, .reply = reply, .fail = fail};

struct sample {
    const char *description, *payload, *query;
};

#define FIXED(name, result, parameters)                                                                                \
    "{\"symbol\":\"" name "\",\"signature\":\"\",\"error\":\"none\",\"result\":" result ",\"parameters\":[" parameters "]}"
#define POINT "{\"struct\":[{\"name\":\"x\",\"type\":\"f64\"},{\"name\":\"y\",\"type\":\"f64\"}]}"

static const struct sample samples[] = {
    {FIXED("same_u8", "{\"type\":\"u8\"}", "{\"name\":\"a\",\"type\":\"u8\"}"), "{\"a\":255}", "a=255"},
    {FIXED("same_i64", "{\"type\":\"i64\"}", "{\"name\":\"a\",\"type\":\"i64\"}"), "[-9223372036854775808]",
     "a=-9223372036854775808"},
    {FIXED("same_f32", "{\"type\":\"f32\"}", "{\"name\":\"a\",\"type\":\"f32\"}"), "{\"a\":\"-Infinity\"}", "a=1.5e3"},
    {FIXED("text_length", "{\"type\":\"u64\"}", "{\"name\":\"text\",\"type\":\"cstr\",\"nullable\":true}"),
     "{\"text\":\"h\\u00e9llo\"}", "text=h%C3%A9llo+you"},
    {FIXED("sum_seeded", "{\"type\":\"u64\"}",
           "{\"name\":\"seed\",\"type\":\"u64\",\"value\":7},{\"name\":\"data\",\"type\":\"bytes\",\"length\":\"u64\"}"),
     "{\"data\":\"aGVsbG8gd29ybGQ=\",\"seed\":1}", "seed=1&data=hello"},
    {FIXED("sum_short", "{\"type\":\"u32\"}", "{\"name\":\"data\",\"type\":\"bytes\",\"length\":\"u8\"}"),
     "{\"data\":\"aGVsbG8=\"}", "data=hello"},
    {FIXED("sum_four", "{\"type\":\"u64\"}", "{\"name\":\"data\",\"type\":\"bytes\",\"count\":4}"),
     "{\"data\":\"AQIDBA==\"}", "data=abcd"},
    {FIXED("point_scale", "{\"type\":" POINT "}", "{\"name\":\"p\",\"type\":" POINT "},{\"name\":\"by\",\"type\":\"f64\"}"),
     "{\"p\":{\"x\":1,\"y\":2},\"by\":3}", "p={%22x%22:1,%22y%22:2}&by=3"},
    {FIXED("point_move", "{\"type\":\"void\"}",
           "{\"name\":\"p\",\"type\":" POINT ",\"pass\":\"inout\"},{\"name\":\"by\",\"type\":\"f64\"}"),
     "{\"p\":{\"x\":1,\"y\":2},\"by\":3}", "by=3&p={}"},
    {FIXED("reverse", "{\"type\":\"void\"}",
           "{\"name\":\"data\",\"type\":\"bytes\",\"length\":\"u64\",\"pass\":\"inout\"}"),
     "{\"data\":\"aGVsbG8=\"}", "data=%00%ff%zz+%"},
    {"{\"symbol\":\"copied_text\",\"signature\":\"\",\"error\":\"null\",\"free\":\"free\",\"result\":{\"type\":\"cstr\"},"
     "\"parameters\":[{\"name\":\"text\",\"type\":\"cstr\"}]}",
     "[\"a\\\"\\\\\\u0001\"]", "text=a"},
    {FIXED("fill_by_result", "{\"type\":\"u64\"}",
           "{\"name\":\"o\",\"type\":\"bytes\",\"count\":2,\"length\":\"u64\",\"pass\":\"out\"}"),
     "{}", ""},
};
enum { SAMPLES = sizeof samples / sizeof *samples };

/* Changes a few bytes; the copy has no room behind it. */
static char *change(const char *text, size_t *length) {
    static const char alphabet[] = "{}[]\",:\\u0123456789=&%+ -.eaxy\x80\xff";
    char *room = malloc(strlen(text) + 8);
    *length = strlen(text);
    memcpy(room, text, *length);
    for (uint64_t changes = next_random() % 4; changes > 0 && *length > 0; changes--) {
        size_t at = next_random() % *length;
        if (next_random() % 6 == 0) *length = at;
        else room[at] = alphabet[next_random() % (sizeof alphabet - 1)];
    }
    char *exact = malloc(*length ? *length : 1);
    memcpy(exact, room, *length);
    free(room);
    return exact;
}

/* An event of the gateway around a body. */
static char *wrap(const char *body, size_t length, size_t *out_length) {
    char *out = malloc(6 * length + 200);
    size_t used = (size_t)sprintf(out, "{\"version\":\"2.0\",\"headers\":{\"content-type\":\"%s\"},\"body\":\"",
                                  next_random() % 2 ? "application/json" : "text/plain");
    for (size_t i = 0; i < length; i++) used += (size_t)sprintf(out + used, "\\u%04x", (unsigned char)body[i]);
    used += (size_t)sprintf(out + used, "\",\"isBase64Encoded\":%s}", next_random() % 4 ? "false" : "true");
    *out_length = used;
    return out;
}

int main(int count, char **arguments) {
    if (count != 4) return 2;
    memory = (brasa_json_memory){allocate_json, NULL};
    static brasa_symbol *symbols[SAMPLES]; /* never closed, and no leak */
    for (size_t i = 0; i < SAMPLES; i++) {
        brasa_load_error error;
        const char *description = samples[i].description;
        if (brasa_symbol_open(arguments[1], description, strlen(description), &host, &symbols[i], &error) == 0) continue;
        fprintf(stderr, "%s\n", error.message);
        return 3;
    }
    state = strtoull(arguments[3], NULL, 10) * 2654435769u + 1;
    long rounds = atol(arguments[2]);
    for (long round = 0; round < rounds; round++) {
        size_t i = next_random() % SAMPLES, length, query_length, event_length;
        bool is_http = next_random() % 2;
        char *payload = change(samples[i].payload, &length), *query = change(samples[i].query, &query_length);
        char *event = wrap(payload, next_random() % 2 ? length : 0, &event_length);
        brasa_pair pair = {{"query", 5}, {query, query_length}};
        brasa_invocation invocation = {
            .struct_size = sizeof invocation,
            .trigger = is_http ? (brasa_bytes){"http", 4} : (brasa_bytes){"invoke", 6},
            .event = is_http ? (brasa_bytes){event, event_length} : (brasa_bytes){payload, length},
            .metadata = &pair,
            .metadata_count = is_http ? 1 : 0,
            .memory_limit_bytes = 1 << 27,
        };
        long before = answered + refused;
        (void)brasa_symbol_module(symbols[i])->functions[0]->invoke(symbols[i], &invocation);
        if (answered + refused != before + 1) {
            fprintf(stderr, "answered %ld times\n", answered + refused - before);
            abort();
        }
        while (block_count > 0) free(blocks[--block_count]);
        free(payload);
        free(query);
        free(event);
    }
    printf("%ld answered, %ld refused\n", answered, refused);
    return 0;
}
