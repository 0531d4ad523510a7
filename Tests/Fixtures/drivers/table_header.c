/* What brasa_table.h writes and reads, over a host table of its own: table_header check | fuzz ROUNDS SEED
 *
 * Prints each expectation that does not hold, and ends with 1 then. To be run under sanitizers. */
#include <brasa_table.h>
#include <stdlib.h>

static void *blocks[4096];
static size_t block_count;
static int failures;
/** What the fake host was asked, and what it answers. */
static char asked[65536];
static const char *answer_json, *answer_type;
static brasa_status answer_status;

static void *allocate(brasa_invocation *call, size_t bytes) {
    (void)call;
    if (bytes > 1 << 20 || block_count == sizeof blocks / sizeof *blocks) return NULL;
    return blocks[block_count++] = malloc(bytes ? bytes : 1); // blocks of their own: a step over an end is seen
}

static brasa_status perform(brasa_invocation *call, const brasa_request *request, brasa_response *response) {
    (void)call;
    snprintf(
        asked, sizeof asked, "%.*s %.*s %.*s", (int)request->service.len, (const char *)request->service.ptr,
        (int)request->operation.len, (const char *)request->operation.ptr, (int)request->params.len,
        (const char *)request->params.ptr);
    response->result = brasa_text(answer_json);
    response->error_type = brasa_text(answer_type);
    return answer_status;
}

static const brasa_host table = {.struct_size = sizeof(brasa_host), .allocate = allocate, .call = perform};

static void expect(int holds, int line, const char *what, const char *was) {
    if (holds) return;
    failures++;
    printf("line %d: %s; it is %s\n", line, what, was);
}
#define EXPECT(...) expect(__VA_ARGS__, __LINE__, #__VA_ARGS__, "not so")
#define EXPECT_JSON(WRITER, TEXT) \
    do { \
        brasa_bytes json_ = {"", 0}; \
        expect(brasa_json_finish(WRITER, &json_) == BRASA_OK, __LINE__, "it is written", "not"); \
        expect(brasa_is(json_, TEXT), __LINE__, TEXT, (const char *)json_.ptr); \
    } while (0)

static void writes_every_type(void) {
    brasa_json_writer out = brasa_table_request(NULL, "us\"ers", 4096);
    const brasa_bytes texts[] = {brasa_text("a"), brasa_text("\xc3\xa9")}, bytes[] = {brasa_text("x")};
    const char *const numbers[] = {"1", "2.5"};
    brasa_json_object(&out, "Item");
    brasa_table_set_text(&out, "s", brasa_bytes_at("q\"b\\n\n\0\x7f", 8));
    brasa_table_set_number(&out, "n", "-1.5e10");
    brasa_table_set_integer(&out, "i", INT64_MIN);
    brasa_table_set_binary(&out, "b0", brasa_bytes_at(NULL, 0));
    brasa_table_set_binary(&out, "b1", brasa_text("f"));
    brasa_table_set_binary(&out, "b2", brasa_text("fo"));
    brasa_table_set_binary(&out, "b3", brasa_text("foo\xff"));
    brasa_table_set_boolean(&out, "t", 7);
    brasa_table_set_null(&out, "z");
    brasa_table_set_map(&out, "m");
    brasa_table_set_list(&out, "l");
    brasa_table_set_text(&out, NULL, brasa_text(""));
    brasa_table_set_map(&out, NULL);
    brasa_json_close(&out);
    brasa_json_close(&out);
    brasa_json_close(&out);
    brasa_table_set_texts(&out, "ss", texts, 2);
    brasa_table_set_numbers(&out, "ns", numbers, 2);
    brasa_table_set_binaries(&out, "bs", bytes, 1);
    brasa_json_close(&out);
    brasa_json_boolean(&out, "ConsistentRead", 0);
    EXPECT_JSON(
        &out,
        "{\"TableName\":\"us\\\"ers\",\"Item\":{\"s\":{\"S\":\"q\\\"b\\\\n\\u000a\\u0000\x7f\"},\"n\":{\"N\":\"-1.5e10\"},"
        "\"i\":{\"N\":\"-9223372036854775808\"},\"b0\":{\"B\":\"\"},\"b1\":{\"B\":\"Zg==\"},\"b2\":{\"B\":\"Zm8=\"},"
        "\"b3\":{\"B\":\"Zm9v/w==\"},\"t\":{\"BOOL\":true},\"z\":{\"NULL\":true},"
        "\"m\":{\"M\":{\"l\":{\"L\":[{\"S\":\"\"},{\"M\":{}}]}}},"
        "\"ss\":{\"SS\":[\"a\",\"\xc3\xa9\"]},\"ns\":{\"NS\":[\"1\",\"2.5\"]},\"bs\":{\"BS\":[\"eA==\"]}},"
        "\"ConsistentRead\":false}");
    brasa_json_writer both = brasa_table_transaction(NULL, 512);
    brasa_table_action(&both, "Put", "a");
    brasa_json_close(&both);
    brasa_table_action(&both, "Delete", "b");
    brasa_json_close(&both);
    brasa_json_close(&both);
    brasa_json_text(&both, "ClientRequestToken", brasa_text("t"));
    EXPECT_JSON(
        &both,
        "{\"TransactItems\":[{\"Put\":{\"TableName\":\"a\"}},{\"Delete\":{\"TableName\":\"b\"}}],"
        "\"ClientRequestToken\":\"t\"}");
}

static brasa_status written(size_t room, int closes, const char *name, brasa_bytes text) {
    brasa_json_writer out = brasa_json_in(NULL, room);
    brasa_bytes json;
    brasa_json_object(&out, NULL);
    brasa_json_text(&out, name, text);
    for (int i = 0; i < closes; i++) brasa_json_close(&out);
    brasa_status status = brasa_json_finish(&out, &json);
    EXPECT(status != BRASA_OK || json.len < room);
    return status;
}

static void tells_what_cannot_be_written(void) {
    // {"n":"12345678"} and its NUL.
    EXPECT(written(17, 1, "n", brasa_text("12345678")) == BRASA_OK);
    EXPECT(written(17, 0, "n", brasa_text("12345678")) == BRASA_OK);
    for (size_t room = 1; room < 17; room++) EXPECT(written(room, 1, "n", brasa_text("12345678")) == BRASA_LIMIT);
    EXPECT(written(0, 1, "n", brasa_text("1")) == BRASA_NO_MEMORY);
    EXPECT(written(1 << 21, 1, "n", brasa_text("1")) == BRASA_NO_MEMORY);
    EXPECT(written(99, 2, "n", brasa_text("1")) == BRASA_INVALID);
    EXPECT(written(99, 1, NULL, brasa_text("1")) == BRASA_INVALID);
    EXPECT(written(99, 1, "n", brasa_text("\xc3")) == BRASA_INVALID);
    EXPECT(written(99, 1, "n", brasa_text("\xed\xa0\x80")) == BRASA_INVALID);
    brasa_json_writer out = brasa_json_in(NULL, 4096);
    brasa_bytes json;
    for (int i = 0; i < BRASA_JSON_DEPTH; i++) brasa_json_list(&out, NULL);
    EXPECT(out.status == BRASA_OK);
    brasa_json_list(&out, NULL);
    EXPECT(brasa_json_finish(&out, &json) == BRASA_LIMIT);
    out = brasa_json_in(NULL, 64);
    brasa_json_list(&out, NULL);
    brasa_json_object(&out, NULL);
    EXPECT(brasa_json_finish(&out, &json) == BRASA_INVALID);
    out = brasa_json_in(NULL, 64);
    brasa_json_integer(&out, NULL, 1);
    brasa_json_integer(&out, NULL, 2);
    EXPECT(brasa_json_finish(&out, &json) == BRASA_INVALID);
    out = brasa_json_in(NULL, 64);
    EXPECT(brasa_json_finish(&out, &json) == BRASA_INVALID);

    asked[0] = 0;
    out = brasa_table_request(NULL, "users", 24);
    brasa_json_text(&out, "ConditionExpression", brasa_text("a = b"));
    brasa_table_answer answer = brasa_table_put(NULL, &out);
    EXPECT(answer.status == BRASA_LIMIT && asked[0] == 0);
    EXPECT(brasa_is(answer.error_message, "The request PutItem does not fit the 24 bytes it was given."));
}

static void reads_answers(void) {
    answer_status = BRASA_OK;
    answer_json =
        "{\"Count\": 2, \"Items\": [ {\"id\":{\"S\":\"a\\u00e9\\n\\ud83d\\ude00\"}, \"v\":{\"N\":\"-9223372036854775808\"}},\n"
        " {\"i\\u0064\":{\"S\":\"\"},\"b\":{\"B\":\"Zm9v/w==\"},\"t\":{\"BOOL\":true},\"l\":{\"L\":[{\"N\":\"1\"}]}} ],"
        " \"LastEvaluatedKey\":{\"id\":{\"S\":\"z\"}} }";
    answer_type = "";
    brasa_json_writer out = brasa_table_request(NULL, "users", 256);
    brasa_table_start_after(&out, brasa_bytes_at(NULL, 0));
    brasa_table_answer answer = brasa_table_query(NULL, &out);
    EXPECT(strcmp(asked, "dynamodb Query {\"TableName\":\"users\"}") == 0);
    brasa_json_items items = brasa_json_each(brasa_table_items(&answer));
    int64_t number = 0;
    int count = 0, is_true = 0;
    brasa_bytes text = {NULL, 0};
    while (brasa_json_next(&items)) count++;
    EXPECT(count == 2);
    brasa_bytes first = brasa_json_find(answer.json, "Items", "0", NULL);
    brasa_bytes second = brasa_json_find(answer.json, "Items", "1", NULL);
    EXPECT(brasa_table_text(NULL, brasa_json_member(first, "id"), &text) == BRASA_OK);
    EXPECT(brasa_is(text, "a\xc3\xa9\n\xf0\x9f\x98\x80"));
    EXPECT(brasa_table_integer(brasa_json_member(first, "v"), &number) == BRASA_OK && number == INT64_MIN);
    EXPECT(brasa_table_text(NULL, brasa_json_member(second, "id"), &text) == BRASA_OK && text.len == 0);
    EXPECT(brasa_table_binary(NULL, brasa_json_member(second, "b"), &text) == BRASA_OK);
    EXPECT(brasa_is(text, "foo\xff"));
    EXPECT(brasa_table_boolean(brasa_json_member(second, "t"), &is_true) == BRASA_OK && is_true);
    EXPECT(brasa_table_integer(brasa_json_find(second, "l", "L", "0", NULL), &number) == BRASA_OK && number == 1);
    EXPECT(brasa_table_integer(brasa_json_member(second, "t"), &number) == BRASA_INVALID);
    EXPECT(brasa_table_integer(brasa_json_member(second, "x"), &number) == BRASA_NOT_FOUND);
    EXPECT(!brasa_json_find(answer.json, "Items", "2", NULL).ptr);
    EXPECT(!brasa_json_find(answer.json, "Items", "", NULL).ptr);
    EXPECT(!brasa_json_find(answer.json, "Items", "x", "y", NULL).ptr);
    EXPECT(!brasa_json_find(answer.json, "Count", "x", NULL).ptr);
    EXPECT(brasa_json_decode_integer(brasa_json_member(answer.json, "Count"), &number) == BRASA_OK && number == 2);
    out = brasa_table_request(NULL, "users", 256);
    brasa_table_start_after(&out, brasa_table_last_key(&answer));
    EXPECT_JSON(&out, "{\"TableName\":\"users\",\"ExclusiveStartKey\":{\"id\":{\"S\":\"z\"}}}");
    const char *const wrong[] = {"", "-", "\"", "\"\"", "1.0", "9223372036854775808", "-9223372036854775809", " 1", "1e3"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        EXPECT(brasa_json_decode_integer(brasa_text(wrong[i]), &number) == BRASA_INVALID);
    EXPECT(brasa_json_decode_integer(brasa_text("9223372036854775807"), &number) == BRASA_OK && number == INT64_MAX);

    answer_status = BRASA_CONFLICT;
    answer_type = "TransactionCanceledException";
    answer_json = "{\"CancellationReasons\":[{\"Code\":\"None\"},{\"Code\":\"ConditionalCheckFailed\"}]}";
    out = brasa_table_transaction(NULL, 64);
    brasa_json_close(&out);
    answer = brasa_table_transact(NULL, &out);
    EXPECT(answer.status == BRASA_CONFLICT && brasa_is(answer.error_type, "TransactionCanceledException"));
    EXPECT(brasa_json_is(brasa_table_cancellation(&answer, 0), "None"));
    EXPECT(brasa_json_is(brasa_table_cancellation(&answer, 1), "ConditionalCheckFailed"));
    EXPECT(!brasa_table_cancellation(&answer, 2).ptr);
}

static uint64_t state;

static size_t below(size_t bound) { // xorshift64*: the same rounds for the same seed everywhere
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (size_t)((state * 0x2545f4914f6cdd1dull >> 33) % bound);
}

static size_t walked;

/** Reads all there is in a value, in every way. */
static void walk(brasa_bytes value, int depth) {
    brasa_bytes text;
    int64_t number;
    int is_true;
    if (depth == 0) return;
    walked++;
    (void)brasa_table_text(NULL, value, &text);
    (void)brasa_table_number(NULL, value, &text);
    (void)brasa_table_integer(value, &number);
    (void)brasa_table_boolean(value, &is_true);
    (void)brasa_table_binary(NULL, value, &text);
    (void)brasa_json_find(value, "M", "a", "L", "1", "S", NULL);
    (void)brasa_json_is(value, "Zm9v");
    brasa_json_items items = brasa_json_each(value);
    while (brasa_json_next(&items)) walk(items.value, depth - 1);
}

static void fuzz(size_t rounds, uint64_t seed) {
    static const char source[] =
        "{\"Items\":[{\"a\":{\"S\":\"x\\u00e9\\ud83d\\ude00\\\"\"},\"b\":{\"B\":\"Zm9v/w==\"},\"n\":{\"N\":\"-12\"}},"
        "{\"M\":{\"a\":{\"L\":[{\"NULL\":true},{\"S\":\"\xc3\xa9\"}]}}}],\"Count\":2}";
    static const char alphabet[] = "{}[]\",:\\u0123456789abdSNBML=+-. tfn\x01\x80\xc3\xed";
    size_t valid = 0;
    state = seed | 1;
    for (size_t round = 0; round < rounds; round++) {
        size_t length = below(4) == 0 ? below(sizeof source) : sizeof source - 1;
        char *text = malloc(length ? length : 1);
        memcpy(text, source, length);
        for (size_t changes = below(4); changes > 0 && length > 0; changes--)
            text[below(length)] = alphabet[below(sizeof alphabet - 1)];
        valid += (size_t)brasa_json_valid(brasa_bytes_at(text, length));
        walk(brasa_bytes_at(text, length), 8);
        free(text);
        while (block_count > 0) free(blocks[--block_count]);
    }
    printf("%zu valid, %zu values\n", valid, walked);
}

int main(int count, char **arguments) {
    brasa_host_table = &table;
    if (count == 2 && strcmp(arguments[1], "check") == 0) {
        writes_every_type();
        tells_what_cannot_be_written();
        reads_answers();
        while (block_count > 0) free(blocks[--block_count]);
        return failures > 0;
    }
    if (count != 4 || strcmp(arguments[1], "fuzz") != 0) return 2;
    fuzz(strtoul(arguments[2], NULL, 10), strtoull(arguments[3], NULL, 10));
    return 0;
}
