#include "log/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/ioctl.h>

#include "sys/fd.h"

enum {
	DEFAULT_CAPACITY = 64 * 1024,    /* pipe(7) */
	SCRATCH_CAPACITY = 1024 * 1024,
};

int source_init(struct source *src)
{
	int r = sys_pipe(src->scratch, NONBLOCK_BOTH);

	if (r < 0)
		return r;
	/* tee(2) fills slots, and a slot may hold a few bytes only. Refused: less at once. */
	(void)fcntl(src->scratch[1], F_SETPIPE_SZ, SCRATCH_CAPACITY);
	src->null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (src->null < 0) {
		r = -errno;
		sys_close(src->scratch[0]);
		sys_close(src->scratch[1]);
		return r;
	}
	return 0;
}

void source_done(struct source *src)
{
	sys_close(src->scratch[0]);
	sys_close(src->scratch[1]);
	sys_close(src->null);
}

void intake_init(struct intake *in, int pipe)
{
	*in = (struct intake){ .pipe = pipe, .relay = { -1, -1 } };
}

void intake_done(struct intake *in)
{
	sys_close(in->pipe);
	if (in->relay[0] < 0)
		return;
	sys_close(in->relay[0]);
	sys_close(in->relay[1]);
}

static size_t waiting(int pipe)
{
	int n = 0;

	return ioctl(pipe, FIONREAD, &n) == 0 && n > 0 ? (size_t)n : 0;
}

void intake_add_relay(struct intake *in, const int relay[2])
{
	if (in->relay[0] >= 0) {
		sys_close(relay[0]);
		sys_close(relay[1]);
		return;
	}
	in->relay[0] = relay[0];
	in->relay[1] = relay[1];
	in->held = waiting(relay[0]);
	(void)fcntl(relay[0], F_SETPIPE_SZ, source_capacity(in)); /* refused: less at once */
}

/* Behind what is in the scratch pipe, at most max bytes of a pipe's head. */
static ssize_t copy(struct source *src, int pipe, size_t max)
{
	ssize_t n = tee(pipe, src->scratch[1], max, SPLICE_F_NONBLOCK);

	return n < 0 ? -errno : n;
}

ssize_t source_peek(struct source *src, const struct intake *in, void *buf, size_t max)
{
	ssize_t held = in->held > 0 ? copy(src, in->relay[0], max < in->held ? max : in->held) : 0;
	ssize_t n = (size_t)held == in->held && in->held < max ? copy(src, in->pipe, max - in->held) : 0;

	if (held < 0 || (held == 0 && n <= 0))
		return held < 0 ? held : n;
	n = held + (n > 0 ? n : 0);
	for (ssize_t got = 0; got < n;) {
		ssize_t k = sys_read(src->scratch[0], (char *)buf + got, (size_t)(n - got));

		if (k <= 0)
			return k < 0 ? k : -EIO; /* our own pipe gave less than we put in */
		got += k;
	}
	return n;
}

/* splice(2) that neither waits nor is interrupted. */
static ssize_t shift(int from, int to, size_t max)
{
	ssize_t n;

	do
		n = splice(from, NULL, to, NULL, max, SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

int source_consume(struct source *src, struct intake *in, size_t len)
{
	while (len > 0) {
		bool from_relay = in->held > 0;
		ssize_t n = from_relay ? shift(in->relay[0], src->null, len < in->held ? len : in->held) :
			shift(in->pipe, src->null, len);

		if (n <= 0)
			return n < 0 ? (int)n : -ENODATA;
		if (from_relay)
			in->held -= (size_t)n;
		len -= (size_t)n;
	}
	return 0;
}

/* What the relay holds, into the file. */
static ssize_t empty_relay(struct intake *in, int file, size_t max)
{
	size_t moved = 0;
	ssize_t n = 0;

	while (moved < max && in->held > 0) {
		n = shift(in->relay[0], file, max - moved < in->held ? max - moved : in->held);
		if (n <= 0)
			break;
		in->held -= (size_t)n;
		moved += (size_t)n;
	}
	if (moved > 0)
		return (ssize_t)moved;
	return n == -EAGAIN || n == 0 ? -EBUSY : n; /* there is something: it is the file that has no room */
}

ssize_t source_move(struct intake *in, int file, size_t max)
{
	ssize_t n;

	if (in->relay[0] < 0)
		return shift(in->pipe, file, max);
	if (in->held == 0) {
		n = shift(in->pipe, in->relay[1], max);
		if (n <= 0)
			return n;
		in->held = (size_t)n;
	}
	return empty_relay(in, file, max);
}

size_t source_waiting(const struct intake *in)
{
	return in->held + waiting(in->pipe);
}

size_t source_capacity(const struct intake *in)
{
	int n = fcntl(in->pipe, F_GETPIPE_SZ);

	return n > 0 ? (size_t)n : DEFAULT_CAPACITY;
}

int source_widen(struct intake *in, size_t capacity)
{
	return fcntl(in->pipe, F_SETPIPE_SZ, capacity) < 0 ? -errno : 0;
}
