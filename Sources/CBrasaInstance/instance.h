/* Shared by the files of this target. */
#ifndef INSTANCE_H
#define INSTANCE_H
#include "brasa_instance.h"

/* The instance whose invocation this is, while it runs; else NULL. Any thread. */
brasa_instance *instance_running(const brasa_invocation *invocation);
/* Waits for room and returns a frame of that kind to fill, of the invocation under way if there is one. NULL when nobody reads
 * the channel any more, or when cancelled meanwhile and may_give_up. */
brasa_frame *instance_slot(brasa_instance *instance, enum brasa_frame_kind kind, bool may_give_up);
/* Publishes the slot; notes a doorbell that is gone. */
int instance_publish(brasa_instance *instance);
/* Appends pairs to a text. Returns 0, or -1 when they do not fit. */
int append_pairs(uint8_t *text, uint32_t capacity, uint32_t *used, const brasa_pair *pairs, size_t count);
/* Bytes that pairs take in a text. */
size_t pairs_bytes(const brasa_pair *pairs, size_t count);
/* The instance that code outside of an invocation belongs to; NULL when there is none. */
brasa_instance *instance_here(void);
/* Gives the invocation's memory back. */
void free_blocks(struct brasa_active *active);
/* Keeps an error's texts for DONE. */
void keep_error(brasa_instance *instance, const void *type, size_t type_bytes, const void *message, size_t bytes);

/* answer.c, for the table */
brasa_status host_reply(brasa_invocation *, brasa_bytes body, const brasa_pair *metadata, size_t count);
brasa_status host_fail(brasa_invocation *, brasa_status, brasa_bytes type, brasa_bytes message);
brasa_status host_begin(brasa_invocation *, const brasa_pair *metadata, size_t count);
brasa_status host_write(brasa_invocation *, brasa_bytes chunk);
brasa_status host_end(brasa_invocation *);
void *host_reserve(brasa_invocation *, size_t bytes);
/* call.c, for the table */
brasa_status host_call(brasa_invocation *, const brasa_request *, brasa_response *);
#endif
