#include "ctl/last.h"

#include <poll.h>
#include <string.h>

#include "base/own.h"
#include "ctl/json.h"
#include "ctl/session.h"
#include "sys/clock.h"
#include "sys/fd.h"

enum {
	WAIT_MS = 1000,   /* reeve-log may hang, and a status must not */
	SHOWN_MAX = 400,  /* bytes of a line below the table */
};

bool last_is_telling(const struct child_row *row)
{
	if (strcmp(row->state, "exited") == 0)
		return strcmp(row->exit, "status 0") != 0;
	return strcmp(row->state, "dead") == 0 || strcmp(row->state, "backoff") == 0;
}

static void take_stream(struct ctl *c, int fd, void *arg)
{
	int *ret = arg;

	(void)c;
	if (*ret >= 0)
		sys_close(*ret);
	*ret = fd;
}

/* Whether there is something to read before the deadline. */
static bool wait_readable(int fd, uint64_t deadline_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint64_t now_ms = sys_now_ms();

	return now_ms < deadline_ms && poll(&p, 1, (int)(deadline_ms - now_ms)) > 0;
}

/* Keeps what came last when it is too much. */
static void read_last(struct last *last, int fd)
{
	uint64_t deadline_ms = sys_now_ms() + WAIT_MS;
	ssize_t n = 1;

	while (n > 0 && wait_readable(fd, deadline_ms)) {
		if (last->len == sizeof last->buf) {
			last->len = sizeof last->buf / 2;
			memmove(last->buf, last->buf + last->len, last->len);
		}
		n = sys_read(fd, last->buf + last->len, sizeof last->buf - last->len);
		last->len += n > 0 ? (size_t)n : 0;
	}
}

void last_fetch(const struct ctl *c, const char *child, struct last *ret)
{
	OWN(fd) int fd = -1;
	struct ctl quiet = *c;
	struct ask_tail ask = { .child = child, .lines = LAST_LINES, .err = true };
	const struct view view = { .stream = take_stream, .arg = &fd, .limit_ms = WAIT_MS };

	quiet.quiet = true;
	quiet.json = false;
	ret->len = 0;
	if (session_ask(&quiet, MSG_TAIL, &ask, &view) == EXIT_DONE && fd >= 0)
		read_last(ret, fd);
}

/* The next line at *at; false: there is none. */
static bool next_line(const struct last *last, size_t *at, const char **ret, size_t *ret_len)
{
	const char *line = last->buf + *at, *newline;

	if (*at >= last->len)
		return false;
	newline = memchr(line, '\n', last->len - *at);
	*ret = line;
	*ret_len = newline != NULL ? (size_t)(newline - line) : last->len - *at;
	*at += *ret_len + 1;
	return true;
}

/* As people may see it: tabs are blanks, what is left of control bytes is escaped. */
static void add_shown(struct text *t, const char *s, size_t len)
{
	while (len > 0) {
		const char *tab = memchr(s, '\t', len);
		size_t n = tab != NULL ? (size_t)(tab - s) : len;

		text_add_printable(t, s, n);
		if (tab != NULL)
			text_add(t, "    ");
		n += tab != NULL;
		s += n;
		len -= n;
	}
}

void last_add_notes(const struct last *last, struct table *table)
{
	const char *line;
	size_t len, at = 0;

	while (next_line(last, &at, &line, &len)) {
		char note[4 * SHOWN_MAX + 8]; /* \xNN for every byte at worst */
		struct text t;

		text_init(&t, note, sizeof note);
		text_add(&t, "| ");
		add_shown(&t, line, len < SHOWN_MAX ? len : SHOWN_MAX);
		table_add_note(table, TINT_FAINT, note);
	}
}

json_t *last_to_json(const struct last *last)
{
	json_t *array = json_array();
	const char *line;
	size_t len, at = 0;

	while (next_line(last, &at, &line, &len))
		(void)json_array_append_new(array, json_from_bytes(line, len)); /* no memory: json_print() sees it */
	return array;
}
