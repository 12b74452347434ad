#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/own.h"

int io_write_all(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int io_write_text(const char *path, const char *text)
{
	OWN(fd) int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	return io_write_all(fd, text, strlen(text));
}

int io_read_exactly(int fd, void *data, size_t len)
{
	char *p = data;

	while (len > 0) {
		ssize_t n = read(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return -ENODATA;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int io_read_all(int fd, size_t max, char **ret_data, size_t *ret_len)
{
	OWN(mem) char *data = NULL;
	size_t room = 0, len = 0;

	for (;;) {
		if (room - len < 2) {
			size_t more = room == 0 ? 4096 : room * 2;
			char *grown = realloc(data, more);

			if (grown == NULL)
				return -ENOMEM;
			data = grown;
			room = more;
		}
		ssize_t n = read(fd, data + len, room - len - 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		len += (size_t)n;
		if (len > max)
			return -EFBIG;
	}
	data[len] = '\0';
	*ret_len = len;
	*ret_data = take_ptr(data);
	return 0;
}

int io_read_file(int dir, const char *path, size_t max, char **ret_data, size_t *ret_len)
{
	/* O_NONBLOCK: a FIFO put where a file is meant must not hold us up; it has no effect on files. */
	OWN(fd) int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	return io_read_all(fd, max, ret_data, ret_len);
}

int io_replace_file(int dir, const char *name, const void *data, size_t len, unsigned mode)
{
	char beside[NAME_MAX + 1];
	int r;

	if (snprintf(beside, sizeof beside, ".%s.%jd", name, (intmax_t)getpid()) >= (int)sizeof beside)
		return -ENAMETOOLONG;

	OWN(fd) int fd = openat(dir, beside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return -errno;
	r = io_write_all(fd, data, len);
	if (r == 0 && (fchmod(fd, mode) < 0 || fsync(fd) < 0))
		r = -errno;
	if (r == 0 && (renameat(dir, beside, dir, name) < 0))
		r = -errno;
	if (r < 0) {
		(void)unlinkat(dir, beside, 0); /* the error at hand is the one to tell */
		return r;
	}
	return fsync(dir) < 0 ? -errno : 0;
}
