/* reeve-log: takes over streams and reads them for ever; what it holds shows who attached what. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "fake/parts.h"
#include "sys/fd.h"
#include "wire/channel.h"
#include "wire/orders.h"

enum { STREAMS_MAX = 512 };

struct logger {
	struct channel *control;
	struct {
		uint32_t stream;
		int      fd;
	} held[STREAMS_MAX];
	size_t          held_n;
};

void log_begin(struct fake_process *p, int control)
{
	struct logger *l = calloc(1, sizeof *l);

	WORLD_CHECK(channel_new(control, FROM_REEVE, 8192, FRAME_HEAD, &l->control) == 0, "no memory");
	p->actor = l;
}

void log_end(struct fake_process *p)
{
	struct logger *l = p->actor;

	for (size_t i = 0; i < l->held_n; i++)
		sys_close(l->held[i].fd);
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

static void take(struct logger *l, const struct frame *f)
{
	union {
		struct log_attach attach;
		struct log_detach detach;
	} body;
	size_t i;

	if (f->type == MSG_LOG_REOPEN || f->type == MSG_LOG_SINK)
		return;
	WORLD_CHECK(msg_decode(f, &body) == 0, "reeve tells reeve-log what cannot be read");
	i = place_of(l, f->type == MSG_LOG_ATTACH ? body.attach.stream : body.detach.stream);
	if (f->type == MSG_LOG_ATTACH) {
		WORLD_CHECK(i == l->held_n, "stream %u of %s is attached twice", body.attach.stream, body.attach.child);
		WORLD_CHECK(l->held_n < STREAMS_MAX, "too many streams");
		l->held[l->held_n].stream = body.attach.stream;
		l->held[l->held_n++].fd = f->fds[0];
	} else {
		WORLD_CHECK(i < l->held_n, "stream %u is detached and was not attached", body.detach.stream);
		sys_close(l->held[i].fd);
		l->held[i] = l->held[--l->held_n];
	}
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
