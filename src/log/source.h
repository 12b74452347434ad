/*
 * Where a stream's bytes come from: the reading end of its child's pipe, looked at without taking. What is in
 * a pipe outlives whoever reads it, so a byte is taken only when it has arrived where it belongs: tee(2) copies
 * the head of a pipe into a scratch pipe, and only that copy is read into memory. Nothing here blocks.
 *
 * A writer waits for its pipe's lock, which splice(2) into a file holds for as long as the file takes. A stream that
 * fills its pipe has a second one, the relay: pages change hands from pipe to relay in a moment, and go into the
 * file from there. reeve keeps the relay as it keeps the pipe, so what a killed reeve-log left in it is the
 * stream's head for the next one.
 */
#ifndef LOG_SOURCE_H
#define LOG_SOURCE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/attr.h"

struct source {
	int scratch[2];
	int null;
};

/* The descriptors are its owner's to close, see intake_done(). */
struct intake {
	int    pipe;
	int    relay[2];     /* reading and writing end; -1: it has none */
	size_t held;         /* bytes in the relay: they come before those in the pipe */
};

int source_init(struct source *src) MUST_CHECK;
void source_done(struct source *src);

void intake_init(struct intake *in, int pipe);
void intake_done(struct intake *in);

/* From now on with that relay, and what is in it. A second one is closed. */
void intake_add_relay(struct intake *in, const int relay[2]);

/* Copies up to max bytes off the head of the stream and leaves them there. 0: the end, -EAGAIN: empty. */
ssize_t source_peek(struct source *src, const struct intake *in, void *buf, size_t max) MUST_CHECK;

/* Takes len bytes that are known to be there. */
int source_consume(struct source *src, struct intake *in, size_t len) MUST_CHECK;

/*
 * Moves up to max bytes from the head of the stream to the file's own offset: exactly those are taken that the file
 * has. How many; 0: the end, -EAGAIN: empty, else what is wrong with the file.
 */
ssize_t source_move(struct intake *in, int file, size_t max) MUST_CHECK;

/* Bytes of the stream that are there, and how many its pipe takes. */
size_t source_waiting(const struct intake *in);
size_t source_capacity(const struct intake *in);

/* Makes its pipe so large (pipe(7)). -EPERM: the machine does not let us. */
int source_widen(struct intake *in, size_t capacity) MUST_CHECK;

#endif
