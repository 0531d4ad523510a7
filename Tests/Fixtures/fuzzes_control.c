/* Sends what the environment variable SEED says to the host's control socket in init, with descriptors, and goes on in a
 * way the seed says too; "flood": 2,000 messages with three descriptors each. */
#include "fixture.h"

#include "../../Sources/CBrasaTransport/include/brasa_control.h"
#include "noise.h"
#include <sys/socket.h>

static void send_message(const brasa_control *message, size_t bytes, const int *descriptors, uint32_t count) {
    struct iovec part = {(void *)message, bytes};
    _Alignas(struct cmsghdr) char ancillary[CMSG_SPACE(sizeof(int) * 8)] = {0};
    struct msghdr packet = {.msg_iov = &part, .msg_iovlen = 1};
    if (count) {
        packet.msg_control = ancillary;
        packet.msg_controllen = CMSG_SPACE(sizeof(int) * count);
        struct cmsghdr *header = CMSG_FIRSTHDR(&packet);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * count);
        memcpy(CMSG_DATA(header), descriptors, sizeof(int) * count);
    }
    for (int turn = 0; turn < 1000 && sendmsg(BRASA_CONTROL_FD, &packet, MSG_NOSIGNAL) < 0; turn++) usleep(1000);
}

static brasa_status init(UNUSED const brasa_host *given, UNUSED brasa_bytes config, UNUSED void **state,
                         UNUSED brasa_bytes *why) {
    static brasa_control message;
    const char *seed = getenv("SEED");
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC), descriptors[8];
    for (int i = 0; i < 8; i++) descriptors[i] = null;
    if (seed && strcmp(seed, "flood") == 0) {
        message.kind = BRASA_CONTROL_PHASE;
        message.status = 2;
        for (int i = 0; i < 2000; i++) send_message(&message, BRASA_CONTROL_HEADER_BYTES, descriptors, 3);
        close(null);
        return BRASA_OK;
    }
    begin_noise(seed ? (uint64_t)atoll(seed) : 0);
    uint32_t messages = 1 + below(30);
    for (uint32_t i = 0; i < messages; i++) {
        memset(&message, 0, BRASA_CONTROL_HEADER_BYTES);
        message.kind = below(10) ? BRASA_CONTROL_PHASE + below(5) : (uint32_t)extreme();
        /* FAILED and READY end a start early; fewer of them show more of the rest. */
        if (message.kind == BRASA_CONTROL_FAILED && below(3)) message.kind = BRASA_CONTROL_FORKED;
        message.flags = below(3) ? below(16) : (uint32_t)extreme();
        message.instance = below(2) ? below(60) : (uint64_t)extreme();
        message.status = below(2) ? (int32_t)below(8) : (int32_t)extreme();
        for (int k = 0; k < 4; k++) message.numbers[k] = below(2) ? (int64_t)below(100000) : extreme();
        for (uint32_t k = below(4); k > 0; k--) {
            char bytes[300];
            for (size_t at = 0; at < sizeof bytes; at++) bytes[at] = (char)(below(5) ? 'a' + below(26) : below(256));
            uint32_t length = below(300);
            memcpy(message.text + message.text_bytes, &length, 4);
            memcpy(message.text + message.text_bytes + 4, bytes, length);
            message.text_bytes += 4 + length;
        }
        size_t bytes = BRASA_CONTROL_HEADER_BYTES + message.text_bytes;
        if (below(12) == 0) message.text_bytes = (uint32_t)extreme();
        if (below(20) == 0) bytes = below((uint32_t)bytes) + 1;
        send_message(&message, bytes, descriptors, below(9));
    }
    close(null);
    switch (below(6)) {
    case 0: abort();
    case 1: return BRASA_FUNCTION_ERROR;
    default: return BRASA_OK;
    }
}
FIXTURE("fuzzes_control", greet, .init = init)
