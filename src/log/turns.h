/*
 * Who moves when. A stream that has something gets a turn; one that had little rests for a moment, so that many
 * small writes make one move; one whose pipe was empty then is watched again.
 *
 * While a stream is awake its pipe is in no epoll set at all: every single write would call on the set, which
 * costs a writer of small lines a fifth of its speed. A pipe that holds the beginning of a line, or waits for a sink, cannot be watched
 * like that: a writer who fills up a pipe that is not empty wakes no poller before it is done, and it may be waiting for
 * us (pipe(7)). SIGIO tells of that.
 */
#ifndef LOG_TURNS_H
#define LOG_TURNS_H

#include "base/attr.h"
#include "base/list.h"
#include "log/source.h"
#include "log/stream.h"
#include "loop/loop.h"

struct turns {
	struct loop       *loop;
	struct source      source;
	struct loop_io     pipes_io;
	struct loop_timer  again, rested;
	struct loop_signal more;       /* a held stream's pipe was written to */
	int                pipes;      /* epoll(7) over the pipes of streams that sleep */
	struct list        ready, resting, held;
	uint64_t           rest_ms;
	char              *buf;        /* what heads a pipe */
	loop_fn           *after;      /* every round */
	void              *arg;
};

/* after is called with arg when some streams had their turn. Negative errno. */
int turns_init(struct turns *t, struct loop *loop, loop_fn *after, void *arg) MUST_CHECK;
void turns_done(struct turns *t);

/* It may have something to do: from now on it takes part. */
void turns_wake(struct turns *t, struct stream *s);

/* It does not take part any more. */
void turns_remove(struct turns *t, struct stream *s);

#endif
