#include "log/source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>

#include "sys/fd.h"

enum {
	DEFAULT_CAPACITY = 64 * 1024,    /* pipe(7) */
	SCRATCH_CAPACITY = 1024 * 1024,
};

int source_init(struct source *src)
{
	int r = sys_pipe(src->scratch, 1);

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

ssize_t source_peek(struct source *src, int pipe, void *buf, size_t max)
{
	ssize_t n = tee(pipe, src->scratch[1], max, SPLICE_F_NONBLOCK);

	if (n <= 0)
		return n < 0 ? -errno : 0;
	for (ssize_t got = 0; got < n;) {
		ssize_t k = sys_read(src->scratch[0], (char *)buf + got, (size_t)(n - got));

		if (k <= 0)
			return k < 0 ? k : -EIO; /* our own pipe gave less than we put in */
		got += k;
	}
	return n;
}

int source_consume(struct source *src, int pipe, size_t len)
{
	while (len > 0) {
		ssize_t n = splice(pipe, NULL, src->null, NULL, len, SPLICE_F_NONBLOCK);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -ENODATA;
		len -= (size_t)n;
	}
	return 0;
}

size_t source_waiting(int pipe)
{
	int n = 0;

	return ioctl(pipe, FIONREAD, &n) == 0 && n > 0 ? (size_t)n : 0;
}

size_t source_capacity(int pipe)
{
	int n = fcntl(pipe, F_GETPIPE_SZ);

	return n > 0 ? (size_t)n : DEFAULT_CAPACITY;
}
