#include "ctl/feed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "ctl/json.h"
#include "ctl/moment.h"
#include "ctl/screen.h"
#include "sys/fd.h"

int feed_init(struct feed *f, const char *name, unsigned number, const struct feed_look *look)
{
	*f = (struct feed){
		.name = name, .number = number, .fd = -1, .since = look->since_ms == 0 ? SINCE_AFTER : SINCE_OPEN,
		.buf = malloc(FEED_LINE_MAX),
	};
	return f->buf == NULL ? -ENOMEM : 0;
}

void feed_done(struct feed *f)
{
	if (f->fd >= 0)
		sys_close(f->fd);
	free(f->buf);
}

static void put_name(const struct feed *f, bool has_newline, const struct feed_look *look)
{
	static const char *const colours[] = { "\033[36m", "\033[33m", "\033[32m", "\033[35m", "\033[34m", "\033[31m" };

	if (look->colour)
		fputs(colours[f->number % ARRAY_LEN(colours)], stdout);
	screen_put(stdout, f->name);
	for (size_t n = strlen(f->name); look->is_terminal && n < look->width; n++)
		putchar(' ');
	fputs(has_newline ? " | " : " + ", stdout);
	if (look->colour)
		fputs("\033[0m", stdout);
}

/* Shows one line, or a piece of one that is too long or has no end. */
static void put_line(const struct feed *f, const char *line, size_t len, bool has_newline, const struct feed_look *look)
{
	if (look->is_json) {
		json_print_line(f->name, line, len, has_newline);
		return;
	}
	if (look->is_named)
		put_name(f, has_newline, look);
	if (look->is_terminal)
		screen_put_line(stdout, line, len);
	else
		(void)fwrite(line, 1, len, stdout);
	if (has_newline || look->is_named)
		putchar('\n');
}

/* Whether a line is late enough; what has no time of its own belongs to the line before. */
static bool is_wanted(struct feed *f, const char *line, size_t len, const struct feed_look *look)
{
	uint64_t ms;

	if (f->since != SINCE_AFTER && moment_of_line(line, len, &ms))
		f->since = ms >= look->since_ms ? SINCE_AFTER : SINCE_BEFORE;
	return f->since == SINCE_AFTER;
}

/* Takes the lines that are whole, while it is known whether to show them; returns the bytes that they took. */
static size_t take_lines(struct feed *f, const struct feed_look *look)
{
	const char *line = f->buf, *end = f->buf + f->len, *newline;
	size_t used = 0;

	while ((newline = memchr(line, '\n', (size_t)(end - line))) != NULL) {
		size_t len = (size_t)(newline - line);

		if (is_wanted(f, line, len, look))
			put_line(f, line, len, true, look);
		line = newline + 1;
		if (f->since != SINCE_OPEN) /* else it stays, until one with a time comes */
			used = (size_t)(line - f->buf);
	}
	return used;
}

static void drop(struct feed *f, size_t used)
{
	f->len -= used;
	memmove(f->buf, f->buf + used, f->len);
}

/* Shows what waits, as far as it is whole lines; a last one without end too when nothing follows, or it is too long. */
static void flush(struct feed *f, const struct feed_look *look, bool is_end)
{
	drop(f, take_lines(f, look));
	if (f->len == 0 || !(is_end || f->len == FEED_LINE_MAX))
		return;
	if (is_wanted(f, f->buf, f->len, look))
		put_line(f, f->buf, f->len, false, look);
	f->len = 0;
}

void feed_settle(struct feed *f, const struct feed_look *look)
{
	if (f->since != SINCE_OPEN || f->len == 0)
		return;
	f->since = SINCE_AFTER; /* reeve-log knows about when they came, and left out the rest */
	flush(f, look, false);
}

/* Nobody looks at single lines: the bytes go on as they are. */
static bool is_plain(const struct feed_look *look)
{
	return !look->is_named && !look->is_terminal && !look->is_json && look->since_ms == 0;
}

static int end(struct feed *f, const struct feed_look *look, int r)
{
	feed_settle(f, look);
	flush(f, look, true);
	sys_close(f->fd);
	f->fd = -1;
	return r;
}

int feed_take(struct feed *f, const struct feed_look *look)
{
	ssize_t n = sys_read(f->fd, f->buf + f->len, FEED_LINE_MAX - f->len);
	int r;

	if (n <= 0)
		return end(f, look, (int)n);
	if (is_plain(look)) {
		r = io_write_all(STDOUT_FILENO, f->buf, (size_t)n);
		return r < 0 ? end(f, look, r) : 1;
	}
	f->len += (size_t)n;
	if (f->since == SINCE_OPEN && f->len == FEED_LINE_MAX)
		feed_settle(f, look);
	flush(f, look, false);
	return 1;
}
