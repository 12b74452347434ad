#include "log/mover.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/list.h"
#include "base/log.h"
#include "base/map.h"
#include "log/follower.h"
#include "log/logfile.h"
#include "log/output.h"
#include "log/source.h"
#include "log/stream.h"
#include "loop/loop.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "wire/channel.h"
#include "wire/orders.h"

enum {
	STREAMS_MAX  = 16384,
	ORDER_MAX    = 8192,         /* body of a LOG_ATTACH */
	ANSWERS_MAX  = 64,           /* reeve-log only listens */
	MOVE_MAX     = 1024 * 1024,  /* bytes of one stream before the next has its turn */
	TURN_STREAMS = 32,
	RELIEF_MS    = 250,          /* between two looks at sinks in trouble */
	STALL_MS     = 5000,         /* nobody read standard output for so long */
	FINISH_MS    = 3000,         /* the last bytes have so long to be read */
};

struct mover {
	struct loop      *loop;
	struct channel   *control;
	struct loop_io    control_io, pipes_io;
	struct loop_timer again, relief;
	int               pipes;       /* epoll(7) over every stream's pipe */
	struct map        by_number;
	struct list       streams, files;
	struct list       ready;       /* streams into files that may have something */
	struct source     source;
	struct output     output;
	uint64_t          finish_ms;   /* reeve is gone: until when; 0: it is there */
};

static void stream_remove(struct mover *m, struct stream *s)
{
	output_settle(&m->output, s);
	followers_end(s);
	/* reeve has the same open file: closing ours alone would leave it in the set (epoll(7)). */
	(void)epoll_ctl(m->pipes, EPOLL_CTL_DEL, s->fd, NULL); /* not in it: as wanted */
	output_forget(&m->output, s);
	(void)map_take(&m->by_number, s->number); /* it is the one */
	stream_free(s);
}

static void turn(void *arg);

static void wake(struct mover *m, struct stream *s)
{
	if (s->file == NULL)
		output_wake(&m->output, s);
	else if (list_is_empty(&s->queue) && s->error == 0)
		list_append(&m->ready, &s->queue);
	if (!m->again.active)
		loop_timer_start(m->loop, &m->again, 0, turn, m);
}

static void relief(void *arg);

static void sink_failed(struct mover *m, struct stream *s, int error)
{
	if (s->error == 0)
		log_event(LOG_ERROR, s->name, "log-failed", "file=%s error=\"%s\"", s->file->path, strerror(-error));
	s->error = error;
	list_remove(&s->queue);
	if (!m->relief.active)
		loop_timer_start(m->loop, &m->relief, RELIEF_MS, relief, m);
}

/* A pipe that comes full at once is made larger, where the machine lets us (pipe(7)). */
static void widen(const struct stream *s, ssize_t moved)
{
	if ((size_t)moved >= source_capacity(s->fd) && moved < MOVE_MAX)
		(void)fcntl(s->fd, F_SETPIPE_SZ, MOVE_MAX); /* refused: it works as it is */
}

/* Whether the stream may have more. */
static bool move_to_file(struct mover *m, struct stream *s)
{
	ssize_t n = logfile_move(s->file, &m->source, s->fd, MOVE_MAX);

	if (n > 0) {
		s->left -= s->left < (uint64_t)n ? s->left : (uint64_t)n;
		followers_wake(s);
		widen(s, n);
		return true;
	}
	if (n == 0 || (n == -EAGAIN && s->is_ending))
		stream_end(s);
	else if (n != -EAGAIN)
		sink_failed(m, s, (int)n);
	return false;
}

static void sweep_ended(struct mover *m)
{
	list_each(&m->streams, it) {
		struct stream *s = container_of(it, struct stream, link);

		if (s->is_ending && s->left == 0 && m->output.owner != s)
			stream_remove(m, s);
	}
	if (m->finish_ms != 0 && list_is_empty(&m->streams) && m->output.len == m->output.sent)
		loop_stop(m->loop);
}

/* Every ready stream moves a good piece; then the loop looks round, and comes back if there is more. */
static void turn(void *arg)
{
	struct mover *m = arg;
	bool more;

	for (int i = 0; i < TURN_STREAMS && !list_is_empty(&m->ready); i++) {
		struct stream *s = container_of(m->ready.next, struct stream, queue);

		list_remove(&s->queue);
		if (move_to_file(m, s) && list_is_empty(&s->queue))
			list_append(&m->ready, &s->queue);
	}
	more = output_run(&m->output);
	sweep_ended(m);
	if (more || !list_is_empty(&m->ready))
		loop_timer_start(m->loop, &m->again, 0, turn, m);
	if (m->output.len > m->output.sent && !m->relief.active)
		loop_timer_start(m->loop, &m->relief, RELIEF_MS, relief, m);
}

/*
 * Throws away what a pipe holds when it is nearly full, so that its child goes on; and then whatever
 * comes, until the sink is back: a writer that fills a pipe at one stroke wakes us only when it is empty.
 */
static void let_out(struct mover *m, struct stream *s)
{
	size_t waiting;

	output_settle(&m->output, s);
	waiting = source_waiting(s->fd);
	if (waiting == 0 || (!s->is_ending && s->lost == 0 && waiting < source_capacity(s->fd) / 4 * 3))
		return;
	if (source_consume(&m->source, s->fd, waiting) < 0)
		return; /* the next look finds it again */
	s->lost += waiting;
	s->left -= s->left < waiting ? s->left : waiting;
}

/* A file that failed is tried again; what was lost meanwhile is told there. */
static void retry(struct mover *m, struct stream *s)
{
	char line[128];
	ssize_t n = logfile_move(s->file, &m->source, s->fd, MOVE_MAX);

	if (n < 0 && n != -EAGAIN) {
		s->error = (int)n;
		let_out(m, s);
		return;
	}
	s->error = 0;
	if (s->lost > 0) {
		(void)snprintf(line, sizeof line, "[reeve-log: %llu bytes lost before this line]\n",
		               (unsigned long long)s->lost);
		logfile_mark(s->file, line);
	}
	log_event(LOG_WARN, s->name, "log-recovered", "file=%s bytes_lost=%llu", s->file->path,
	          (unsigned long long)s->lost);
	s->lost = 0;
	wake(m, s);
}

/* Looks at sinks in trouble, as long as there are any. */
static void relief(void *arg)
{
	struct mover *m = arg;
	uint64_t now = sys_now_ms();
	bool stalled = output_is_stalled(&m->output, now, STALL_MS);
	bool trouble = m->output.len > m->output.sent || m->finish_ms != 0;

	list_each(&m->streams, it) {
		struct stream *s = container_of(it, struct stream, link);

		if (s->error != 0)
			retry(m, s);
		else if (s->file == NULL && stalled)
			let_out(m, s);
		trouble = trouble || s->error != 0;
	}
	sweep_ended(m);
	if (m->finish_ms != 0 && now >= m->finish_ms)
		loop_stop(m->loop);
	if (trouble)
		loop_timer_start(m->loop, &m->relief, RELIEF_MS, relief, m);
}

static void pipes_ready(void *arg, unsigned events UNUSED)
{
	struct mover *m = arg;
	struct epoll_event ready[64];
	int n = epoll_wait(m->pipes, ready, ARRAY_LEN(ready), 0);
	bool stalled = output_is_stalled(&m->output, sys_now_ms(), STALL_MS);

	for (int i = 0; i < n; i++) {
		struct stream *s = map_get(&m->by_number, ready[i].data.u32);

		if (s == NULL)
			continue;
		if (ready[i].events & EPOLLHUP)
			stream_end(s);
		if (s->error != 0 || (s->file == NULL && stalled))
			let_out(m, s);
		wake(m, s);
	}
}

/* Makes the stream that the order describes; fd is taken. */
static int attach(struct mover *m, const struct log_attach *order, int fd)
{
	struct epoll_event watch = { .events = EPOLLIN | EPOLLET, .data.u32 = order->stream };
	struct logfile_settings want = {
		.path = order->logfile, .maxbytes = order->maxbytes, .backups = order->backups, .mode = order->mode };
	struct stream *s = map_get(&m->by_number, order->stream);
	struct logfile *file = NULL;
	int r = 0;

	if (*order->logfile != '\0')
		r = logfile_get(&m->files, &want, &file);
	if (s != NULL)
		stream_remove(m, s); /* new settings; what is in its pipe stays there */
	if (r == 0)
		r = stream_new(order->stream, order->child, fd, file, &s);
	if (r < 0) {
		logfile_put(file);
		sys_close(fd);
		return r;
	}
	list_append(&m->streams, &s->link);
	r = map_put(&m->by_number, s->number, s);
	if (r == 0 && epoll_ctl(m->pipes, EPOLL_CTL_ADD, s->fd, &watch) < 0)
		r = -errno;
	if (r < 0)
		stream_remove(m, s);
	else
		wake(m, s);
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

static int take_detach(struct mover *m, const struct frame *f)
{
	struct log_detach order;
	struct stream *s;
	int r = msg_decode(f, &order);

	if (r < 0)
		return r;
	s = map_get(&m->by_number, order.stream);
	if (s != NULL) {
		stream_end(s);
		wake(m, s);
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
	r = follower_start(m->loop, s, &(struct follow_wish){
		.lines = order.lines, .whole = order.whole, .follow = order.follow }, f->fds[0]);
	if (r < 0)
		log_event(LOG_ERROR, s->name, "tail-failed", "error=\"%s\"", strerror(-r));
	return 0;
}

static int take_reopen(struct mover *m, const struct frame *f UNUSED)
{
	list_each(&m->files, it)
		logfile_reopen(container_of(it, struct logfile, link));
	return 0;
}

static const struct {
	uint16_t type;
	int    (*take)(struct mover *m, const struct frame *f);
} orders[] = {
	{ MSG_LOG_ATTACH, take_attach },
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

/* reeve ended, or speaks another language: move what is there, and end. */
static void finish(struct mover *m)
{
	loop_io_stop(&m->control_io);
	m->finish_ms = sys_now_ms() + FINISH_MS;
	list_each(&m->streams, it) {
		struct stream *s = container_of(it, struct stream, link);

		stream_end(s);
		wake(m, s);
	}
	loop_timer_start(m->loop, &m->again, 0, turn, m);
	loop_timer_start(m->loop, &m->relief, RELIEF_MS, relief, m);
}

static void control_ready(void *arg, unsigned events UNUSED)
{
	struct mover *m = arg;
	struct frame f;
	int r = channel_fill(m->control);

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
	log_event(LOG_ERROR, "control", "broken", "error=\"%s\"", strerror(-r));
	finish(m);
}

int mover_new(int control, struct mover **ret)
{
	struct mover *m = calloc(1, sizeof *m);
	int r = m == NULL ? -ENOMEM : 0;

	if (r == 0) {
		list_init(&m->streams);
		list_init(&m->files);
		list_init(&m->ready);
		m->pipes = epoll_create1(EPOLL_CLOEXEC);
		r = m->pipes < 0 ? -errno : map_init(&m->by_number, STREAMS_MAX);
	}
	if (r == 0)
		r = source_init(&m->source);
	if (r == 0)
		r = loop_new(&m->loop);
	if (r == 0)
		r = channel_new(control, FROM_REEVE, ORDER_MAX, ANSWERS_MAX, &m->control);
	if (r == 0)
		r = output_init(&m->output, &m->source, m->loop, turn, m);
	if (r < 0)
		return r; /* the program ends: the kernel has it all */
	loop_io_start(m->loop, &m->control_io, control, LOOP_READ, control_ready, m);
	loop_io_start(m->loop, &m->pipes_io, m->pipes, LOOP_READ, pipes_ready, m);
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
	loop_io_stop(&m->pipes_io);
	loop_timer_stop(&m->again);
	loop_timer_stop(&m->relief);
	output_done(&m->output);
	source_done(&m->source);
	map_done(&m->by_number);
	channel_free(m->control);
	sys_close(m->pipes);
	loop_free(m->loop);
	free(m);
}
