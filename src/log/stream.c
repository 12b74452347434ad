#include "log/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "log/follower.h"
#include "sys/fd.h"
#include "wire/orders.h"

enum { WIDEN_FROM = 16 * 1024 };

int stream_new(const struct log_attach *order, int fd, struct stream_keeper *keeper, struct stream **ret)
{
	struct stream *s = calloc(1, sizeof *s);

	if (s != NULL) {
		s->name = strdup(order->child);
		s->label = strdup(order->label);
	}
	if (s == NULL || s->name == NULL || s->label == NULL) {
		if (s != NULL) {
			free(s->name);
			free(s->label);
		}
		free(s);
		return -ENOMEM;
	}
	list_init(&s->link);
	list_init(&s->turn);
	list_init(&s->sinks);
	list_init(&s->followers);
	list_init(&s->worry);
	s->keeper = keeper;
	s->number = order->stream;
	s->block = order->block;
	s->awaited = order->sinks;
	intake_init(&s->in, fd);
	*ret = s;
	return 0;
}

void stream_free(struct stream *s)
{
	list_remove(&s->link);
	list_remove(&s->turn);
	list_remove(&s->worry);
	list_each(&s->sinks, it)
		sink_free(container_of(it, struct sink, link));
	ring_done(&s->ring);
	timeline_done(&s->times);
	intake_done(&s->in);
	free(s->name);
	free(s->label);
	free(s);
}

void stream_add(struct stream *s, struct sink *sink)
{
	sink->stream = s;
	sink->pos = s->head;
	if (s->history == NULL)
		s->history = sink->file;
	list_append(&s->sinks, &sink->link);
	s->is_exact = s->sinks.next == s->sinks.prev && sink->kind->move != NULL && sink->format == LOG_RAW;
}

/* ---- moving ---- */

/* Takes from the pipe what every sink is done with. */
static void consume(struct stream *s, struct source *source)
{
	uint64_t done = UINT64_MAX;
	size_t n;
	int r;

	list_each(&s->sinks, it) {
		const struct sink *sink = container_of(it, struct sink, link);

		done = sink->pos < done ? sink->pos : done;
	}
	if (done == UINT64_MAX)
		done = s->ring.end; /* no sink at all: what the ring has */
	n = (size_t)(done - s->head);
	r = source_consume(source, &s->in, n);
	if (r < 0)
		BUG(s->name, "could not take what was just seen: %s", strerror(-r));
	s->head = done;
	s->left -= s->left < n ? s->left : n;
}

/* How far behind a sink in trouble may be before half of that is left of what it is behind. */
static size_t lag_max(const struct stream *s)
{
	size_t half = source_capacity(&s->in) / 2;

	if (s->is_ending)
		return 0;
	return half < STREAM_LAG_MAX ? half : STREAM_LAG_MAX;
}

/*
 * A pipe that was half full or more is made larger, where the machine lets us (pipe(7)), and gets a relay where
 * that can help.
 */
static void widen(struct stream *s, size_t found)
{
	if (found < WIDEN_FROM || found * 2 >= STREAM_PIPE_MAX || found * 2 < source_capacity(&s->in))
		return;
	s->is_narrow = source_widen(&s->in, STREAM_PIPE_MAX) < 0; /* it works as it is */
	s->is_crowded = s->is_exact && !s->is_narrow;
	if (s->is_crowded)
		stream_worry(s);
}

/*
 * Where a sink that is too far behind goes on, when so much is there: behind a line's end, if there is one among
 * what was looked at; what lies further on has its turn later.
 */
static uint64_t skip_to(const struct stream *s, const struct sink *sink, const struct batch *b, uint64_t there)
{
	size_t lag = lag_max(s);
	uint64_t pos = there > sink->pos + lag ? there - lag / 2 : 0, seen = s->head + b->len;
	const char *newline = NULL;

	if (pos <= sink->pos || seen <= sink->pos)
		return pos;
	if (pos < seen)
		newline = memchr(b->data + (pos - s->head), '\n', (size_t)(seen - pos));
	if (newline == NULL) {
		pos = pos < seen ? pos : seen;
		newline = memrchr(b->data + (sink->pos - s->head), '\n', (size_t)(pos - sink->pos));
	}
	return newline != NULL ? s->head + (uint64_t)(newline + 1 - b->data) : pos;
}

/*
 * What sinks in trouble are too far behind with is thrown away for them. reeve is told before the bytes leave the
 * pipe: a count that is ours alone goes with us.
 */
static bool skip_for_stuck(struct stream *s, const struct batch *b)
{
	size_t waiting = source_waiting(&s->in);
	bool any = false;

	list_each(&s->sinks, it) {
		struct sink *sink = container_of(it, struct sink, link);
		uint64_t pos = s->block || !sink_is_stuck(sink, NULL) ? 0 : skip_to(s, sink, b, s->head + waiting);

		if (pos <= sink->pos)
			continue;
		s->untold += sink_skip(sink, pos);
		any = true;
	}
	if (!any)
		return false;
	widen(s, waiting);
	stream_tell(s);
	s->keeper->tell(s->keeper, s);
	return true;
}

static enum found at_end(struct stream *s, ssize_t n)
{
	s->is_ending = s->is_ending || n == 0;
	if (!s->is_ending)
		return FOUND_NOTHING;
	s->left = 0;
	stream_worry(s);
	return FOUND_NOTHING;
}

static enum found move_exact(struct stream *s, struct source *source)
{
	struct sink *sink = container_of(s->sinks.next, struct sink, link);
	struct batch nothing = { 0 };
	ssize_t n = sink_move(sink, &s->in, STREAM_MOVE_MAX);

	if (n > 0) {
		s->head = sink->pos;
		s->left -= s->left < (uint64_t)n ? s->left : (uint64_t)n;
		followers_wake(s);
		widen(s, (size_t)n);
		return n == STREAM_MOVE_MAX ? FOUND_MUCH : FOUND_SOME;
	}
	if (n == 0 || n == -EAGAIN)
		return at_end(s, n);
	if (!skip_for_stuck(s, &nothing))
		return FOUND_STUCK;
	consume(s, source);
	return FOUND_SOME;
}

static uint64_t wall_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now); /* fails for no clock that there is */
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* What was not seen before goes into the ring. */
static void remember(struct stream *s, const struct batch *b)
{
	size_t known = (size_t)(s->ring.end - s->head);

	if (s->history != NULL || known >= b->len)
		return;
	timeline_add(&s->times, b->wall_us / 1000, s->ring.end);
	ring_add(&s->ring, b->data + known, b->len - known);
}

static bool offer(struct stream *s, const struct batch *b)
{
	bool any = list_is_empty(&s->sinks);

	list_each(&s->sinks, it) {
		struct sink *sink = container_of(it, struct sink, link);
		uint64_t before = sink->pos;

		sink_offer(sink, b);
		any = any || sink->pos != before;
	}
	return any;
}

static enum found move_batch(struct stream *s, struct source *source, char *buf)
{
	ssize_t n = source_peek(source, &s->in, buf, STREAM_BATCH_MAX);
	struct batch b = { .data = buf, .len = n > 0 ? (size_t)n : 0 };
	bool any;

	if (n <= 0)
		return at_end(s, n);
	b.wall_us = wall_us();
	b.is_last = s->is_ending && b.len >= s->left;
	widen(s, b.len);
	remember(s, &b);
	any = offer(s, &b);
	any = skip_for_stuck(s, &b) || any;
	consume(s, source);
	followers_wake(s);
	if (!any)
		return FOUND_STUCK;
	return n == STREAM_BATCH_MAX ? FOUND_MUCH : FOUND_SOME;
}

enum found stream_move(struct stream *s, struct source *source, char *buf)
{
	if (s->awaited > 0)
		return FOUND_STUCK;
	return s->is_exact ? move_exact(s, source) : move_batch(s, source, buf);
}

/* ---- its end ---- */

void stream_end(struct stream *s)
{
	s->is_ending = true;
	s->left = source_waiting(&s->in);
	stream_worry(s);
}

bool stream_is_done(const struct stream *s)
{
	return s->is_ending && s->left == 0;
}

void stream_settle(struct stream *s, struct source *source)
{
	list_each(&s->sinks, it)
		(void)sink_skip(container_of(it, struct sink, link), 0); /* what is in hand, and no more */
	consume(s, source);
}

void stream_give_up(struct stream *s, struct source *source)
{
	uint64_t end = s->head + source_waiting(&s->in);

	list_each(&s->sinks, it)
		s->untold += sink_skip(container_of(it, struct sink, link), end);
	if (!list_is_empty(&s->sinks))
		consume(s, source);
	s->left = 0;
	stream_tell(s);
}

/* ---- trouble ---- */

static bool is_in_trouble(const struct sink *sink)
{
	return sink->error != 0 || sink->is_full || sink->is_slow;
}

bool stream_is_in_trouble(const struct stream *s)
{
	list_each(&s->sinks, it)
		if (is_in_trouble(container_of(it, struct sink, link)))
			return true;
	return false;
}

bool stream_look(struct stream *s, uint64_t now_ms)
{
	bool trouble = false;

	list_each(&s->sinks, it) {
		struct sink *sink = container_of(it, struct sink, link);

		if (!is_in_trouble(sink))
			continue;
		sink_look(sink, now_ms);
		trouble = true;
	}
	return trouble;
}

void stream_wake(struct stream *s)
{
	s->keeper->wake(s->keeper, s);
}

void stream_worry(struct stream *s)
{
	if (list_is_empty(&s->worry))
		list_append(&s->keeper->worries, &s->worry);
}

void stream_tell(struct stream *s)
{
	s->tell = true;
	stream_worry(s);
}
