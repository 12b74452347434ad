#include "log/follower.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "log/logfile.h"
#include "sys/fd.h"

/* Chunks before others have their turn; files scanned back at most this far for the last lines. */
enum { TURN_CHUNKS = 16, CHUNK = 16 * 1024, SCAN_MAX = 1024 * 1024, PARTS_MAX = 64 };

struct follower {
	struct list    link;
	struct loop   *loop;
	struct loop_io io;
	struct stream *stream;
	int            fd;
	bool           follow;
	bool           is_full;           /* its pipe is; the loop says when not */
	uint64_t       pos;               /* in the part at hand, or in the ring */
	int            parts[PARTS_MAX];  /* the files, oldest first; parts[at] is being read */
	uint32_t       parts_n, at;
	uint32_t       generation;        /* of the logfile when its newest part was opened */
};

static void follower_free(struct follower *f)
{
	loop_io_stop(&f->io);
	list_remove(&f->link);
	for (uint32_t i = f->at; i < f->parts_n; i++)
		sys_close(f->parts[i]);
	sys_close(f->fd);
	free(f);
}

/* The file was rotated since: the new one takes the place of the part at hand. */
static bool move_to_new_file(struct follower *f)
{
	const struct logfile *file = f->stream->history;
	struct stat old, new;
	int fd;

	if (f->generation == file->generation)
		return false;
	fd = logfile_open_part(file, 0);
	if (fd < 0 || fstat(fd, &new) < 0) {
		if (fd >= 0)
			sys_close(fd);
		return false;
	}
	f->generation = file->generation;
	if (f->parts_n > 0 && fstat(f->parts[f->at], &old) == 0 && old.st_ino == new.st_ino && old.st_dev == new.st_dev) {
		sys_close(fd); /* opened anew, and the same */
		return false;
	}
	if (f->parts_n > 0)
		sys_close(f->parts[f->at]);
	f->parts[0] = fd;
	f->at = 0;
	f->parts_n = 1;
	f->pos = 0;
	return true;
}

static size_t next_of_files(struct follower *f, char *buf, size_t max)
{
	do {
		while (f->at < f->parts_n) {
			ssize_t n = pread(f->parts[f->at], buf, max, (off_t)f->pos);

			if (n > 0)
				return (size_t)n;
			if (f->at + 1 == f->parts_n)
				break;
			sys_close(f->parts[f->at++]);
			f->pos = 0;
		}
	} while (move_to_new_file(f));
	return 0;
}

/* What comes next for the follower; f->pos stays until it is written. */
static size_t next_bytes(struct follower *f, char *buf, size_t max)
{
	const struct ring *r = &f->stream->ring;
	uint64_t pos = f->pos;

	if (f->stream->history != NULL)
		return next_of_files(f, buf, max);
	if (pos < r->begin) {
		struct text t;

		text_init(&t, buf, max);
		text_addf(&t, "\n[reeve-log: %llu bytes missed here]\n", (unsigned long long)(r->begin - pos));
		if (sys_write(f->fd, buf, t.len) == -EAGAIN)
			return t.len; /* no room: the caller finds that out too, and we come back */
		pos = f->pos = r->begin;
	}
	return ring_read(r, &pos, buf, max);
}

static void writable(void *arg, unsigned events);

/* Moves a few chunks. Whether the follower is still there. */
static bool pump(struct follower *f)
{
	char buf[CHUNK];

	f->is_full = false;
	for (int i = 0; i < TURN_CHUNKS; i++) {
		size_t len = next_bytes(f, buf, sizeof buf);
		ssize_t n;

		if (len == 0 && f->follow) {
			/* Only an error shows on a pipe's writing end as readable: the reader went. */
			loop_io_start(f->loop, &f->io, f->fd, LOOP_READ, writable, f);
			return true;
		}
		n = len == 0 ? -ENODATA : sys_write(f->fd, buf, len);
		f->is_full = n == -EAGAIN;
		if (f->is_full)
			break;
		if (n < 0) {
			follower_free(f);
			return false;
		}
		f->pos += (uint64_t)n;
	}
	loop_io_start(f->loop, &f->io, f->fd, LOOP_WRITE, writable, f);
	return true;
}

static void writable(void *arg, unsigned events)
{
	struct follower *f = arg;

	if (events == LOOP_READ) {
		follower_free(f);
		return;
	}
	(void)pump(f); /* freed or not, nothing more to do */
}

/* Where the last lines of fd begin, counting down *lines; 0 when it has no more than that. */
static uint64_t scan_back(int fd, uint32_t *lines, uint64_t *budget)
{
	static char block[CHUNK];
	struct stat st;
	uint64_t end = fstat(fd, &st) == 0 ? (uint64_t)st.st_size : 0;
	bool is_last = true;

	while (end > 0) {
		size_t len = end < sizeof block ? (size_t)end : sizeof block;
		ssize_t n = pread(fd, block, len, (off_t)(end - len));

		if (n != (ssize_t)len || *budget < len)
			return end;
		for (size_t i = len; i > 0; i--) {
			if (block[i - 1] == '\n' && !is_last && --*lines == 0)
				return end - len + i;
			is_last = false;
		}
		*budget -= len;
		end -= len;
	}
	return 0;
}

/* What is still wanted when a part is opened, from the youngest back. */
struct want {
	const struct follow_wish *wish;
	uint32_t lines;
	uint64_t budget;   /* bytes that may be scanned for them */
	uint64_t bytes;    /* that came since then; UINT64_MAX: files that were written since then */
};

/* Where in the part what came since then begins. Whether older parts have some of it. */
static bool since_goes_back(struct want *w, int fd, uint64_t *ret_pos)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return false;
	if (w->bytes == UINT64_MAX) {
		bool is_older = (uint64_t)st.st_mtim.tv_sec * 1000 + 999 < w->wish->since_ms;

		*ret_pos = is_older ? (uint64_t)st.st_size : 0;
		return !is_older;
	}
	if (w->bytes <= (uint64_t)st.st_size) {
		*ret_pos = (uint64_t)st.st_size - w->bytes;
		return false;
	}
	w->bytes -= (uint64_t)st.st_size;
	return true;
}

/* The same for the last lines. */
static bool lines_go_back(struct want *w, int fd, uint64_t *ret_pos)
{
	if (w->lines == 0)
		*ret_pos = (uint64_t)lseek(fd, 0, SEEK_END);
	else
		*ret_pos = scan_back(fd, &w->lines, &w->budget);
	if (w->lines == 0 || *ret_pos > 0)
		return false;
	/* the first line of a file has no newline before it */
	return lseek(fd, 0, SEEK_END) <= 0 || --w->lines > 0;
}

static bool goes_back(struct want *w, int fd, uint64_t *ret_pos)
{
	*ret_pos = 0;
	if (w->wish->since_ms > 0)
		return since_goes_back(w, fd, ret_pos);
	return w->wish->whole || lines_go_back(w, fd, ret_pos);
}

/* Opens the files, youngest first, until the wish is met, and turns them round. */
static void open_parts(struct follower *f, const struct follow_wish *wish)
{
	const struct logfile *file = f->stream->history;
	struct want want = {
		.wish = wish, .lines = wish->lines, .budget = SCAN_MAX, .bytes = logfile_since(file, wish->since_ms) };
	int fds[PARTS_MAX];
	uint32_t n = 0;
	bool more = true;

	while (more && n <= file->backups && n < PARTS_MAX) {
		int fd = logfile_open_part(file, n);

		if (fd < 0)
			break;
		fds[n++] = fd;
		more = goes_back(&want, fd, &f->pos);
	}
	f->generation = file->generation - (n == 0);
	f->parts_n = n;
	for (uint32_t i = 0; i < n; i++)
		f->parts[i] = fds[n - 1 - i];
}

/* Where in the ring what the wish asks for begins. */
static uint64_t place_in_ring(const struct stream *s, const struct follow_wish *wish)
{
	uint64_t since = timeline_find(&s->times, wish->since_ms);

	if (wish->since_ms > 0 && since > s->ring.end)
		return s->ring.end;
	if (wish->since_ms > 0)
		return since > s->ring.begin ? since : s->ring.begin;
	return wish->whole ? s->ring.begin : ring_tail(&s->ring, wish->lines);
}

int follower_start(struct loop *loop, struct stream *s, const struct follow_wish *wish, int fd)
{
	struct follower *f = calloc(1, sizeof *f);

	if (f == NULL || fcntl(fd, F_SETFL, O_NONBLOCK) < 0) {
		free(f);
		sys_close(fd);
		return f == NULL ? -ENOMEM : -errno;
	}
	f->loop = loop;
	f->stream = s;
	f->fd = fd;
	f->follow = wish->follow;
	list_append(&s->followers, &f->link);
	if (s->history != NULL)
		open_parts(f, wish);
	else
		f->pos = place_in_ring(s, wish);
	(void)pump(f); /* freed or not, it is on its way */
	return 0;
}

void followers_wake(struct stream *s)
{
	list_each(&s->followers, it) {
		struct follower *f = container_of(it, struct follower, link);

		if (!f->is_full)
			(void)pump(f); /* it may be gone; the walk allows it */
	}
}

void followers_end(struct stream *s)
{
	list_each(&s->followers, it) {
		struct follower *f = container_of(it, struct follower, link);

		f->follow = false;
		if (pump(f))
			follower_free(f);
	}
}
