#include "log/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/own.h"
#include "log/parcel.h"
#include "sys/fd.h"

enum { LINES_MAX = 64 * 1024 };  /* bytes of a stream at once */

struct output {
	struct list    link;
	struct loop   *loop;
	struct loop_io io;
	struct list    waiting;      /* sinks that found no room */
	struct parcel  parcel;
	char          *name;         /* "stdout"; the logger child's */
	unsigned       users;        /* sinks */
	bool           is_kept;      /* without any, too */
	int            fd;
	dev_t          dev;          /* which file it is */
	ino_t          ino;
	bool           is_socket, is_regular, is_terminal, can_block;
};

struct output_sink {
	struct sink    sink;
	struct places *places;
	struct output *output;
};

static struct output_sink *of(struct sink *s)
{
	return container_of(s, struct output_sink, sink);
}

/* ---- writing ---- */

/*
 * So many bytes at once: whole lines that a pipe takes in one piece (PIPE_BUF, pipe(7)).
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

static ssize_t write_some(void *to, const char *at, size_t len)
{
	const struct output *o = to;
	ssize_t n;

	if (!o->is_regular)
		len = piece(at, len);
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

/* There is room: the rest of a line first, then whoever waits. */
static void writable(void *arg, unsigned events UNUSED)
{
	struct output *o = arg;

	loop_io_stop(&o->io);
	if (parcel_flush(&o->parcel, NULL) == -EAGAIN)
		loop_io_start(o->loop, &o->io, o->fd, LOOP_WRITE, writable, o);
	else
		list_each(&o->waiting, it)
			sink_has_room(container_of(it, struct sink, waiting));
}

static void wait_for_room(struct output *o, struct sink *s)
{
	list_remove(&s->waiting);
	list_append(&o->waiting, &s->waiting);
	if (!o->io.active)
		loop_io_start(o->loop, &o->io, o->fd, LOOP_WRITE, writable, o);
}

static ssize_t write_lines(struct output_sink *k, const struct batch *b)
{
	struct text lines;
	size_t stands_for;

	text_init(&lines, k->places->room, PLACES_ROOM);
	stands_for = sink_format(&k->sink, b, k->output->is_terminal, &lines);
	return parcel_send(&k->output->parcel, b->is_mark ? NULL : &k->sink, &lines, stands_for);
}

/* Nobody else's lines could be cut by bytes as they are, and no terminal would obey them. */
static bool is_alone(const struct output_sink *k)
{
	return k->sink.format == LOG_RAW && k->output->users == 1 && !k->output->is_terminal;
}

static ssize_t write_bytes(struct output_sink *k, const struct batch *b)
{
	if (b->is_mark)
		return (ssize_t)b->len; /* whoever wants them as they are wants none of ours */
	return write_some(k->output, b->data, b->len);
}

static ssize_t accept_batch(struct sink *s, const struct batch *b)
{
	struct output_sink *k = of(s);
	struct batch some = *b;
	ssize_t n = parcel_flush(&k->output->parcel, s);

	if (some.len > LINES_MAX) {
		some.len = LINES_MAX;
		some.is_last = false;
	}
	if (n == 0)
		n = is_alone(k) ? write_bytes(k, b) : write_lines(k, &some);
	if (n == -EAGAIN)
		wait_for_room(k->output, s);
	return n;
}

static size_t let_go(struct sink *s)
{
	return parcel_let_go(&of(s)->output->parcel, s);
}

/* ---- where to ---- */

/*
 * A descriptor of our own for what standard output is, that does not block: the flag belongs to the open
 * file, which we share with reeve and whoever started it.
 */
static void open_own(struct output *o)
{
	char path[32];
	struct text t;
	int fd;

	if (o->is_socket || o->is_regular)
		return;
	text_init(&t, path, sizeof path);
	text_addf(&t, "/proc/self/fd/%d", o->fd);
	fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	o->can_block = fd < 0;
	if (fd >= 0) {
		sys_close(o->fd);
		o->fd = fd;
	}
}

static void free_output(struct output *o)
{
	loop_io_stop(&o->io);
	list_remove(&o->link);
	parcel_done(&o->parcel);
	sys_close(o->fd);
	free(o->name);
	free(o);
}

static struct output *find_output(const struct places *p, const struct stat *st)
{
	list_each(&p->outputs, it) {
		struct output *o = container_of(it, struct output, link);

		if (o->dev == st->st_dev && o->ino == st->st_ino)
			return o;
	}
	return NULL;
}

/* The output that fd is already, or a new one; fd is taken. */
static int get_output(struct places *p, const char *name, int fd, struct output **ret)
{
	OWN(fd) int mine = fd;
	struct output *o;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -EBADF;
	*ret = find_output(p, &st);
	if (*ret != NULL)
		return 0;
	o = calloc(1, sizeof *o);
	if (o == NULL || (o->name = strdup(name)) == NULL) {
		free(o);
		return -ENOMEM;
	}
	o->loop = p->loop;
	o->parcel = (struct parcel){ .write = write_some, .to = o };
	o->fd = take_fd(&mine);
	o->dev = st.st_dev;
	o->ino = st.st_ino;
	o->is_terminal = isatty(fd) == 1;
	o->is_socket = S_ISSOCK(st.st_mode);
	o->is_regular = S_ISREG(st.st_mode);
	list_init(&o->waiting);
	list_append(&p->outputs, &o->link);
	open_own(o);
	*ret = o;
	return 0;
}

static void free_sink(struct sink *s)
{
	struct output_sink *k = of(s);

	if (--k->output->users == 0 && !k->output->is_kept)
		free_output(k->output);
	free(k);
}

static const struct sink_kind output_kind = { .accept = accept_batch, .let_go = let_go, .free = free_sink };

static int make_sink(struct places *p, const char *name, int fd, struct sink **ret)
{
	struct output_sink *k = calloc(1, sizeof *k);
	int r;

	if (k == NULL) {
		sys_close(fd);
		return -ENOMEM;
	}
	r = get_output(p, name, fd, &k->output);
	if (r < 0) {
		free(k);
		return r;
	}
	k->output->users++;
	k->places = p;
	sink_init(&k->sink, &output_kind, k->output->name);
	*ret = &k->sink;
	return 0;
}

static const char *const standard[] = { [LOG_TO_STDOUT] = "stdout", [LOG_TO_STDERR] = "stderr" };
static const int standard_fds[] = { [LOG_TO_STDOUT] = STDOUT_FILENO, [LOG_TO_STDERR] = STDERR_FILENO };

int output_sink_new(struct places *p, const struct log_sink *order, struct sink **ret)
{
	return make_sink(p, standard[order->kind], sys_dup(standard_fds[order->kind]), ret);
}

int output_feed_new(struct places *p, const char *logger, int fd, struct sink **ret)
{
	return make_sink(p, logger, fd, ret);
}

int outputs_open(struct places *p)
{
	for (size_t i = LOG_TO_STDOUT; i <= LOG_TO_STDERR; i++) {
		int fd = sys_dup(standard_fds[i]);
		struct output *o;
		int r;

		if (fd < 0)
			continue; /* it is closed: a sink there says so */
		r = get_output(p, standard[i], fd, &o);
		if (r < 0)
			return r;
		o->is_kept = true;
	}
	return 0;
}

void outputs_close(struct places *p)
{
	list_each(&p->outputs, it)
		free_output(container_of(it, struct output, link));
}

bool outputs_have_rest(const struct places *p)
{
	list_each(&p->outputs, it)
		if (!parcel_is_empty(&container_of(it, struct output, link)->parcel))
			return true;
	return false;
}
