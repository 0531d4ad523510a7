/* The worker's half of a round trip and nothing else: the channel, the futex and the doorbell of an instance. */
#include "floor.h"

#include <CBrasaTransport.h>
#include <string.h>
#include <unistd.h>

_Noreturn void echo_run(uint32_t reply_bytes) {
    static brasa_control message; /* 64 KiB */
    static uint8_t reply[BRASA_FRAME_INLINE_BYTES];
    int descriptors[BRASA_CONTROL_DESCRIPTORS];
    brasa_port port;
    if (reply_bytes > sizeof reply || brasa_control_receive(FLOOR_CONTROL_FD, &message, descriptors) != 1 ||
        brasa_port_open(&port, descriptors[0], FLOOR_DOORBELL_FD) != 0)
        _exit(1);
    for (;;) {
        const brasa_frame *frame = brasa_port_receive(&port);
        uint64_t invocation = frame->invocation;
        int is_ours = brasa_port_claim(&port);
        brasa_port_release(&port);
        if (!is_ours) continue;
        brasa_frame *slot = brasa_port_slot(&port, 0);
        memset(slot, 0, BRASA_FRAME_HEADER_BYTES);
        slot->kind = BRASA_FRAME_DONE;
        slot->flags = BRASA_DONE_REPLY;
        slot->invocation = invocation;
        slot->body_bytes = reply_bytes;
        memcpy(slot->bytes, reply, reply_bytes);
        if (brasa_port_publish(&port) != 0) _exit(0);
    }
}
