#include "log/turns.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/log.h"
#include "sys/fd.h"

enum {
	TURNS_MAX   = 32,   /* in one round; then the loop looks at everything else */
	REST_MIN_MS = 1,    /* a fast writer fills a pipe in two */
	REST_MAX_MS = 8,
	REST_FROM   = 4096,
};

/* ---- the three ways to sleep ---- */

static void rested(void *arg)
{
	struct turns *t = arg;

	list_each(&t->resting, it)
		turns_wake(t, container_of(it, struct stream, turn));
	t->rest_ms = t->rest_ms * 2 < REST_MAX_MS ? t->rest_ms * 2 : REST_MAX_MS;
}

/* Shorter when something of some size came, longer and longer while all that comes is a line or two. */
static void rest(struct turns *t, struct stream *s, size_t moved)
{
	if (moved >= REST_FROM)
		t->rest_ms = REST_MIN_MS;
	list_append(&t->resting, &s->turn);
	if (!t->rested.active)
		loop_timer_start(t->loop, &t->rested, t->rest_ms, rested, t);
}

/* reeve has the same open file: closing ours alone would leave it in the set (epoll(7)). */
static void unwatch(struct turns *t, struct stream *s)
{
	if (s->is_watched && epoll_ctl(t->pipes, EPOLL_CTL_DEL, s->in.pipe, NULL) < 0)
		BUG(s->name, "its pipe was not watched: %s", strerror(errno));
	s->is_watched = false;
}

/* The kernel signals us from now on when the stream's pipe is written to, or does not any more (F_SETOWN, fcntl(2)). */
static void set_signalling(const struct stream *s, bool on)
{
	int flags = fcntl(s->in.pipe, F_GETFL);

	if (flags < 0 || (on && fcntl(s->in.pipe, F_SETOWN, getpid()) < 0) ||
	    fcntl(s->in.pipe, F_SETFL, on ? flags | O_ASYNC : flags & ~O_ASYNC) < 0)
		log_event(LOG_WARN, s->name, "not-signalled", "error=\"%s\"", strerror(errno));
}

static void hold(struct turns *t, struct stream *s, size_t seen)
{
	s->is_held = true;
	list_append(&t->held, &s->turn);
	set_signalling(s, true);
	if (source_waiting(&s->in) != seen)
		turns_wake(t, s); /* it was written to before the signal was on */
}

static void sleep_until_written(struct turns *t, struct stream *s)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET, .data.ptr = s };

	s->is_watched = epoll_ctl(t->pipes, EPOLL_CTL_ADD, s->in.pipe, &event) == 0;
	if (!s->is_watched)
		hold(t, s, 0); /* no memory for the watch */
}

/* It sleeps no more, in none of the ways. */
static void rouse(struct turns *t, struct stream *s)
{
	list_remove(&s->turn);
	unwatch(t, s);
	if (!s->is_held)
		return;
	s->is_held = false;
	set_signalling(s, false);
}

/* ---- turns ---- */

static void take_turn(struct turns *t, struct stream *s)
{
	uint64_t before = s->head;
	size_t seen = source_waiting(&s->in);
	enum found found = stream_move(s, &t->source, t->buf);

	if (!list_is_empty(&s->turn))
		return; /* something on the way woke it */
	if (found == FOUND_MUCH)
		list_append(&t->ready, &s->turn);
	else if (found == FOUND_SOME && s->is_narrow)
		sleep_until_written(t, s); /* it would be full before a rest is over */
	else if (found == FOUND_SOME)
		rest(t, s, (size_t)(s->head - before));
	else if (found == FOUND_NOTHING && !s->is_ending)
		sleep_until_written(t, s);
	else if (found == FOUND_STUCK)
		hold(t, s, seen - (size_t)(s->head - before));
}

static void have_round(void *arg)
{
	struct turns *t = arg;

	for (int i = 0; i < TURNS_MAX && !list_is_empty(&t->ready); i++) {
		struct stream *s = container_of(t->ready.next, struct stream, turn);

		list_remove(&s->turn);
		take_turn(t, s);
	}
	t->after(t->arg);
	if (!list_is_empty(&t->ready) && !t->again.active)
		loop_timer_start(t->loop, &t->again, 0, have_round, t);
}

void turns_wake(struct turns *t, struct stream *s)
{
	rouse(t, s);
	list_append(&t->ready, &s->turn);
	if (!t->again.active)
		loop_timer_start(t->loop, &t->again, 0, have_round, t);
}

static void pipes_ready(void *arg, unsigned events UNUSED)
{
	struct turns *t = arg;
	struct epoll_event ready[64];
	int n = epoll_wait(t->pipes, ready, ARRAY_LEN(ready), 0);

	for (int i = 0; i < n; i++)
		turns_wake(t, ready[i].data.ptr);
}

/* Some held stream was written to; which, a signal does not say. */
static void held_grew(void *arg)
{
	struct turns *t = arg;

	list_each(&t->held, it)
		turns_wake(t, container_of(it, struct stream, turn));
}

void turns_remove(struct turns *t, struct stream *s)
{
	rouse(t, s);
}

int turns_init(struct turns *t, struct loop *loop, loop_fn *after, void *arg)
{
	int r;

	*t = (struct turns){ .loop = loop, .rest_ms = REST_MIN_MS, .after = after, .arg = arg };
	list_init(&t->ready);
	list_init(&t->resting);
	list_init(&t->held);
	t->buf = malloc(STREAM_BATCH_MAX);
	if (t->buf == NULL)
		return -ENOMEM;
	r = source_init(&t->source);
	if (r == 0) {
		t->pipes = epoll_create1(EPOLL_CLOEXEC);
		r = t->pipes < 0 ? -errno : 0;
		if (r < 0)
			source_done(&t->source);
	}
	if (r < 0) {
		free(t->buf);
		return r;
	}
	loop_io_start(loop, &t->pipes_io, t->pipes, LOOP_READ, pipes_ready, t);
	loop_signal_start(loop, &t->more, SIGIO, held_grew, t);
	return 0;
}

void turns_done(struct turns *t)
{
	loop_io_stop(&t->pipes_io);
	loop_signal_stop(&t->more);
	loop_timer_stop(&t->again);
	loop_timer_stop(&t->rested);
	source_done(&t->source);
	sys_close(t->pipes);
	free(t->buf);
}
