#include "log/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "log/follower.h"
#include "log/lines.h"
#include "sys/clock.h"
#include "sys/fd.h"

enum {
	ROOM_MAX      = 2 * BATCH_MAX + 1024,  /* of a batch: raw bytes grow by prefixes and escapes */
	TURN_BATCHES  = 16,
};

/*
 * A descriptor of our own for what standard output is, that does not block: the flag belongs to the open
 * file, which we share with reeve and whoever started it.
 */
static void open_own(struct output *o)
{
	struct stat st;
	int fd;

	o->fd = STDOUT_FILENO;
	if (fstat(STDOUT_FILENO, &st) < 0)
		return;
	o->is_terminal = isatty(STDOUT_FILENO) == 1;
	o->is_socket = S_ISSOCK(st.st_mode);
	o->is_regular = S_ISREG(st.st_mode);
	if (o->is_socket || o->is_regular)
		return;
	fd = open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	o->can_block = fd < 0;
	if (fd >= 0)
		o->fd = fd;
}

/* The kernel signals us from now on when the stream's pipe is written to, or does not any more (F_SETOWN, fcntl(2)). */
static void set_signalling(const struct stream *s, bool on)
{
	int flags = fcntl(s->fd, F_GETFL);

	if (flags < 0 || (on && fcntl(s->fd, F_SETOWN, getpid()) < 0) ||
	    fcntl(s->fd, F_SETFL, on ? flags | O_ASYNC : flags & ~O_ASYNC) < 0)
		log_event(LOG_WARN, s->name, "not-signalled", "error=\"%s\"", strerror(errno));
}

static void release(struct stream *s)
{
	if (!s->is_held)
		return;
	s->is_held = false;
	list_remove(&s->queue);
	set_signalling(s, false);
}

/* Some held stream was written to; which, a signal does not say. */
static void held_grew(void *arg)
{
	struct output *o = arg;

	list_each(&o->held, it)
		output_wake(o, container_of(it, struct stream, queue));
	o->on_room(o->arg);
}

int output_init(struct output *o, struct source *source, struct loop *loop, loop_fn *on_room, void *arg)
{
	*o = (struct output){ .loop = loop, .source = source, .on_room = on_room, .arg = arg };
	list_init(&o->waiting);
	list_init(&o->held);
	o->raw = malloc(BATCH_MAX);
	o->batch = malloc(ROOM_MAX);
	if (o->raw == NULL || o->batch == NULL) {
		free(o->raw);
		free(o->batch);
		return -ENOMEM;
	}
	open_own(o);
	loop_signal_start(loop, &o->more, SIGIO, held_grew, o);
	return 0;
}

void output_done(struct output *o)
{
	loop_io_stop(&o->io);
	loop_signal_stop(&o->more);
	if (o->fd != STDOUT_FILENO)
		sys_close(o->fd);
	free(o->raw);
	free(o->batch);
}

void output_wake(struct output *o, struct stream *s)
{
	release(s);
	if (list_is_empty(&s->queue))
		list_append(&o->waiting, &s->queue);
}

void output_settle(struct output *o, struct stream *s)
{
	int r;

	if (o->owner != s)
		return;
	r = source_consume(o->source, s->fd, o->consume);
	if (r < 0)
		BUG(s->name, "could not take what was just seen: %s", strerror(-r));
	ring_add(&s->ring, o->raw, o->consume);
	s->left -= s->left < o->consume ? s->left : o->consume;
	o->owner = NULL;
	followers_wake(s);
}

void output_forget(struct output *o, struct stream *s)
{
	if (o->owner == s)
		o->owner = NULL; /* the batch is a copy */
	release(s);
	list_remove(&s->queue);
}

/*
 * So many bytes at once: whole lines that a pipe takes in one piece (PIPE_BUF, pipe(7)). Neither SIGKILL
 * nor somebody else who writes there, reeve itself for one, gets between them.
 */
static size_t piece(const char *at, size_t len)
{
	const char *newline;

	if (len <= PIPE_BUF)
		return len;
	newline = memrchr(at, '\n', PIPE_BUF);
	if (newline == NULL)
		newline = memchr(at, '\n', len);
	return newline != NULL ? (size_t)(newline + 1 - at) : len;
}

static ssize_t write_some(struct output *o)
{
	const char *at = o->batch + o->sent;
	size_t len = o->is_regular ? o->len - o->sent : piece(at, o->len - o->sent);
	ssize_t n;

	if (o->is_socket) {
		n = send(o->fd, at, len, MSG_DONTWAIT | MSG_NOSIGNAL);
		return n < 0 ? (errno == EINTR ? -EAGAIN : -errno) : n;
	}
	if (o->can_block) {
		struct pollfd p = { .fd = o->fd, .events = POLLOUT };

		if (poll(&p, 1, 0) != 1)
			return -EAGAIN;
		len = len < PIPE_BUF ? len : PIPE_BUF; /* so much has room then (pipe(7)) */
	}
	return sys_write(o->fd, at, len);
}

static void writable(void *arg, unsigned events UNUSED)
{
	struct output *o = arg;

	loop_io_stop(&o->io);
	o->on_room(o->arg);
}

/* Writes the batch. Whether it is gone; when not, the loop calls when there is room. */
static bool write_batch(struct output *o)
{
	while (o->sent < o->len) {
		ssize_t n = write_some(o);

		if (n == -EAGAIN) {
			if (!o->io.active)
				loop_io_start(o->loop, &o->io, o->fd, LOOP_WRITE, writable, o);
			return false;
		}
		if (n < 0) {
			if (o->dropped == 0)
				log_event(LOG_ERROR, "stdout", "gone", "error=\"%s\"", strerror((int)-n));
			o->dropped += o->len - o->sent;
			n = (ssize_t)(o->len - o->sent);
		}
		o->sent += (size_t)n;
		o->progress_ms = sys_now_ms();
	}
	o->len = o->sent = 0;
	return true;
}

/* Makes a batch of what heads the stream's pipe. Whether there was a line. */
static bool load_batch(struct output *o, struct stream *s)
{
	struct text out;
	ssize_t n = source_peek(o->source, s->fd, o->raw, BATCH_MAX);
	struct lines how = {
		.format = LOG_PREFIX, .child = s->name, .line_max = LINE_MAX_BYTES, .is_terminal = o->is_terminal };

	text_init(&out, o->batch, ROOM_MAX);
	if (s->lost > 0)
		lines_add_lost(&how, s->lost, &out);
	s->lost = 0;
	o->seen = n > 0 ? (size_t)n : 0;
	how.is_last = s->is_ending && n > 0 && (uint64_t)n >= s->left;
	o->consume = n > 0 ? lines_add(&how, o->raw, (size_t)n, &out) : 0;
	o->owner = o->consume > 0 ? s : NULL;
	o->len = out.len;
	o->sent = 0;
	o->progress_ms = sys_now_ms();
	return o->len > 0;
}

/* The pipe has the beginning of a line and no more: looks at it once again with the signal on. */
static void hold(struct output *o, struct stream *s)
{
	if (o->seen == 0 || s->is_ending)
		return; /* who writes into an empty pipe is noticed */
	s->is_held = true;
	list_append(&o->held, &s->queue);
	set_signalling(s, true);
	if (source_waiting(s->fd) != o->seen)
		output_wake(o, s);
}

bool output_run(struct output *o)
{
	for (int i = 0; i < TURN_BATCHES; i++) {
		struct stream *s;

		if (!write_batch(o))
			return false;
		if (o->owner != NULL)
			output_settle(o, o->owner);
		if (list_is_empty(&o->waiting))
			return false;
		s = container_of(o->waiting.next, struct stream, queue);
		list_remove(&s->queue);
		if (load_batch(o, s))
			output_wake(o, s);
		else
			hold(o, s);
	}
	return true;
}

bool output_is_stalled(const struct output *o, uint64_t now_ms, uint64_t after_ms)
{
	return o->len > o->sent && now_ms - o->progress_ms >= after_ms;
}
