/*
 * A connection that carries frames: bounded both ways, never blocking. What comes in is handed out
 * frame by frame; what goes out is queued and flushed as the other side reads. A peer that does not
 * read fills its queue, and then it is the caller's to drop it: nobody is waited for.
 *
 * The buffers are taken once, at channel_new().
 */
#ifndef WIRE_CHANNEL_H
#define WIRE_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "wire/message.h"

struct channel;

/*
 * A channel over the socket fd, which it takes. in_max bounds one frame that may come, out_max all
 * that waits to go. who is what the peer may act as (FROM_*). -ENOMEM, and fd stays the caller's.
 */
int channel_new(int fd, unsigned who, size_t in_max, size_t out_max, struct channel **ret) MUST_CHECK;
void channel_free(struct channel *ch); /* NULL is fine */

int channel_fd(const struct channel *ch);

/* Reads what is there. 1: something came, 0: the peer ended, -EAGAIN: nothing now, else what went wrong. */
int channel_fill(struct channel *ch) MUST_CHECK;

/*
 * The next whole frame: 1 and *ret, whose body is good until the next call on this channel and whose
 * descriptors are the caller's; 0: none yet; -EBADMSG: a rule was broken, close it.
 */
int channel_next(struct channel *ch, struct frame *ret) MUST_CHECK;

/*
 * Queues a message. fds go with it; they stay the caller's (a copy is kept while they wait). -ENOBUFS: the
 * queue is full, nothing was queued.
 */
int channel_queue(struct channel *ch, enum msg type, uint32_t id, const void *body, const int *fds) MUST_CHECK;

/* The same, and sends what can go now. */
int channel_send(struct channel *ch, enum msg type, uint32_t id, const void *body, const int *fds) MUST_CHECK;

/* Sends what waits. 0: nothing waits any more, -EAGAIN: some does, else what went wrong. */
int channel_flush(struct channel *ch) MUST_CHECK;

/* Whether anything waits to go: ask the loop for LOOP_WRITE then. */
bool channel_has_output(const struct channel *ch);

/* Bytes that out_max leaves free. */
size_t channel_room(const struct channel *ch);

/*
 * For programs that may block, never for PID 1: waits until a frame came (as channel_next) or
 * everything is sent. timeout_ms -1 waits for ever; -ETIMEDOUT, -EPIPE when the peer ended.
 */
int channel_wait_next(struct channel *ch, int timeout_ms, struct frame *ret) MUST_CHECK;
int channel_wait_sent(struct channel *ch, int timeout_ms) MUST_CHECK;

#endif
