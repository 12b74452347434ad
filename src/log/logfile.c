#include "log/logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/own.h"
#include "sys/clock.h"
#include "sys/fd.h"

enum { NEAR_MAX = 64 * 1024, ROTATE_RETRY_MS = 60 * 1000 };

void logfiles_init(struct logfiles *all)
{
	*all = (struct logfiles){ 0 };
	list_init(&all->list);
}

static ssize_t write_parcel(void *to, const char *at, size_t len)
{
	return logfile_write(to, at, len);
}

int logfile_get(struct logfiles *all, const struct logfile_settings *want, struct logfile **ret)
{
	struct logfile *f = NULL;

	list_each(&all->list, it) {
		struct logfile *known = container_of(it, struct logfile, link);

		if (strcmp(known->path, want->path) == 0)
			f = known;
	}
	if (f == NULL) {
		f = calloc(1, sizeof *f);
		if (f == NULL)
			return -ENOMEM;
		f->fd = f->dir = -1;
		f->parcel = (struct parcel){ .write = write_parcel, .to = f };
		f->path = strdup(want->path);
		if (f->path == NULL) {
			free(f);
			return -ENOMEM;
		}
		f->all = all;
		f->is_new = true;
		list_append(&all->list, &f->link);
	}
	f->maxbytes = want->maxbytes;
	f->maxage_ms = want->maxage_ms;
	f->total = want->total;
	f->backups = want->backups;
	f->mode = want->mode;
	f->compress = want->compress;
	f->users++;
	all->changed = true;
	logfile_count_backups(f);
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
	f->is_new = true;
	f->all->changed = true;
}

static bool is_link(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode);
}

/* One step down from the folder dir, which is closed; made when it is missing. */
static int step_into(int dir, const char *name)
{
	int next = openat(dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (next < 0 && errno == ENOENT && (mkdirat(dir, name, 0755) == 0 || errno == EEXIST))
		next = openat(dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (next < 0)
		next = errno == ENOTDIR && is_link(dir, name) ? -ELOOP : -errno;
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

struct backups logfile_backups(const struct logfile *f)
{
	return (struct backups){ .dir = f->dir, .name = f->name, .max = f->backups };
}

void logfile_count_backups(struct logfile *f)
{
	struct backups b = logfile_backups(f);

	f->kept = f->total > 0 && f->dir >= 0 ? backups_bytes(&b) : 0;
}

/*
 * How old the file's first byte is, by when the file was made; what the clock says wrongly is as
 * good as new.
 */
static uint64_t age_of(int fd)
{
	struct statx st;
	uint64_t made, now = sys_wall_ms();

	if (statx(fd, "", AT_EMPTY_PATH, STATX_BTIME | STATX_MTIME, &st) < 0)
		return 0;
	if ((st.stx_mask & STATX_BTIME) == 0)
		st.stx_btime = st.stx_mtime;
	made = (uint64_t)st.stx_btime.tv_sec * 1000 + st.stx_btime.tv_nsec / 1000000;
	return now > made ? now - made : 0;
}

/* Takes note of what the file is that was just opened. */
static int look_at(struct logfile *f, int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) && !S_ISCHR(st.st_mode))
		return -ENXIO;
	f->is_regular = S_ISREG(st.st_mode);
	f->is_old = false;
	f->size = (uint64_t)st.st_size;
	if (f->written == 0 && f->size > 0)
		f->found_ms = (uint64_t)st.st_mtim.tv_sec * 1000 + (uint64_t)st.st_mtim.tv_nsec / 1000000;
	f->born_ms = (int64_t)sys_now_ms() - (int64_t)(f->size > 0 ? age_of(fd) : 0);
	return f->is_regular && lseek(fd, 0, SEEK_END) < 0 ? -errno : 0;
}

/* The folder is opened for the first time, or again. */
static int enter_folder(struct logfile *f)
{
	struct backups b;

	f->dir = open_folder(f->path, &f->name);
	if (f->dir < 0)
		return f->dir;
	b = logfile_backups(f);
	if (f->compress)
		backups_tidy(&b);
	logfile_count_backups(f);
	f->has_plain = true;
	return 0;
}

static int open_in_folder(struct logfile *f, int create)
{
	int r = f->dir < 0 ? enter_folder(f) : 0, fd;

	if (r < 0)
		return r;
	/* O_NONBLOCK: what is no file at all must not hold us; it means nothing to a file. */
	fd = openat(f->dir, f->name, create | O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, f->mode);
	return fd < 0 ? -errno : fd;
}

/* create is O_CREAT, or 0 for a file that has to be there. */
static int open_file(struct logfile *f, int create)
{
	OWN(fd) int fd = open_in_folder(f, create);
	int r;

	if (fd == -ENOENT && create != 0 && f->dir >= 0) { /* the folder was removed; it is made anew */
		sys_close(f->dir);
		f->dir = -1;
		fd = open_in_folder(f, create);
	}
	if (fd < 0)
		return fd;
	r = look_at(f, fd);
	if (r < 0)
		return r;
	f->all->changed = true;
	f->fd = take_fd(&fd);
	return 0;
}

void logfile_find(struct logfile *f)
{
	if (f->is_new && f->fd < 0)
		(void)open_file(f, 0); /* what is wrong with it shows when there is something to write */
	f->is_new = false;
}

/* FILE becomes FILE.1, and the next move opens a new one. Where that fails it grows on instead. */
static void rotate(struct logfile *f)
{
	struct backups b = logfile_backups(f);
	int r = backups_push(&b);

	f->is_old = false;
	if (r < 0) {
		f->rotate_after_ms = sys_now_ms() + ROTATE_RETRY_MS;
		log_event(LOG_ERROR, f->path, "rotate-failed", "error=\"%s\" retry_in_s=%d", strerror(-r),
		          ROTATE_RETRY_MS / 1000);
		return;
	}
	logfile_count_backups(f);
	f->rotations++;
	f->has_plain = true;
	f->all->changed = true;
	let_go(f);
}

/* Whether the file ends with a whole line; an empty one does. */
static bool ends_with_line(const struct logfile *f)
{
	char last;

	return f->size == 0 || (pread(f->fd, &last, 1, (off_t)f->size - 1) == 1 && last == '\n');
}

/*
 * Bytes until a rotation is due; the most there can be when none ever is, or when it failed just
 * now.
 */
static uint64_t room_left(const struct logfile *f)
{
	bool by_total = f->maxbytes == 0 || (f->total > 0 && f->total < f->maxbytes);
	uint64_t limit = by_total ? f->total : f->maxbytes;

	if (!f->is_regular || limit == 0 || (f->rotate_after_ms > 0 && sys_now_ms() < f->rotate_after_ms))
		return UINT64_MAX;
	return limit > f->size ? limit - f->size : 0;
}

/*
 * How many of the next bytes still go into this file: up to the last newline that fits, or the
 * first if it is old; all that fits of a line that is begun already or could never fit; 0: rotate
 * first.
 */
static size_t fitting(const struct logfile *f, const char *next, size_t len)
{
	uint64_t room = room_left(f);
	const char *newline;

	if (room == 0)
		return 0;
	if (f->is_old) {
		newline = memchr(next, '\n', len < room ? len : (size_t)room);
		len = newline != NULL ? (size_t)(newline + 1 - next) : len;
	}
	if (len < room)
		return len;
	newline = memrchr(next, '\n', (size_t)room);
	if (newline != NULL)
		return (size_t)(newline + 1 - next);
	return f->size == 0 || !ends_with_line(f) ? (size_t)room : 0;
}

/*
 * The same for what heads a pipe, close to the limit; -ENODATA: the pipe's end, -EAGAIN: it is
 * empty.
 */
static ssize_t fitting_of_source(const struct logfile *f, struct source *src, const struct intake *in)
{
	static char next[NEAR_MAX];
	uint64_t room = room_left(f);
	ssize_t n = source_peek(src, in, next, room == 0 ? 1 : room < sizeof next ? (size_t)room : sizeof next);

	if (n <= 0)
		return n < 0 ? n : -ENODATA;
	return (ssize_t)fitting(f, next, (size_t)n);
}

/* The oldest brothers go until file and brothers are smaller than they may be. */
static void keep_total(struct logfile *f)
{
	struct backups b = logfile_backups(f);

	while (f->kept > 0 && f->size + f->kept >= f->total) {
		int r = backups_drop_oldest(&b);

		if (r == 0) {
			logfile_count_backups(f);
			continue;
		}
		if (r != -ENOENT)
			log_event(LOG_ERROR, f->path, "remove-failed", "error=\"%s\"", strerror(-r));
		f->kept = 0;
	}
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

	if (f->fd >= 0 && f->is_old && ends_with_line(f))
		rotate(f);
	if (f->fd < 0)
		r = open_file(f, O_CREAT);
	if (r == 0 && f->is_regular)
		r = follow_truncation(f);
	if (r == 0)
		keep_total(f);
	return r;
}

/* How many bytes of the stream's head are to be moved now, at most max; else as logfile_move(). */
static ssize_t plan_move(struct logfile *f, struct source *src, const struct intake *in, size_t max)
{
	int r = make_ready(f);
	ssize_t n;

	if (r < 0)
		return r;
	if (room_left(f) > NEAR_MAX && !f->is_old)
		return room_left(f) <= max ? NEAR_MAX : (ssize_t)max;
	n = fitting_of_source(f, src, in);
	if (n != 0)
		return n;
	rotate(f);
	r = make_ready(f);
	if (r < 0)
		return r;
	return room_left(f) > NEAR_MAX ? NEAR_MAX : fitting_of_source(f, src, in);
}

/* So many bytes more are in it. */
static void grown(struct logfile *f, size_t n)
{
	if (f->size == 0 && n > 0) {
		f->born_ms = (int64_t)sys_now_ms();
		f->all->changed = true;
	}
	timeline_add(&f->times, sys_wall_ms(), f->written);
	f->size += n;
	f->written += n;
}

ssize_t logfile_move(struct logfile *f, struct source *src, struct intake *in, size_t max)
{
	ssize_t n = plan_move(f, src, in, max);

	if (n <= 0)
		return n == -ENODATA ? 0 : n;
	if (f->kept > 0 && (uint64_t)n > f->total - f->kept - f->size)
		n = (ssize_t)(f->total - f->kept - f->size);
	n = source_move(in, f->fd, (size_t)n);
	if (n > 0)
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
		rotate(f);
		r = make_ready(f);
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

bool logfile_is_within_line(struct logfile *f)
{
	return make_ready(f) == 0 && f->is_regular && !ends_with_line(f);
}

uint64_t logfile_since(const struct logfile *f, uint64_t since_ms)
{
	uint64_t pos = timeline_find(&f->times, since_ms);

	if (since_ms <= f->found_ms)
		return UINT64_MAX;
	return pos < f->written ? f->written - pos : 0;
}

uint64_t logfile_due_ms(const struct logfile *f)
{
	uint64_t due;

	if (f->fd < 0 || !f->is_regular || f->maxage_ms == 0 || f->size == 0 || f->is_old)
		return UINT64_MAX;
	due = (uint64_t)(f->born_ms + (int64_t)f->maxage_ms);
	due = (int64_t)due < 0 ? 0 : due;
	return due > f->rotate_after_ms ? due : f->rotate_after_ms;
}

void logfile_rotate_old(struct logfile *f)
{
	f->is_old = true;
	if (ends_with_line(f))
		rotate(f);
}
