/* Messages and texts, for both sides. */
#include "brasa_control.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

uint8_t *brasa_control_text(brasa_control *message) { return message->text; }

int brasa_control_send(int socket, const brasa_control *message, const int *descriptors, uint32_t count) {
    struct iovec part = {(void *)message, BRASA_CONTROL_HEADER_BYTES + message->text_bytes};
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int) * BRASA_CONTROL_DESCRIPTORS)];
    } ancillary;
    struct msghdr packet = {.msg_iov = &part, .msg_iovlen = 1};
    if (count > 0) {
        memset(&ancillary, 0, sizeof ancillary);
        packet.msg_control = ancillary.bytes;
        packet.msg_controllen = CMSG_SPACE(sizeof(int) * count);
        struct cmsghdr *header = CMSG_FIRSTHDR(&packet);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * count);
        memcpy(CMSG_DATA(header), descriptors, sizeof(int) * count);
    }
    for (;;) {
        if (sendmsg(socket, &packet, MSG_NOSIGNAL) >= 0) return 0;
        if (errno != EINTR) return -errno;
    }
}

int brasa_control_receive(int socket, brasa_control *message, int *descriptors) {
    struct iovec part = {message, sizeof *message};
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int) * BRASA_CONTROL_DESCRIPTORS)];
    } ancillary;
    struct msghdr packet = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = ancillary.bytes, .msg_controllen = sizeof ancillary.bytes};
    for (uint32_t i = 0; i < BRASA_CONTROL_DESCRIPTORS; i++) descriptors[i] = -1;
    ssize_t got;
    do got = recvmsg(socket, &packet, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    if (got <= 0) return got == 0 ? 0 : -errno;
    struct cmsghdr *header = CMSG_FIRSTHDR(&packet);
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
        /* Padding leaves room for one more than we asked for, and the kernel uses it when the peer sends that many. */
        uint32_t count = (uint32_t)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
        for (uint32_t i = 0; i < count; i++) {
            int descriptor;
            memcpy(&descriptor, CMSG_DATA(header) + i * sizeof(int), sizeof descriptor);
            if (i < BRASA_CONTROL_DESCRIPTORS) descriptors[i] = descriptor;
            else close(descriptor);
        }
    }
    if ((size_t)got < BRASA_CONTROL_HEADER_BYTES || (size_t)got != BRASA_CONTROL_HEADER_BYTES + message->text_bytes) {
        for (uint32_t i = 0; i < BRASA_CONTROL_DESCRIPTORS; i++)
            if (descriptors[i] >= 0) close(descriptors[i]);
        return -EPROTO;
    }
    return 1;
}

int brasa_text_append(uint8_t *text, uint32_t capacity, uint32_t *used, const void *bytes, size_t count) {
    if (count > capacity || *used > capacity - 4 || count > capacity - 4 - *used) return -1;
    uint32_t length = (uint32_t)count;
    memcpy(text + *used, &length, 4);
    if (count) memcpy(text + *used + 4, bytes, count);
    *used += 4 + length;
    return 0;
}

int brasa_text_next(const uint8_t *text, uint32_t bytes, uint32_t *position, const uint8_t **out, uint32_t *count) {
    uint32_t length;
    if (*position > bytes || bytes - *position < 4) return -1;
    memcpy(&length, text + *position, 4);
    if (length > bytes - *position - 4) return -1;
    *out = text + *position + 4;
    *count = length;
    *position += 4 + length;
    return 0;
}
