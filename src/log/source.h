/*
 * The reading end of a child's output pipe, looked at without taking: what is in a pipe outlives
 * whoever reads it, so a byte is taken only when it has arrived where it belongs. tee(2) copies the
 * head of a pipe into a scratch pipe, and only that copy is read into memory. Nothing here blocks.
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

int source_init(struct source *src) MUST_CHECK;
void source_done(struct source *src);

/* Copies up to max bytes off the head of pipe and leaves them there. 0: the end, -EAGAIN: empty. */
ssize_t source_peek(struct source *src, int pipe, void *buf, size_t max) MUST_CHECK;

/* Takes len bytes that are known to be there. */
int source_consume(struct source *src, int pipe, size_t len) MUST_CHECK;

/* Bytes in the pipe, and how many it takes. */
size_t source_waiting(int pipe);
size_t source_capacity(int pipe);

#endif
