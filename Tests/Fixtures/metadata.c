/* Replies the metadata of the invocation as a JSON object, and sends two headers and status 202 back. */
#include "fixture.h"
#include "json.h"
static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
    static struct json out;
    out.used = 0;
    add(&out, "{", 1);
    for (size_t i = 0; i < invocation->metadata_count; i++) {
        const brasa_pair *pair = &invocation->metadata[i];
        if (i) add(&out, ",", 1);
        add_text(&out, pair->name.ptr, pair->name.len);
        add(&out, ":", 1);
        add_text(&out, pair->value.ptr, pair->value.len);
    }
    add(&out, "}", 1);
    brasa_pair back[] = {{bytes_of("status"), bytes_of("202")}, {bytes_of("x-fixture"), bytes_of("metadata")}};
    return host->reply(invocation, (brasa_bytes){out.bytes, out.used}, back, 2);
}
FIXTURE("metadata", invoke)
