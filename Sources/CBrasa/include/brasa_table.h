/* brasa_table.h: tables of the host (AWS's DynamoDB) from C and C++ without a JSON library. Header only.
 *
 *     brasa_json_writer put = brasa_table_request(call, "users", 1024);
 *     brasa_json_object(&put, "Item");
 *     brasa_table_set_text(&put, "id", id);
 *     brasa_table_set_integer(&put, "version", 1);
 *     brasa_json_close(&put);
 *     brasa_json_text(&put, "ConditionExpression", brasa_text("attribute_not_exists(id)"));
 *     brasa_table_answer answer = brasa_table_call(call, "PutItem", &put);
 *     if (brasa_is(answer.error_type, "ConditionalCheckFailedException")) return taken(call);
 *     if (answer.status != BRASA_OK) return brasa_table_fail(call, &answer);
 *
 * A request is written into memory of the size it is given; one that does not fit is not sent, and its status is
 * BRASA_LIMIT. Members have AWS's names. Memory of all results is the invocation's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BRASA_TABLE_H
#define BRASA_TABLE_H
#include "brasa_c_json.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---------------------------------------------------------------- requests */

/** Begins a request about a table, {"TableName": ..., of at most room bytes. The rest is written with brasa_json_*:
 *  objects "Item", "Key", "ExpressionAttributeValues" and "ExpressionAttributeNames", texts "ConditionExpression",
 *  "UpdateExpression", "KeyConditionExpression" and so on. */
static inline brasa_json_writer brasa_table_request(brasa_invocation *call, const char *table, size_t room) {
    brasa_json_writer out = brasa_json_in(call, room);
    brasa_json_object(&out, NULL);
    brasa_json_text(&out, "TableName", brasa_text(table));
    return out;
}

/** Begins a TransactWriteItems of at most room bytes; actions follow, then brasa_json_close, then perhaps a
 *  "ClientRequestToken". */
static inline brasa_json_writer brasa_table_transaction(brasa_invocation *call, size_t room) {
    brasa_json_writer out = brasa_json_in(call, room);
    brasa_json_object(&out, NULL);
    brasa_json_list(&out, "TransactItems");
    return out;
}

/** Begins an action of a transaction ("Put", "Update", "Delete", "ConditionCheck"; "Get" of TransactGetItems) on a table;
 *  brasa_json_close ends it. */
static inline void brasa_table_action(brasa_json_writer *out, const char *action, const char *table) {
    brasa_json_begin(out, NULL);
    brasa_json_append(out, "{", 1);
    brasa_json_quote(out, brasa_text(action));
    brasa_json_append(out, ":{", 2);
    if (out->depth == BRASA_JSON_DEPTH) brasa_json_fault(out, BRASA_LIMIT);
    if (out->status != BRASA_OK) return;
    out->open[out->depth++] = BRASA_JSON_OBJECT_IN_OBJECT;
    out->needs_comma = 0;
    brasa_json_text(out, "TableName", brasa_text(table));
}

/* Attribute values. name is the attribute's or, in "ExpressionAttributeValues", the placeholder (":id"); NULL in lists. */

/** S: text, which has to be UTF-8. */
static inline void brasa_table_set_text(brasa_json_writer *out, const char *name, brasa_bytes text) {
    brasa_json_object(out, name);
    brasa_json_text(out, "S", text);
    brasa_json_close(out);
}

/** N: a number as text, of up to 38 digits: "-12.5e3". */
static inline void brasa_table_set_number(brasa_json_writer *out, const char *name, const char *digits) {
    brasa_json_object(out, name);
    brasa_json_text(out, "N", brasa_text(digits));
    brasa_json_close(out);
}

/** N: a whole number. */
static inline void brasa_table_set_integer(brasa_json_writer *out, const char *name, int64_t number) {
    char digits[24];
    snprintf(digits, sizeof digits, "%lld", (long long)number);
    brasa_table_set_number(out, name, digits);
}

/** B: bytes. */
static inline void brasa_table_set_binary(brasa_json_writer *out, const char *name, brasa_bytes bytes) {
    brasa_json_object(out, name);
    brasa_json_begin(out, "B");
    brasa_json_quote_base64(out, bytes);
    brasa_json_close(out);
}

/** BOOL. */
static inline void brasa_table_set_boolean(brasa_json_writer *out, const char *name, int is_true) {
    brasa_json_object(out, name);
    brasa_json_boolean(out, "BOOL", is_true);
    brasa_json_close(out);
}

/** NULL. */
static inline void brasa_table_set_null(brasa_json_writer *out, const char *name) {
    brasa_json_object(out, name);
    brasa_json_boolean(out, "NULL", 1);
    brasa_json_close(out);
}

/** M: opens a map, whose attributes follow; brasa_json_close ends it. */
static inline void brasa_table_set_map(brasa_json_writer *out, const char *name) {
    brasa_json_open(out, name, BRASA_JSON_OBJECT_IN_OBJECT, brasa_text("{\"M\":{"));
}

/** L: opens a list, whose values follow without names; brasa_json_close ends it. */
static inline void brasa_table_set_list(brasa_json_writer *out, const char *name) {
    brasa_json_open(out, name, BRASA_JSON_LIST_IN_OBJECT, brasa_text("{\"L\":["));
}

/** SS: a set of texts. */
static inline void brasa_table_set_texts(
    brasa_json_writer *out, const char *name, const brasa_bytes *texts, size_t count) {
    brasa_json_open(out, name, BRASA_JSON_LIST_IN_OBJECT, brasa_text("{\"SS\":["));
    for (size_t i = 0; i < count; i++) brasa_json_text(out, NULL, texts[i]);
    brasa_json_close(out);
}

/** NS: a set of numbers, as text. */
static inline void brasa_table_set_numbers(
    brasa_json_writer *out, const char *name, const char *const *numbers, size_t count) {
    brasa_json_open(out, name, BRASA_JSON_LIST_IN_OBJECT, brasa_text("{\"NS\":["));
    for (size_t i = 0; i < count; i++) brasa_json_text(out, NULL, brasa_text(numbers[i]));
    brasa_json_close(out);
}

/** BS: a set of bytes. */
static inline void brasa_table_set_binaries(
    brasa_json_writer *out, const char *name, const brasa_bytes *binaries, size_t count) {
    brasa_json_open(out, name, BRASA_JSON_LIST_IN_OBJECT, brasa_text("{\"BS\":["));
    for (size_t i = 0; i < count; i++) {
        brasa_json_begin(out, NULL);
        brasa_json_quote_base64(out, binaries[i]);
    }
    brasa_json_close(out);
}

/** "ExclusiveStartKey" of a query or scan: behind what the page before ended with. Nothing for a first page. */
static inline void brasa_table_start_after(brasa_json_writer *out, brasa_bytes last) {
    if (last.ptr) brasa_json_raw(out, "ExclusiveStartKey", last);
}

/* ---------------------------------------------------------------- answers */

/** What an operation has come to. */
typedef struct brasa_table_answer {
    /** BRASA_OK; BRASA_CONFLICT for a condition that does not hold, BRASA_NOT_FOUND for a table that does not exist, and
     *  others as brasa_host's call has them. BRASA_LIMIT and BRASA_INVALID also for a request that was never sent. */
    brasa_status status;
    /** The operation's answer; of an error its further members ("Item", "CancellationReasons"), or nothing. */
    brasa_bytes json;
    /** AWS's name of the error and its message; empty without one. */
    brasa_bytes error_type, error_message;
} brasa_table_answer;

/** Ends a request and asks for an operation: "PutItem", "GetItem", "UpdateItem", "DeleteItem", "Query", .... */
static inline brasa_table_answer brasa_table_call(
    brasa_invocation *call, const char *operation, brasa_json_writer *request) {
    brasa_table_answer answer;
    memset(&answer, 0, sizeof answer);
    brasa_request sent = {
        sizeof(brasa_request), brasa_text("dynamodb"), brasa_text(operation), brasa_bytes_at(NULL, 0),
        brasa_bytes_at(NULL, 0)};
    answer.status = brasa_json_finish(request, &sent.params);
    if (answer.status != BRASA_OK) {
        answer.error_type = brasa_text("InvalidRequest");
        answer.error_message =
            answer.status == BRASA_LIMIT
                ? brasa_format(call, "The request %s does not fit the %zu bytes it was given.", operation, request->room)
            : answer.status == BRASA_NO_MEMORY
                ? brasa_format(call, "There is no memory for the %zu bytes of the request %s.", request->room, operation)
                : brasa_format(
                      call, "The request %s is not written correctly: text is not UTF-8, or a member is in the wrong "
                      "place, or not closed.", operation);
        return answer;
    }
    brasa_response response;
    memset(&response, 0, sizeof response);
    response.struct_size = sizeof response;
    answer.status = brasa_host_table->call(call, &sent, &response);
    answer.json = response.result;
    answer.error_type = response.error_type;
    answer.error_message = response.error_message;
    return answer;
}

/** Stores an item: PutItem. */
static inline brasa_table_answer brasa_table_put(brasa_invocation *call, brasa_json_writer *request) {
    return brasa_table_call(call, "PutItem", request);
}

/** Reads an item: GetItem. Without the item the answer has no "Item". */
static inline brasa_table_answer brasa_table_get(brasa_invocation *call, brasa_json_writer *request) {
    return brasa_table_call(call, "GetItem", request);
}

/** Changes an item, or makes it: UpdateItem. */
static inline brasa_table_answer brasa_table_update(brasa_invocation *call, brasa_json_writer *request) {
    return brasa_table_call(call, "UpdateItem", request);
}

/** Removes an item: DeleteItem. */
static inline brasa_table_answer brasa_table_delete(brasa_invocation *call, brasa_json_writer *request) {
    return brasa_table_call(call, "DeleteItem", request);
}

/** Reads a page of the items of one partition: Query. */
static inline brasa_table_answer brasa_table_query(brasa_invocation *call, brasa_json_writer *request) {
    return brasa_table_call(call, "Query", request);
}

/** Does all actions of a transaction or none: TransactWriteItems. */
static inline brasa_table_answer brasa_table_transact(brasa_invocation *call, brasa_json_writer *request) {
    return brasa_table_call(call, "TransactWriteItems", request);
}

/** Fails the invocation with the answer's error, and returns the status: `return brasa_table_fail(call, &answer);` */
static inline brasa_status brasa_table_fail(brasa_invocation *call, const brasa_table_answer *answer) {
    brasa_host_table->fail(call, BRASA_FUNCTION_ERROR, answer->error_type, answer->error_message);
    return BRASA_FUNCTION_ERROR;
}

/** The items of a page, for brasa_json_each. */
static inline brasa_bytes brasa_table_items(const brasa_table_answer *answer) {
    return brasa_json_member(answer->json, "Items");
}

/** Where the next page begins, for brasa_table_start_after; ptr is NULL when there is nothing more. */
static inline brasa_bytes brasa_table_last_key(const brasa_table_answer *answer) {
    return brasa_json_member(answer->json, "LastEvaluatedKey");
}

/** Why an action of a cancelled transaction could not be ("ConditionalCheckFailed"), as a JSON string for brasa_json_is;
 *  "None" when it could. */
static inline brasa_bytes brasa_table_cancellation(const brasa_table_answer *answer, size_t action) {
    return brasa_json_member(
        brasa_json_element(brasa_json_member(answer->json, "CancellationReasons"), action), "Code");
}

/* Attribute values, as brasa_json_member(item, "name") and elements of lists are: {"S":"Ada"}. All return BRASA_OK,
 * BRASA_NOT_FOUND when there is no such attribute (its bytes have no ptr), BRASA_INVALID when it is of another type. */

/** What a value of type ("S", "N", ...) holds, as JSON. The attributes of "M" are an item, those of "L", "SS", "NS" and
 *  "BS" a list for brasa_json_each. */
static inline brasa_status brasa_table_value(brasa_bytes value, const char *type, brasa_bytes *json) {
    if (!value.ptr) return BRASA_NOT_FOUND;
    brasa_bytes found = brasa_json_member(value, type);
    if (!found.ptr) return BRASA_INVALID;
    *json = found;
    return BRASA_OK;
}

/** S, NUL-terminated. */
static inline brasa_status brasa_table_text(brasa_invocation *call, brasa_bytes value, brasa_bytes *text) {
    brasa_bytes json = {NULL, 0};
    brasa_status status = brasa_table_value(value, "S", &json);
    return status == BRASA_OK ? brasa_json_decode(call, json, text) : status;
}

/** N as text with all its digits, NUL-terminated. */
static inline brasa_status brasa_table_number(brasa_invocation *call, brasa_bytes value, brasa_bytes *digits) {
    brasa_bytes json = {NULL, 0};
    brasa_status status = brasa_table_value(value, "N", &json);
    return status == BRASA_OK ? brasa_json_decode(call, json, digits) : status;
}

/** N as a whole number; BRASA_INVALID also when it is none, or does not fit. */
static inline brasa_status brasa_table_integer(brasa_bytes value, int64_t *number) {
    brasa_bytes json = {NULL, 0};
    brasa_status status = brasa_table_value(value, "N", &json);
    return status == BRASA_OK ? brasa_json_decode_integer(json, number) : status;
}

/** BOOL: 0 or 1. */
static inline brasa_status brasa_table_boolean(brasa_bytes value, int *is_true) {
    brasa_bytes json = {NULL, 0};
    brasa_status status = brasa_table_value(value, "BOOL", &json);
    if (status == BRASA_OK) *is_true = brasa_is(json, "true");
    return status;
}

/** A base64 digit's value, or -1. */
static inline int brasa_base64_value(unsigned char digit) {
    if (digit >= 'A' && digit <= 'Z') return digit - 'A';
    if (digit >= 'a' && digit <= 'z') return digit - 'a' + 26;
    if (digit >= '0' && digit <= '9') return digit - '0' + 52;
    return digit == '+' ? 62 : digit == '/' ? 63 : -1;
}

/** The bytes of a JSON string in base64, such as an element of "BS". */
static inline brasa_status brasa_json_decode_base64(brasa_invocation *call, brasa_bytes json, brasa_bytes *bytes) {
    brasa_bytes text = {NULL, 0};
    brasa_status status = brasa_json_decode(call, json, &text);
    if (status != BRASA_OK) return status;
    /* Over the text itself, which is longer. */
    unsigned char *start = (unsigned char *)(uintptr_t)text.ptr, *to = start;
    if (text.len % 4 != 0) return BRASA_INVALID;
    for (size_t i = 0; i < text.len; i += 4) {
        int is_last = i + 4 == text.len, a = brasa_base64_value(start[i]), b = brasa_base64_value(start[i + 1]);
        int padding = is_last && start[i + 3] == '=' ? (start[i + 2] == '=' ? 2 : 1) : 0;
        int c = padding > 1 ? 0 : brasa_base64_value(start[i + 2]), d = padding > 0 ? 0 : brasa_base64_value(start[i + 3]);
        if (a < 0 || b < 0 || c < 0 || d < 0) return BRASA_INVALID;
        *to++ = (unsigned char)(a << 2 | b >> 4);
        if (padding < 2) *to++ = (unsigned char)(b << 4 | c >> 2);
        if (padding < 1) *to++ = (unsigned char)(c << 6 | d);
    }
    *bytes = brasa_bytes_at(start, (size_t)(to - start));
    return BRASA_OK;
}

/** B. */
static inline brasa_status brasa_table_binary(brasa_invocation *call, brasa_bytes value, brasa_bytes *bytes) {
    brasa_bytes json = {NULL, 0};
    brasa_status status = brasa_table_value(value, "B", &json);
    return status == BRASA_OK ? brasa_json_decode_base64(call, json, bytes) : status;
}

#ifdef __cplusplus
}
#endif
#endif
