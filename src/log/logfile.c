#include "log/logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/own.h"
#include "sys/clock.h"
#include "sys/fd.h"

enum { NEAR_MAX = 64 * 1024, PART_NAME_MAX = NAME_MAX + 1 };

int logfile_get(struct list *files, const struct logfile_settings *want, struct logfile **ret)
{
	struct logfile *f = NULL;

	list_each(files, it) {
		struct logfile *known = container_of(it, struct logfile, link);

		if (strcmp(known->path, want->path) == 0)
			f = known;
	}
	if (f == NULL) {
		f = calloc(1, sizeof *f);
		if (f == NULL)
			return -ENOMEM;
		f->fd = f->dir = -1;
		f->path = strdup(want->path);
		if (f->path == NULL) {
			free(f);
			return -ENOMEM;
		}
		list_append(files, &f->link);
	}
	f->maxbytes = want->maxbytes;
	f->backups = want->backups;
	f->mode = want->mode;
	f->users++;
	*ret = f;
	return 0;
}

void logfile_put(struct logfile *f)
{
	if (f == NULL || --f->users > 0)
		return;
	list_remove(&f->link);
	logfile_reopen(f);
	parcel_done(&f->parcel);
	timeline_done(&f->times);
	free(f->path);
	free(f);
}

/* Lets go of the file; the folder stays, and with it the name. */
static void let_go(struct logfile *f)
{
	if (f->fd >= 0)
		sys_close(f->fd);
	f->fd = -1;
	f->generation++;
}

void logfile_reopen(struct logfile *f)
{
	let_go(f);
	if (f->dir >= 0)
		sys_close(f->dir);
	f->dir = -1;
}

/* FILE.i, or FILE for 0; the name alone. A name that grows too long is cut, and the open then says so. */
static const char *part_name(const struct logfile *f, uint32_t i, char *buf)
{
	if (i == 0)
		return f->name;
	(void)snprintf(buf, PART_NAME_MAX, "%s.%u", f->name, i);
	return buf;
}

/* One step down from the folder dir, which is closed; made when it is missing. */
static int step_into(int dir, const char *name)
{
	int next = openat(dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (next < 0 && errno == ENOENT && (mkdirat(dir, name, 0755) == 0 || errno == EEXIST))
		next = openat(dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (next < 0)
		next = -errno;
	sys_close(dir);
	return next;
}

/* The folder that holds the file, reached without following a link; what is missing is made. */
static int open_folder(const char *path, const char **ret_name)
{
	int dir = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	const char *at = path;

	if (dir < 0)
		return -errno;
	if (*path != '/') {
		sys_close(dir);
		return -EINVAL;
	}
	for (;;) {
		char part[256];
		size_t len;

		at += strspn(at, "/");
		len = strcspn(at, "/");
		if (at[len] == '\0')
			break;
		if (len >= sizeof part) {
			sys_close(dir);
			return -ENAMETOOLONG;
		}
		memcpy(part, at, len);
		part[len] = '\0';
		dir = step_into(dir, part);
		if (dir < 0)
			return dir;
		at += len;
	}
	*ret_name = at;
	return dir;
}

static int open_file(struct logfile *f)
{
	OWN(fd) int fd = -1;
	struct stat st;

	if (f->dir < 0)
		f->dir = open_folder(f->path, &f->name);
	if (f->dir < 0)
		return f->dir;
	/* O_NONBLOCK: what is no file at all must not hold us; it means nothing to a file. */
	fd = openat(f->dir, f->name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, f->mode);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) && !S_ISCHR(st.st_mode))
		return -ENXIO;
	f->is_regular = S_ISREG(st.st_mode);
	f->size = (uint64_t)st.st_size;
	if (f->written == 0 && f->size > 0)
		f->found_ms = (uint64_t)st.st_mtim.tv_sec * 1000 + (uint64_t)st.st_mtim.tv_nsec / 1000000;
	if (f->is_regular && lseek(fd, 0, SEEK_END) < 0)
		return -errno;
	f->fd = take_fd(&fd);
	return 0;
}

/*
 * Moves FILE to FILE.1, FILE.1 to FILE.2 and so on, up to the first number that is free, so that a
 * rotation that was cut short costs no file. The next move opens a new FILE.
 */
static int rotate(struct logfile *f)
{
	char from[PART_NAME_MAX], to[PART_NAME_MAX];
	uint32_t last = 1;

	while (last < f->backups && faccessat(f->dir, part_name(f, last, to), F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		last++;
	for (uint32_t i = f->backups > 0 ? last : 0; i > 0; i--)
		if (renameat(f->dir, part_name(f, i - 1, from), f->dir, part_name(f, i, to)) < 0 && errno != ENOENT)
			return -errno;
	if (f->backups == 0 && unlinkat(f->dir, f->name, 0) < 0 && errno != ENOENT)
		return -errno;
	let_go(f);
	return open_file(f);
}

/* Whether the file ends with a whole line; an empty one does. */
static bool ends_with_line(const struct logfile *f)
{
	char last;

	return f->size == 0 || (pread(f->fd, &last, 1, (off_t)f->size - 1) == 1 && last == '\n');
}

/* Bytes until a rotation is due; the most there can be when none ever is. */
static uint64_t room_left(const struct logfile *f)
{
	if (!f->is_regular || f->maxbytes == 0)
		return UINT64_MAX;
	return f->maxbytes > f->size ? f->maxbytes - f->size : 0;
}

/*
 * How many of the next bytes still go into this file: up to the last newline that fits; all that fits of
 * a line that is begun already or could never fit; 0: rotate first.
 */
static size_t fitting(const struct logfile *f, const char *next, size_t len)
{
	uint64_t room = room_left(f);
	const char *newline;

	if (len < room || room == 0)
		return room == 0 ? 0 : len;
	newline = memrchr(next, '\n', (size_t)room);
	if (newline != NULL)
		return (size_t)(newline + 1 - next);
	return f->size == 0 || !ends_with_line(f) ? (size_t)room : 0;
}

/* The same for what heads a pipe, close to the limit; -ENODATA: the pipe's end, -EAGAIN: it is empty. */
static ssize_t fitting_of_pipe(const struct logfile *f, struct source *src, int pipe)
{
	static char next[NEAR_MAX];
	uint64_t room = room_left(f);
	ssize_t n = source_peek(src, pipe, next, room == 0 ? 1 : room < sizeof next ? (size_t)room : sizeof next);

	if (n <= 0)
		return n < 0 ? n : -ENODATA;
	return (ssize_t)fitting(f, next, (size_t)n);
}

/* The file is what it was when we last wrote: a copy-and-truncate moves our offset back with it. */
static int follow_truncation(struct logfile *f)
{
	struct stat st;

	if (fstat(f->fd, &st) < 0)
		return -errno;
	if ((uint64_t)st.st_size < f->size) {
		f->size = (uint64_t)st.st_size;
		if (lseek(f->fd, 0, SEEK_END) < 0)
			return -errno;
	}
	return 0;
}

static int make_ready(struct logfile *f)
{
	int r = 0;

	if (f->fd < 0)
		r = open_file(f);
	if (r == 0 && f->is_regular)
		r = follow_truncation(f);
	return r;
}

/* So many bytes more are in it. */
static void grown(struct logfile *f, size_t n)
{
	timeline_add(&f->times, sys_wall_ms(), f->written);
	f->size += n;
	f->written += n;
}

ssize_t logfile_move(struct logfile *f, struct source *src, int pipe, size_t max)
{
	ssize_t n = (ssize_t)max;
	int r = make_ready(f);

	if (r == 0 && room_left(f) <= NEAR_MAX) {
		n = fitting_of_pipe(f, src, pipe);
		if (n == 0) {
			r = rotate(f);
			n = NEAR_MAX < f->maxbytes ? NEAR_MAX : fitting_of_pipe(f, src, pipe);
		}
	} else if (r == 0 && room_left(f) <= max) {
		n = NEAR_MAX;
	}
	if (r < 0)
		return r;
	if (n <= 0)
		return n == -ENODATA ? 0 : n;
	n = splice(pipe, NULL, f->fd, NULL, (size_t)n, SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
	if (n < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	grown(f, (size_t)n);
	return n;
}

ssize_t logfile_write(struct logfile *f, const char *data, size_t len)
{
	size_t fits = 0;
	int r = make_ready(f);
	ssize_t n;

	if (r == 0)
		fits = fitting(f, data, len);
	if (r == 0 && fits == 0) {
		r = rotate(f);
		fits = r == 0 ? fitting(f, data, len) : 0;
	}
	if (r < 0)
		return r;
	n = sys_write(f->fd, data, fits);
	if (n <= 0)
		return n == 0 || n == -EAGAIN ? -EBUSY : n; /* a terminal that is stopped, say */
	grown(f, (size_t)n);
	return n;
}

void logfile_mark(struct logfile *f, const char *line)
{
	ssize_t n;

	if (make_ready(f) < 0)
		return;
	if (f->is_regular && !ends_with_line(f)) {
		n = write(f->fd, "\n", 1);
		grown(f, n > 0 ? (size_t)n : 0);
	}
	n = write(f->fd, line, strlen(line));
	grown(f, n > 0 ? (size_t)n : 0);
}

uint64_t logfile_since(const struct logfile *f, uint64_t since_ms)
{
	uint64_t pos = timeline_find(&f->times, since_ms);

	if (since_ms <= f->found_ms)
		return UINT64_MAX;
	return pos < f->written ? f->written - pos : 0;
}

int logfile_open_part(const struct logfile *f, uint32_t i)
{
	char name[PART_NAME_MAX];
	int fd;

	if (f->dir < 0)
		return -ENOENT;
	fd = openat(f->dir, part_name(f, i, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}
