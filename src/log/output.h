/*
 * The streams that share reeve-log's standard output, which it has from reeve: whole lines, each with
 * the name of its child before it, so that lines of different children never mix.
 *
 * A batch of lines is copied off the head of a pipe, written, and only then taken from the pipe: SIGKILL
 * loses nothing, and repeats at most the batch that was being written (in a file, after a line cut short). A line without its end waits in
 * the pipe for the rest of it (SIGIO tells of that: a writer who fills up a pipe that is not empty wakes
 * no poller before it is done, and it may be waiting for us, pipe(7)); one longer than LINE_MAX is split, each piece with the prefix. The
 * descriptor is never written to in a way that could block, because files have to go on meanwhile.
 */
#ifndef LOG_OUTPUT_H
#define LOG_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/list.h"
#include "log/source.h"
#include "log/stream.h"
#include "loop/loop.h"

enum {
	LINE_MAX_BYTES = 16 * 1024,   /* of a line, its newline not counted */
	BATCH_MAX      = 64 * 1024,   /* off a pipe at once */
};

struct output {
	struct loop    *loop;
	struct source  *source;
	struct loop_io  io;
	int             fd;
	bool            is_socket, is_regular, is_terminal, can_block;
	struct loop_signal more;      /* a held stream's pipe was written to */
	struct list     waiting;      /* streams that may have a line */
	struct list     held;         /* streams that had only the beginning of one */
	char           *raw;          /* the head of the owner's pipe */
	char           *batch;        /* what waits to be written */
	size_t          len, sent;
	struct stream  *owner;        /* whose pipe still holds what is in the batch; NULL: nobody's */
	size_t          seen;         /* bytes that the last look at a pipe found */
	size_t          consume;      /* so many bytes of it */
	uint64_t        dropped;      /* bytes for a standard output that is gone */
	uint64_t        progress_ms;  /* when something last got out, or began to wait */
	loop_fn        *on_room;      /* there is room again: run it */
	void           *arg;
};

/* on_room is called with arg from the loop when output_run() stopped for want of room. -ENOMEM. */
int output_init(struct output *o, struct source *source, struct loop *loop, loop_fn *on_room, void *arg) MUST_CHECK;
void output_done(struct output *o);

/* The stream may have something to write. */
void output_wake(struct output *o, struct stream *s);

/* Writes until nothing is left, there is no room, or others should have their turn: then true. */
bool output_run(struct output *o);

/* Whether something waits, and nobody read for so long. */
bool output_is_stalled(const struct output *o, uint64_t now_ms, uint64_t after_ms);

/* Takes from the stream's pipe what is in the batch already. */
void output_settle(struct output *o, struct stream *s);

/* The stream goes away; what is in the batch is written nevertheless. */
void output_forget(struct output *o, struct stream *s);

#endif
