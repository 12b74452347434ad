#include "log/follower.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "log/logfile.h"
#include "log/part.h"
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
	struct part    parts[PARTS_MAX];  /* the files, oldest first; parts[at] is being read */
	uint32_t       parts_n, at;
	uint32_t       generation;        /* of the logfile when FILE was opened */
	uint32_t       rotations;         /* of it when the newest part was FILE */
};

static void follower_free(struct follower *f)
{
	loop_io_stop(&f->io);
	list_remove(&f->link);
	for (uint32_t i = f->at; i < f->parts_n; i++)
		part_close(&f->parts[i]);
	sys_close(f->fd);
	free(f);
}

/* FILE.i, or FILE for 0; nothing is there before its folder is. */
static int open_part(const struct logfile *file, uint32_t i, struct part *ret)
{
	struct backups b = logfile_backups(file);

	return file->dir < 0 ? -ENOENT : part_open(&b, i, ret);
}

/*
 * The file was rotated since, or opened anew: what follows the part at hand takes its place, which after
 * several rotations is a backup.
 */
static bool move_to_next_file(struct follower *f)
{
	const struct logfile *file = f->stream->history;
	uint32_t since = file->rotations - f->rotations, i = since > 0 ? since - 1 : 0;
	struct part next;

	if (f->generation == file->generation)
		return false;
	for (i = i < file->backups ? i : file->backups; open_part(file, i, &next) < 0; i--)
		if (i == 0)
			return false;
	f->rotations = file->rotations - i;
	if (i == 0)
		f->generation = file->generation;
	if (f->parts_n > 0 && part_is_same(&f->parts[f->at], &next)) {
		part_close(&next); /* opened anew, and the same */
		return i > 0;
	}
	if (f->parts_n > 0)
		part_close(&f->parts[f->at]);
	f->parts[0] = next;
	f->at = 0;
	f->parts_n = 1;
	f->pos = 0;
	return true;
}

static size_t next_of_files(struct follower *f, char *buf, size_t max)
{
	do {
		while (f->at < f->parts_n) {
			ssize_t n = part_read(&f->parts[f->at], buf, max, f->pos);

			if (n > 0)
				return (size_t)n;
			if (f->at + 1 == f->parts_n)
				break;
			part_close(&f->parts[f->at++]);
			f->pos = 0;
		}
	} while (move_to_next_file(f));
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

/* len bytes that should be there. */
static bool read_fully(struct part *p, char *buf, size_t len, uint64_t pos)
{
	for (size_t got = 0; got < len;) {
		ssize_t n = part_read(p, buf + got, len - got, pos + got);

		if (n <= 0)
			return false;
		got += (size_t)n;
	}
	return true;
}

/* Where the last lines of the part begin, counting down *lines; 0 when it has no more than that. */
static uint64_t scan_back(struct part *p, uint32_t *lines, uint64_t *budget)
{
	static char block[CHUNK];
	uint64_t end = part_size(p);
	bool is_last = true;

	while (end > 0) {
		size_t len = end < sizeof block ? (size_t)end : sizeof block;

		if (*budget < len || !read_fully(p, block, len, end - len))
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
static bool since_goes_back(struct want *w, const struct part *p, uint64_t *ret_pos)
{
	uint64_t size = part_size(p);

	if (w->bytes == UINT64_MAX) {
		bool is_older = part_written_ms(p) + 999 < w->wish->since_ms;

		*ret_pos = is_older ? size : 0;
		return !is_older;
	}
	if (w->bytes <= size) {
		*ret_pos = size - w->bytes;
		return false;
	}
	w->bytes -= size;
	return true;
}

/* The same for the last lines. */
static bool lines_go_back(struct want *w, struct part *p, uint64_t *ret_pos)
{
	*ret_pos = w->lines == 0 ? part_size(p) : scan_back(p, &w->lines, &w->budget);
	if (w->lines == 0 || *ret_pos > 0)
		return false;
	/* the first line of a file has no newline before it */
	return part_size(p) == 0 || --w->lines > 0;
}

static bool goes_back(struct want *w, struct part *p, uint64_t *ret_pos)
{
	*ret_pos = 0;
	if (w->wish->since_ms > 0)
		return since_goes_back(w, p, ret_pos);
	return w->wish->whole || lines_go_back(w, p, ret_pos);
}

/* Opens the files, youngest first, until the wish is met, and turns them round. */
static void open_parts(struct follower *f, const struct follow_wish *wish)
{
	const struct logfile *file = f->stream->history;
	struct want want = {
		.wish = wish, .lines = wish->lines, .budget = SCAN_MAX, .bytes = logfile_since(file, wish->since_ms) };
	struct part parts[PARTS_MAX];
	bool has_file = open_part(file, 0, &parts[0]) == 0; /* between a rotation and the next byte there is none */
	bool more = !has_file || goes_back(&want, &parts[0], &f->pos);
	uint32_t n = has_file, i = 1;

	for (; more && i <= file->backups && n < PARTS_MAX && open_part(file, i, &parts[n]) == 0; i++)
		more = goes_back(&want, &parts[n++], &f->pos);
	f->generation = file->generation - !has_file;
	f->rotations = file->rotations;
	f->parts_n = n;
	for (i = 0; i < n; i++)
		f->parts[i] = parts[n - 1 - i];
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
