/* Asks the host's tables. The event is a JSON object of texts; "Do" says what:
 *
 *     call      asks for Operation of Service (dynamodb) with Parameters, made Bytes long by spaces; replies what came back
 *     measure   the same, and replies the length and the FNV-1a digest of the answer
 *     scenario  a user's life in Table, with brasa_table.h; replies what happened, line by line
 *     count     adds 1 to "count" of the item "counter" in Table, Times times
 *     forever   puts items n0, n1, ... into Table until it is killed
 *     late      puts the item "late" into Table once the deadline has passed
 *
 * Tests/TableFunction does the same in Swift. */
#include <brasa_table.h>
#include <stdlib.h>
#include <time.h>

static brasa_bytes member(brasa_invocation *call, const char *name, const char *fallback) {
    brasa_bytes value = brasa_text(fallback);
    (void)brasa_json_decode(call, brasa_json_member(call->event, name), &value);
    return value;
}

static brasa_status perform(brasa_invocation *call, brasa_response *response) {
    brasa_request request = {
        sizeof request, member(call, "Service", "dynamodb"), member(call, "Operation", ""),
        member(call, "Parameters", ""), {NULL, 0}};
    memset(response, 0, sizeof *response);
    response->struct_size = sizeof *response;
    char digits[16] = "";
    brasa_bytes wanted = member(call, "Bytes", "");
    memcpy(digits, wanted.ptr, wanted.len < sizeof digits ? wanted.len : 0);
    size_t bytes = strtoul(digits, NULL, 10);
    if (bytes > request.params.len) {
        char *padded = brasa_host_table->allocate(call, bytes);
        if (!padded) return BRASA_NO_MEMORY;
        memset(padded, ' ', bytes);
        memcpy(padded, request.params.ptr, request.params.len);
        request.params = brasa_bytes_at(padded, bytes);
    }
    return brasa_host_table->call(call, &request, response);
}

static brasa_status ask(brasa_invocation *call) {
    brasa_response response;
    brasa_status status = perform(call, &response);
    brasa_json_writer out = brasa_json_in(call, response.result.len * 2 + response.error_message.len * 2 + 1024);
    brasa_json_object(&out, NULL);
    brasa_json_text(&out, "Type", response.error_type);
    brasa_json_text(&out, "Message", response.error_message);
    brasa_json_text(&out, "Result", response.result);
    brasa_json_text(
        &out, "Kind",
        brasa_text(
            status == BRASA_OK          ? ""
            : status == BRASA_NOT_FOUND ? "notFound"
            : status == BRASA_CONFLICT  ? "conflict"
            : status == BRASA_DENIED    ? "denied"
                                        : "other"));
    brasa_bytes json;
    if (brasa_json_finish(&out, &json) != BRASA_OK) return brasa_fail(call, "NoRoom", "The answer does not fit.");
    return brasa_reply(call, json);
}

static brasa_status measure(brasa_invocation *call) {
    brasa_response response;
    brasa_status status = perform(call, &response);
    const unsigned char *at = response.result.ptr, *end = at + response.result.len;
    uint64_t digest = 0xcbf29ce484222325u;
    while (at < end) digest = (digest ^ *at++) * 0x100000001b3u;
    if (status != BRASA_OK)
        return brasa_fail(
            call, (const char *)brasa_concat(call, &response.error_type, 1).ptr, "%.*s",
            (int)response.error_message.len, (const char *)response.error_message.ptr);
    return brasa_reply(
        call, brasa_format(call, "\"%zu %llx\"", response.result.len, (unsigned long long)digest));
}

/* ---------------------------------------------------------------- a user's life */

static char transcript[8192];

__attribute__((format(printf, 1, 2))) static void note(const char *format, ...) {
    size_t used = strlen(transcript);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(transcript + used, sizeof transcript - used, format, arguments);
    va_end(arguments);
}

static void note_answer(const char *what, const brasa_table_answer *answer) {
    note("%s: %.*s\n", what, (int)answer->error_type.len, answer->error_type.len ? (const char *)answer->error_type.ptr : "");
}

static void key(brasa_json_writer *request, const char *id, int number) {
    brasa_json_object(request, "Key");
    brasa_table_set_text(request, "id", brasa_text(id));
    brasa_table_set_integer(request, "n", number);
    brasa_json_close(request);
}

static brasa_json_writer put(brasa_invocation *call, const char *table, int number, const char *name) {
    static const char *const digits[] = {"1", "-0.5", "12345678901234567890123456789012345678"};
    const brasa_bytes tags[] = {brasa_text("a"), brasa_text("\xc3\xa9")};
    brasa_json_writer request = brasa_table_request(call, table, 2048);
    brasa_json_object(&request, "Item");
    brasa_table_set_text(&request, "id", brasa_text("u"));
    brasa_table_set_integer(&request, "n", number);
    brasa_table_set_text(&request, "name", brasa_text(name));
    brasa_table_set_number(&request, "large", digits[2]);
    brasa_table_set_binary(&request, "photo", brasa_bytes_at("\0\xff\x10", 3));
    brasa_table_set_boolean(&request, "active", 1);
    brasa_table_set_null(&request, "nothing");
    brasa_table_set_texts(&request, "tags", tags, 2);
    brasa_table_set_numbers(&request, "sizes", digits, 2);
    brasa_table_set_map(&request, "address");
    brasa_table_set_text(&request, "street", brasa_text("Rua \"A\"\n"));
    brasa_table_set_list(&request, "rooms");
    brasa_table_set_integer(&request, NULL, 1);
    brasa_table_set_text(&request, NULL, brasa_text("two"));
    brasa_json_close(&request);
    brasa_json_close(&request);
    brasa_json_close(&request);
    return request;
}

static void note_item(brasa_invocation *call, brasa_bytes item) {
    brasa_bytes name = {NULL, 0}, large = {NULL, 0}, photo = {NULL, 0}, room = {NULL, 0}, street = {NULL, 0};
    int active = 0;
    int64_t number = -1;
    brasa_bytes address = brasa_json_find(item, "address", "M", NULL);
    (void)brasa_table_text(call, brasa_json_member(item, "name"), &name);
    (void)brasa_table_number(call, brasa_json_member(item, "large"), &large);
    (void)brasa_table_binary(call, brasa_json_member(item, "photo"), &photo);
    (void)brasa_table_boolean(brasa_json_member(item, "active"), &active);
    (void)brasa_table_integer(brasa_json_member(item, "n"), &number);
    (void)brasa_table_text(call, brasa_json_member(address, "street"), &street);
    (void)brasa_table_text(call, brasa_json_find(address, "rooms", "L", "1", NULL), &room);
    note(
        "item %d %s %s %zu bytes %d %s %s\n", (int)number, (const char *)name.ptr, (const char *)large.ptr, photo.len,
        active, (const char *)street.ptr, (const char *)room.ptr);
}

static brasa_status scenario(brasa_invocation *call, const char *table) {
    transcript[0] = 0;
    brasa_json_writer request;
    brasa_table_answer answer;
    for (int i = 0; i < 7; i++) {
        request = put(call, table, i, i == 3 ? "Zo\xc3\xab \xf0\x9f\x98\x80" : "Ada");
        answer = brasa_table_put(call, &request);
        if (i == 0) note_answer("put", &answer);
    }
    request = put(call, table, 0, "Eve");
    brasa_json_text(&request, "ConditionExpression", brasa_text("attribute_not_exists(id)"));
    answer = brasa_table_put(call, &request);
    note_answer("put again", &answer);
    note("conflict: %d\n", answer.status == BRASA_CONFLICT);

    request = brasa_table_request(call, table, 256);
    key(&request, "u", 3);
    brasa_json_boolean(&request, "ConsistentRead", 1);
    answer = brasa_table_get(call, &request);
    note_item(call, brasa_json_member(answer.json, "Item"));
    request = brasa_table_request(call, table, 256);
    key(&request, "u", 99);
    answer = brasa_table_get(call, &request);
    note("missing: %d\n", brasa_json_member(answer.json, "Item").ptr == NULL);

    request = brasa_table_request(call, table, 512);
    key(&request, "u", 1);
    brasa_json_text(&request, "UpdateExpression", brasa_text("SET #n = :name"));
    brasa_json_text(&request, "ConditionExpression", brasa_text("active = :active"));
    brasa_json_object(&request, "ExpressionAttributeNames");
    brasa_json_text(&request, "#n", brasa_text("name"));
    brasa_json_close(&request);
    brasa_json_object(&request, "ExpressionAttributeValues");
    brasa_table_set_text(&request, ":name", brasa_text("Grace"));
    brasa_table_set_boolean(&request, ":active", 1);
    brasa_json_close(&request);
    brasa_json_text(&request, "ReturnValues", brasa_text("ALL_NEW"));
    answer = brasa_table_update(call, &request);
    note_item(call, brasa_json_member(answer.json, "Attributes"));

    brasa_bytes last = {NULL, 0};
    int pages = 0, items = 0;
    do {
        request = brasa_table_request(call, table, 512);
        brasa_json_text(&request, "KeyConditionExpression", brasa_text("id = :id AND n > :n"));
        brasa_json_object(&request, "ExpressionAttributeValues");
        brasa_table_set_text(&request, ":id", brasa_text("u"));
        brasa_table_set_integer(&request, ":n", 0);
        brasa_json_close(&request);
        brasa_json_integer(&request, "Limit", 4);
        brasa_table_start_after(&request, last);
        answer = brasa_table_query(call, &request);
        brasa_json_items found = brasa_json_each(brasa_table_items(&answer));
        while (brasa_json_next(&found)) items++;
        last = brasa_table_last_key(&answer);
        pages++;
    } while (last.ptr);
    note("%d items in %d pages\n", items, pages);

    request = brasa_table_transaction(call, 1024);
    brasa_table_action(&request, "Delete", table);
    key(&request, "u", 5);
    brasa_json_close(&request);
    brasa_table_action(&request, "ConditionCheck", table);
    key(&request, "u", 6);
    brasa_json_text(&request, "ConditionExpression", brasa_text("attribute_not_exists(id)"));
    brasa_json_close(&request);
    brasa_json_close(&request);
    answer = brasa_table_transact(call, &request);
    note_answer("transaction", &answer);
    for (size_t i = 0; brasa_table_cancellation(&answer, i).ptr; i++) {
        brasa_bytes code = {NULL, 0};
        (void)brasa_json_decode(call, brasa_table_cancellation(&answer, i), &code);
        note("reason %s\n", (const char *)code.ptr);
    }
    request = brasa_table_transaction(call, 1024);
    brasa_table_action(&request, "Delete", table);
    key(&request, "u", 5);
    brasa_json_close(&request);
    brasa_json_close(&request);
    answer = brasa_table_transact(call, &request);
    note_answer("transaction", &answer);

    request = brasa_table_request(call, table, 256);
    key(&request, "u", 6);
    brasa_json_text(&request, "ReturnValues", brasa_text("ALL_OLD"));
    answer = brasa_table_delete(call, &request);
    note_item(call, brasa_json_member(answer.json, "Attributes"));
    request = brasa_table_request(call, "no-such-table", 256);
    key(&request, "u", 6);
    answer = brasa_table_delete(call, &request);
    note_answer("elsewhere", &answer);
    note("not found: %d\n", answer.status == BRASA_NOT_FOUND);
    return brasa_reply_text(call, transcript);
}

/* ---------------------------------------------------------------- load */

static brasa_table_answer add(brasa_invocation *call, const char *table) {
    brasa_json_writer request = brasa_table_request(call, table, 512);
    key(&request, "counter", 0);
    brasa_json_text(&request, "UpdateExpression", brasa_text("ADD hits :one"));
    brasa_json_object(&request, "ExpressionAttributeValues");
    brasa_table_set_integer(&request, ":one", 1);
    brasa_json_close(&request);
    brasa_json_text(&request, "ReturnValues", brasa_text("UPDATED_NEW"));
    return brasa_table_update(call, &request);
}

static brasa_status count(brasa_invocation *call, const char *table, int64_t times) {
    int64_t hits = 0;
    for (; times > 0; times--) {
        brasa_table_answer answer = add(call, table);
        if (answer.status != BRASA_OK) return brasa_table_fail(call, &answer);
        (void)brasa_table_integer(brasa_json_find(answer.json, "Attributes", "hits", NULL), &hits);
    }
    return brasa_reply(call, brasa_format(call, "%lld", (long long)hits));
}

static brasa_table_answer put_numbered(brasa_invocation *call, const char *table, const char *id, int number) {
    brasa_json_writer request = brasa_table_request(call, table, 512);
    brasa_json_object(&request, "Item");
    brasa_table_set_text(&request, "id", brasa_text(id));
    brasa_table_set_integer(&request, "n", number);
    brasa_json_close(&request);
    return brasa_table_put(call, &request);
}

static brasa_status forever(brasa_invocation *call, const char *table) {
    for (int number = 0;; number++) {
        brasa_table_answer answer = put_numbered(call, table, "forever", number);
        if (answer.status != BRASA_OK) return brasa_table_fail(call, &answer);
        brasa_log(call, BRASA_LOG_INFO, "put %d", number);
    }
}

static brasa_status late(brasa_invocation *call, const char *table) {
    struct timespec pause = {0, 1000000};
    while (brasa_host_table->time_left_ns(call) > 0) nanosleep(&pause, NULL);
    brasa_table_answer answer = put_numbered(call, table, "late", 0);
    return answer.status == BRASA_OK ? brasa_reply_text(call, "put") : brasa_table_fail(call, &answer);
}

BRASA_FUNCTION(tables, "tables") {
    brasa_bytes what = member(call, "Do", "");
    const char *table = (const char *)member(call, "Table", "").ptr;
    int64_t times = 1;
    (void)brasa_json_decode_integer(brasa_json_member(call->event, "Times"), &times);
    if (brasa_is(what, "call")) return ask(call);
    if (brasa_is(what, "measure")) return measure(call);
    if (brasa_is(what, "scenario")) return scenario(call, table);
    if (brasa_is(what, "count")) return count(call, table, times);
    if (brasa_is(what, "forever")) return forever(call, table);
    if (brasa_is(what, "late")) return late(call, table);
    return brasa_fail(call, "InvalidEvent", "The event does not say what to do.");
}
BRASA_MODULE("tables", "1.0", tables)
