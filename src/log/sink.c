#include "log/sink.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "log/lines.h"
#include "log/stamp.h"
#include "log/stream.h"
#include "sys/clock.h"
#include "wire/orders.h"

enum {
	LINE_MAX_BYTES = 16 * 1024,  /* of a line with something before it, its newline not counted */
	SLOW_MS        = 1000,       /* a sink without room that takes less than this much in such a time ... */
	SLOW_BYTES     = 64 * 1024,  /* ... is no reader but a stall */
	MARK_MAX       = 128,
};

void sink_init(struct sink *s, const struct sink_kind *kind, const char *name)
{
	*s = (struct sink){ .kind = kind, .name = name };
	list_init(&s->link);
	list_init(&s->waiting);
}

/* The first line after a hole says how large it is. */
static ssize_t tell_lost(struct sink *s, const struct batch *b)
{
	char line[MARK_MAX];
	struct lines how = { .format = LOG_RAW };
	struct batch mark = { .data = line, .wall_us = b->wall_us, .is_mark = true };
	struct text text;
	ssize_t n;

	text_init(&text, line, sizeof line);
	lines_add_lost(&how, s->lost, &text);
	mark.len = text.len;
	n = s->kind->accept(s, &mark);
	if (n > 0)
		s->lost = 0;
	return n;
}

/* The part of its stream's head that the sink has not stored. */
static struct batch rest_of(const struct sink *s, const struct batch *b)
{
	size_t had = (size_t)(s->pos - s->stream->head);
	struct batch rest = *b;

	rest.data += had;
	rest.len -= had;
	return rest;
}

/* What is wrong, for people. */
static const char *reason(int error)
{
	return error == -ELOOP ? "a symbolic link is on the way, and none is followed" : strerror(-error);
}

static void failed(struct sink *s, int error)
{
	s->again = false;
	if (s->error == error)
		return;
	log_event(LOG_ERROR, s->stream->name, "log-failed", "to=%s error=\"%s\"", s->name, reason(error));
	s->error = error;
	stream_tell(s->stream);
}

static void recovered(struct sink *s)
{
	if (s->error != 0)
		log_event(LOG_WARN, s->stream->name, "log-recovered", "to=%s", s->name);
	s->error = 0;
	s->again = s->is_slow = false;
	stream_tell(s->stream);
}

/* A sink without room is slow, not stalled, as long as it takes a fair piece in a fair time. */
static void keep_pace(struct sink *s, size_t n)
{
	s->taken += n;
	if (s->behind_ms == 0 || s->taken < SLOW_BYTES)
		return;
	s->behind_ms = sys_now_ms();
	s->taken = 0;
	if (s->is_slow)
		recovered(s);
}

/* Takes note of what came of an offer. */
static void note(struct sink *s, ssize_t result)
{
	if (result == -EAGAIN) {
		s->is_full = true;
		stream_worry(s->stream);
		if (s->behind_ms == 0) {
			s->behind_ms = sys_now_ms();
			s->taken = 0;
		}
	} else if (result < 0) {
		failed(s, (int)result);
	} else {
		if (s->error != 0)
			recovered(s);
		keep_pace(s, (size_t)result);
	}
}

bool sink_is_stuck(const struct sink *s, struct text *why)
{
	if (s->error == 0 && !s->is_slow)
		return false;
	if (why != NULL)
		text_addf(why, "%s: %s", s->name, s->error != 0 ? reason(s->error) : "nobody reads it");
	return true;
}

/* It has all there is. */
static void caught_up(struct sink *s)
{
	s->behind_ms = 0;
	if (s->is_slow)
		recovered(s);
}

void sink_offer(struct sink *s, const struct batch *b)
{
	while (!s->is_full && (s->error == 0 || s->again) && s->pos < s->stream->head + b->len) {
		struct batch rest = rest_of(s, b);
		bool tells = s->lost > 0;
		ssize_t n = tells ? tell_lost(s, b) : s->kind->accept(s, &rest);

		if (n == 0)
			break;
		note(s, n);
		if (n > 0 && !tells)
			s->pos += (uint64_t)n;
	}
	if (!s->is_full && s->error == 0)
		caught_up(s);
}

ssize_t sink_move(struct sink *s, struct intake *in, size_t max)
{
	ssize_t n = -EBUSY;

	if (s->error != 0 && !s->again)
		return n;
	n = s->lost > 0 ? tell_lost(s, &(struct batch){ 0 }) : 1;
	if (n > 0)
		n = s->kind->move(s, in, max);
	note(s, n == -EAGAIN ? 0 : n); /* an empty stream is not the sink's fault */
	s->pos += n > 0 ? (uint64_t)n : 0;
	return n;
}

void sink_look(struct sink *s, uint64_t now_ms)
{
	s->again = s->error != 0;
	if (s->is_slow || s->behind_ms == 0 || now_ms - s->behind_ms < SLOW_MS)
		return;
	s->is_slow = true;
	log_event(LOG_WARN, s->stream->name, "log-stalled", "to=%s", s->name);
	stream_tell(s->stream);
}

uint64_t sink_skip(struct sink *s, uint64_t pos)
{
	uint64_t n;

	if (s->kind->let_go != NULL)
		s->pos += s->kind->let_go(s);
	if (s->pos >= pos)
		return 0;
	n = pos - s->pos;
	s->pos = pos;
	s->lost += n;
	return n;
}

void sink_has_room(struct sink *s)
{
	s->is_full = false;
	list_remove(&s->waiting);
	stream_wake(s->stream);
}

void sink_settle(struct sink *s, size_t n)
{
	s->pos += n;
	keep_pace(s, n);
	stream_wake(s->stream);
}

size_t sink_format(const struct sink *s, const struct batch *b, bool for_terminal, struct text *out)
{
	struct stamp stamp = { 0 };
	struct lines how = {
		.format = s->format, .child = s->stream->name, .label = s->stream->label, .line_max = LINE_MAX_BYTES,
		.time = stamp_at(&stamp, (int64_t)(b->wall_us / 1000000), (uint32_t)(b->wall_us % 1000000)),
		.is_terminal = for_terminal, .is_last = b->is_last,
	};

	if (!b->is_mark)
		return lines_add(&how, b->data, b->len, out);
	lines_add_lost(&how, s->lost, out);
	return b->len;
}

void sink_free(struct sink *s)
{
	if (s == NULL)
		return;
	list_remove(&s->link);
	list_remove(&s->waiting);
	s->kind->free(s);
}
