/* Replies in the ways HTTP has: "bytes" all 256 bytes with metadata, "format2" the same as base64 in payload format 2.0 with
 * status 203, a header and two cookies, "inject" headers that try to end the head early; else the status "status" of the
 * event with no body. */
#include "fixture.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    char bytes[256], status[16];
    for (int i = 0; i < 256; i++) bytes[i] = (char)i;
    brasa_pair type = {bytes_of("content-type"), bytes_of("application/octet-stream")};
    if (event_has(invocation, "bytes")) return host->reply(invocation, (brasa_bytes){bytes, sizeof bytes}, &type, 1);
    if (event_has(invocation, "format2"))
        return reply_text(invocation,
                          "{\"statusCode\":203,\"headers\":{\"x-fixture\":\"reflects\",\"content-type\":\"image/png\"},"
                          "\"cookies\":[\"a=1\",\"b=2\"],\"body\":\"AP/+fw==\",\"isBase64Encoded\":true}");
    if (event_has(invocation, "inject")) {
        brasa_pair headers[] = {{bytes_of("x-evil"), bytes_of("1\r\nx-injected: 2\r\n\r\nbody")},
                                {bytes_of("x-bad name:"), bytes_of("3")},
                                {bytes_of("content-length"), bytes_of("9999")},
                                {bytes_of("connection"), bytes_of("close")}};
        return host->reply(invocation, bytes_of("safe"), headers, 4);
    }
    snprintf(status, sizeof status, "%ld", event_number(invocation, "status", 200));
    brasa_pair pair = {bytes_of("status"), bytes_of(status)};
    return host->reply(invocation, (brasa_bytes){0}, &pair, 1);
}
FIXTURE("reflects", invoke)
