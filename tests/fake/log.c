/* reeve-log: takes over streams and reads them for ever; what it holds shows who attached what. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "fake/parts.h"
#include "sys/fd.h"
#include "wire/channel.h"
#include "wire/orders.h"

enum { STREAMS_MAX = 512, SAYS_MAX = 1024, CROWDED = 200 };

struct logger {
	struct channel *control;
	struct {
		uint32_t stream;
		int      fd, feed_fd;   /* feed_fd: toward a logger; -1 */
		uint32_t awaited;       /* places that were not told yet */
		int      relay[2];      /* -1: none */
	} held[STREAMS_MAX];
	size_t          held_n;
};

void log_begin(struct fake_process *p, int control)
{
	struct logger *l = calloc(1, sizeof *l);

	WORLD_CHECK(channel_new(control, FROM_REEVE, 8192, SAYS_MAX, &l->control) == 0, "no memory");
	p->actor = l;
}

static void let_go(struct logger *l, size_t i)
{
	sys_close(l->held[i].fd);
	sys_close(l->held[i].feed_fd);
	sys_close(l->held[i].relay[0]);
	sys_close(l->held[i].relay[1]);
	l->held[i] = l->held[--l->held_n];
}

void log_end(struct fake_process *p)
{
	struct logger *l = p->actor;

	while (l->held_n > 0)
		let_go(l, l->held_n - 1);
	channel_free(l->control);
	free(l);
	p->actor = NULL;
}

static size_t place_of(const struct logger *l, uint32_t stream)
{
	size_t i = 0;

	while (i < l->held_n && l->held[i].stream != stream)
		i++;
	return i;
}

static void take_attach(struct logger *l, const struct log_attach *attach, int fd)
{
	size_t i = place_of(l, attach->stream);

	if (i < l->held_n)
		let_go(l, i); /* new settings */
	WORLD_CHECK(l->held_n < STREAMS_MAX, "too many streams");
	l->held[l->held_n].stream = attach->stream;
	l->held[l->held_n].feed_fd = l->held[l->held_n].relay[0] = l->held[l->held_n].relay[1] = -1;
	l->held[l->held_n].awaited = attach->sinks;
	l->held[l->held_n++].fd = fd;
}

static void take_detach(struct logger *l, uint32_t stream)
{
	size_t i = place_of(l, stream);

	WORLD_CHECK(i < l->held_n, "stream %u is detached and was not attached", stream);
	let_go(l, i);
}

static void say_crowded(struct logger *l, uint32_t stream)
{
	int r = channel_send(l->control, MSG_LOG_CROWDED, 0, &(struct log_stream){ stream }, NULL);

	WORLD_CHECK(r == 0 || r == -ENOBUFS || r == -EPIPE, "reeve-log cannot speak: %d", r); /* EPIPE: it is to end */
}

/* One of the places that the attach promised. */
static void take_place(struct logger *l, uint32_t stream, int feed_fd)
{
	size_t i = place_of(l, stream);

	WORLD_CHECK(i < l->held_n && l->held[i].awaited > 0, "a place too many is told for stream %u", stream);
	l->held[i].awaited--;
	if (feed_fd >= 0)
		l->held[i].feed_fd = feed_fd;
	if (l->held[i].awaited == 0 && world_chance(CROWDED))
		say_crowded(l, stream);
}

/* Before the last of the places, or when one was asked for; which of the two, nobody can tell from here. */
static void take_relay(struct logger *l, uint32_t stream, const int relay[2])
{
	size_t i = place_of(l, stream);

	WORLD_CHECK(i < l->held_n, "a relay for stream %u, which is not attached", stream);
	WORLD_CHECK(l->held[i].relay[0] < 0, "a second relay for stream %u", stream);
	l->held[i].relay[0] = relay[0];
	l->held[i].relay[1] = relay[1];
}

static void take(struct logger *l, const struct frame *f)
{
	union {
		struct log_attach attach;
		struct log_stream stream;
		struct log_sink   sink;
		struct log_feed   feed;
	} body;

	if (f->type == MSG_LOG_REOPEN)
		return;
	WORLD_CHECK(msg_decode(f, &body) == 0, "reeve tells reeve-log what cannot be read");
	if (f->type == MSG_LOG_ATTACH)
		take_attach(l, &body.attach, f->fds[0]);
	else if (f->type == MSG_LOG_SINK)
		take_place(l, body.sink.stream, -1);
	else if (f->type == MSG_LOG_FEED)
		take_place(l, body.feed.stream, f->fds[0]);
	else if (f->type == MSG_LOG_RELAY)
		take_relay(l, body.stream.stream, f->fds);
	else
		take_detach(l, body.stream.stream);
}

bool log_poll(struct fake_process *p)
{
	struct logger *l = p->actor;
	struct frame f;
	int r = channel_next(l->control, &f);

	if (r == 1) {
		take(l, &f);
		if (world_chance(world_faults.log_dies))
			process_die(p, true, SIGSEGV);
		return true;
	}
	WORLD_CHECK(r == 0, "reeve breaks the protocol toward reeve-log: %d", r);
	r = channel_fill(l->control);
	if (r == 0)
		process_die(p, false, 0);
	return r != -EAGAIN;
}
