#include "log/mover.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/log.h"
#include "base/map.h"
#include "log/follower.h"
#include "log/logfile.h"
#include "log/output.h"
#include "log/places.h"
#include "log/stream.h"
#include "log/turns.h"
#include "loop/loop.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "wire/channel.h"
#include "wire/orders.h"

enum {
	STREAMS_MAX  = 16384,
	ORDER_MAX    = 8192,         /* body of a LOG_SINK */
	TELLS_MAX    = 64 * 1024,    /* bytes that wait for reeve to hear them */
	LOOK_MS      = 250,          /* between two looks at sinks in trouble */
	TELL_MS      = 1000,         /* between two LOG_LOST about one stream that loses nothing */
	FINISH_MS    = 3000,         /* the last bytes have so long to be read */
	WHY_MAX      = 512,
};

struct mover {
	struct loop      *loop;
	struct channel   *control;
	struct loop_io    control_io;
	struct loop_timer look;
	struct turns      turns;
	struct places     places;
	struct map        by_number;
	struct list       streams;
	struct stream_keeper keeper;
	uint64_t          finish_ms;   /* reeve is gone: until when; 0: it is there */
};

/* ---- what reeve is told ---- */

static void watch_control(struct mover *m);

/* How much of the stream was thrown away since the last time, and what is wrong with a sink of it now. */
static void tell_lost(struct mover *m, struct stream *s, const char *error)
{
	struct log_lost lost = { .stream = s->number, .bytes = s->untold, .error = error };

	if (channel_send(m->control, MSG_LOG_LOST, 0, &lost, NULL) < 0) {
		if (m->finish_ms != 0 && s->untold > 0)
			log_event(LOG_ERROR, s->name, "log-lost", "bytes=%llu", (unsigned long long)s->untold);
		else if (m->finish_ms == 0)
			return; /* it does not listen now: the next look tries again */
	}
	s->untold = 0;
	s->tell = false;
	s->told_ms = sys_now_ms();
	if (m->finish_ms == 0)
		watch_control(m);
}

static void tell(struct mover *m, struct stream *s)
{
	char text[WHY_MAX];
	struct text why;

	text_init(&why, text, sizeof text);
	list_each(&s->sinks, it)
		if (sink_is_stuck(container_of(it, struct sink, link), &why))
			break;
	tell_lost(m, s, text);
}

static bool may_tell(const struct stream *s, uint64_t now_ms)
{
	return s->tell && (s->told_ms == 0 || now_ms - s->told_ms >= TELL_MS);
}

/* A stream could do with a second pipe. Said once: without one it works as it is. */
static void ask_relay(struct mover *m, struct stream *s)
{
	s->is_crowded = false;
	if (m->finish_ms == 0 && channel_send(m->control, MSG_LOG_CROWDED, 0, &(struct log_stream){ s->number }, NULL) == 0)
		watch_control(m);
}

/* ---- the streams ---- */

static void stream_remove(struct mover *m, struct stream *s)
{
	bool has_to_tell = s->tell || stream_is_in_trouble(s);

	stream_settle(s, &m->turns.source);
	if (has_to_tell)
		tell_lost(m, s, ""); /* what was wrong with a sink goes with it */
	followers_end(s);
	turns_remove(&m->turns, s);
	(void)map_take(&m->by_number, s->number); /* it is the one */
	stream_free(s);
}

static void look(void *arg);

/* After some turns: what has ended goes, and reeve hears of what went wrong. */
static void after(void *arg)
{
	struct mover *m = arg;
	uint64_t now = sys_now_ms();

	list_each(&m->keeper.worries, it) {
		struct stream *s = container_of(it, struct stream, worry);

		if (may_tell(s, now))
			tell(m, s);
		if (s->is_crowded)
			ask_relay(m, s);
		if (stream_is_done(s))
			stream_remove(m, s);
		else if (!s->is_ending && !s->tell && !stream_is_in_trouble(s))
			list_remove(it);
	}
	keeper_look(&m->places.keeper);
	if (!m->look.active && (m->finish_ms != 0 || !list_is_empty(&m->keeper.worries)))
		loop_timer_start(m->loop, &m->look, LOOK_MS, look, m);
	if (m->finish_ms != 0 && list_is_empty(&m->streams) && !outputs_have_rest(&m->places))
		loop_stop(m->loop);
}

/* There is no more time. */
static void give_up(struct mover *m)
{
	list_each(&m->streams, it) {
		struct stream *s = container_of(it, struct stream, link);

		stream_give_up(s, &m->turns.source);
		tell(m, s);
	}
	loop_stop(m->loop);
}

/* Looks at sinks in trouble, as long as there are any. */
static void look(void *arg)
{
	struct mover *m = arg;
	uint64_t now = sys_now_ms();

	list_each(&m->keeper.worries, it) {
		struct stream *s = container_of(it, struct stream, worry);

		if (stream_look(s, now))
			turns_wake(&m->turns, s);
	}
	if (m->finish_ms != 0 && now >= m->finish_ms)
		give_up(m);
	else
		after(m);
}

static void wake(struct stream_keeper *k, struct stream *s)
{
	turns_wake(&container_of(k, struct mover, keeper)->turns, s);
}

static void tell_now(struct stream_keeper *k, struct stream *s)
{
	struct mover *m = container_of(k, struct mover, keeper);

	if (m->finish_ms == 0) /* else nobody listens: the sum, when the stream goes */
		tell(m, s);
}

/* ---- what reeve orders ---- */

static int attach(struct mover *m, const struct log_attach *order, int fd)
{
	struct stream *s = map_get(&m->by_number, order->stream);
	int r;

	if (s != NULL)
		stream_remove(m, s); /* new settings; what is in its pipe stays there */
	r = stream_new(order, fd, &m->keeper, &s);
	if (r < 0) {
		sys_close(fd);
		return r;
	}
	list_append(&m->streams, &s->link);
	r = map_put(&m->by_number, s->number, s);
	if (r == 0 && s->awaited == 0)
		turns_wake(&m->turns, s);
	if (r < 0)
		stream_remove(m, s);
	return r;
}

static int take_attach(struct mover *m, const struct frame *f)
{
	struct log_attach order;
	int r = msg_decode(f, &order);

	if (r < 0) {
		sys_close(f->fds[0]);
		return r;
	}
	r = attach(m, &order, f->fds[0]);
	if (r < 0)
		log_event(LOG_ERROR, order.child, "attach-failed", "stream=%u error=\"%s\"", order.stream, strerror(-r));
	return 0;
}

/* One of the sinks that were announced with the stream has come, or failed to: the others go on. */
static void add_sink(struct mover *m, struct stream *s, struct sink *sink, int r)
{
	if (r == 0)
		stream_add(s, sink);
	s->awaited -= s->awaited > 0;
	if (s->awaited == 0)
		turns_wake(&m->turns, s);
	if (r < 0)
		log_event(LOG_ERROR, s->name, "sink-failed", "stream=%u error=\"%s\"", s->number, strerror(-r));
}

static int take_sink(struct mover *m, const struct frame *f)
{
	struct sink *sink = NULL;
	struct log_sink order;
	struct stream *s;
	int r = msg_decode(f, &order);

	if (r < 0)
		return r;
	s = map_get(&m->by_number, order.stream);
	if (s != NULL && s->awaited > 0)
		add_sink(m, s, sink, places_make(&m->places, &order, &sink));
	return 0;
}

static int take_feed(struct mover *m, const struct frame *f)
{
	struct sink *sink = NULL;
	struct log_feed order;
	struct stream *s = NULL;
	int r = msg_decode(f, &order);

	if (r == 0)
		s = map_get(&m->by_number, order.stream);
	if (s == NULL || s->awaited == 0) {
		sys_close(f->fds[0]);
		return r;
	}
	r = output_feed_new(&m->places, order.logger, f->fds[0], &sink);
	add_sink(m, s, sink, r);
	return 0;
}

static int take_relay(struct mover *m, const struct frame *f)
{
	struct log_stream order;
	struct stream *s = NULL;
	int r = msg_decode(f, &order);

	if (r == 0)
		s = map_get(&m->by_number, order.stream);
	if (s != NULL) {
		intake_add_relay(&s->in, f->fds);
		return 0;
	}
	sys_close(f->fds[0]);
	sys_close(f->fds[1]);
	return r;
}

static int take_detach(struct mover *m, const struct frame *f)
{
	struct log_stream order;
	struct stream *s;
	int r = msg_decode(f, &order);

	if (r < 0)
		return r;
	s = map_get(&m->by_number, order.stream);
	if (s != NULL) {
		stream_end(s);
		turns_wake(&m->turns, s);
	}
	return 0;
}

static int take_tail(struct mover *m, const struct frame *f)
{
	struct log_tail order;
	struct stream *s = NULL;
	int r = msg_decode(f, &order);

	if (r == 0)
		s = map_get(&m->by_number, order.stream);
	if (s == NULL) {
		sys_close(f->fds[0]); /* the reader sees the end at once */
		return r;
	}
	if (s->tell)
		tell(m, s); /* whoever reads shall not know more than reeve */
	r = follower_start(m->loop, s, &(struct follow_wish){
		.lines = order.lines, .whole = order.whole, .follow = order.follow, .since_ms = order.since_ms }, f->fds[0]);
	if (r < 0)
		log_event(LOG_ERROR, s->name, "tail-failed", "error=\"%s\"", strerror(-r));
	return 0;
}

static int take_reopen(struct mover *m, const struct frame *f UNUSED)
{
	list_each(&m->places.files.list, it)
		logfile_reopen(container_of(it, struct logfile, link));
	return 0;
}

static const struct {
	uint16_t type;
	int    (*take)(struct mover *m, const struct frame *f);
} orders[] = {
	{ MSG_LOG_ATTACH, take_attach },
	{ MSG_LOG_SINK,   take_sink },
	{ MSG_LOG_FEED,   take_feed },
	{ MSG_LOG_RELAY,  take_relay },
	{ MSG_LOG_DETACH, take_detach },
	{ MSG_LOG_TAIL,   take_tail },
	{ MSG_LOG_REOPEN, take_reopen },
};

static int take_order(struct mover *m, const struct frame *f)
{
	for (size_t i = 0; i < ARRAY_LEN(orders); i++)
		if (orders[i].type == f->type)
			return orders[i].take(m, f);
	return -EBADMSG;
}

/* reeve ended: move what is there, and end. */
static void finish(struct mover *m)
{
	loop_io_stop(&m->control_io);
	m->finish_ms = sys_now_ms() + FINISH_MS;
	list_each(&m->streams, it) {
		struct stream *s = container_of(it, struct stream, link);

		stream_end(s);
		turns_wake(&m->turns, s);
	}
	loop_timer_start(m->loop, &m->look, 0, look, m);
}

/* reeve may be there all the same, and keeps the pipes: the next one goes on where we are. */
static void break_off(struct mover *m, int r)
{
	log_event(LOG_ERROR, "control", "broken", "error=\"%s\"", strerror(-r));
	if (r == -EBADMSG)
		loop_stop(m->loop);
	else
		finish(m);
}

static void control_ready(void *arg, unsigned events)
{
	struct mover *m = arg;
	struct frame f;
	int r;

	if (events & LOOP_WRITE && channel_flush(m->control) != -EAGAIN)
		watch_control(m); /* nothing waits, or the next read says what is wrong */
	if (!(events & LOOP_READ))
		return;
	r = channel_fill(m->control);

	if (r == 0) {
		finish(m);
		return;
	}
	for (r = r == -EAGAIN ? 1 : r; r > 0;) {
		r = channel_next(m->control, &f);
		if (r == 0)
			return;
		if (r > 0)
			r = take_order(m, &f) == 0 ? 1 : -EBADMSG;
	}
	break_off(m, r);
}

/* Hears reeve, and goes on telling what it had no room for. */
static void watch_control(struct mover *m)
{
	unsigned events = LOOP_READ | (channel_has_output(m->control) ? (unsigned)LOOP_WRITE : 0U);

	loop_io_start(m->loop, &m->control_io, channel_fd(m->control), events, control_ready, m);
}

int mover_new(int control, struct mover **ret)
{
	struct mover *m = calloc(1, sizeof *m);
	int r = m == NULL ? -ENOMEM : 0;

	if (r == 0) {
		list_init(&m->streams);
		list_init(&m->keeper.worries);
		m->keeper.wake = wake;
		m->keeper.tell = tell_now;
		r = map_init(&m->by_number, STREAMS_MAX);
	}
	if (r == 0)
		r = loop_new(&m->loop);
	if (r == 0)
		r = turns_init(&m->turns, m->loop, after, m);
	if (r == 0)
		r = places_init(&m->places, m->loop, &m->turns.source);
	if (r == 0)
		r = channel_new(control, FROM_REEVE, ORDER_MAX, TELLS_MAX, &m->control);
	if (r < 0)
		return r; /* the program ends: the kernel has it all */
	watch_control(m);
	*ret = m;
	return 0;
}

void mover_run(struct mover *m)
{
	loop_run(m->loop);
}

void mover_free(struct mover *m)
{
	list_each(&m->streams, it)
		stream_remove(m, container_of(it, struct stream, link));
	loop_io_stop(&m->control_io);
	loop_timer_stop(&m->look);
	places_done(&m->places);
	turns_done(&m->turns);
	map_done(&m->by_number);
	channel_free(m->control);
	loop_free(m->loop);
	free(m);
}
