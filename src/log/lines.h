/*
 * Lines out of a run of bytes, in the form that a sink wants them. Pure.
 *
 *	LOG_RAW        hello
 *	LOG_PREFIX     acme:mail | hello
 *	LOG_TIMESTAMP  2026-11-21T13:45:25.123456Z acme:mail | hello
 *	LOG_JSON       {"time":"2026-11-21T13:45:25.123456Z","child":"acme:mail","stream":"out","line":"hello"}
 *
 * Every form can be undone to the byte. A piece that no newline followed (the line was too long and
 * goes on in the next piece, or its child ended within it) has a + for the |, or "partial":true;
 * raw adds no newline to it. JSON holds bytes that are not UTF-8 as \xNN, backslashes are doubled
 * in such a line then, and "escaped":true says so. Toward a terminal every control byte but the tab
 * becomes \xNN, a backslash two.
 */
#ifndef LOG_LINES_H
#define LOG_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "wire/orders.h"

struct lines {
	enum log_format format;
	const char     *child;        /* "acme:mail" */
	const char     *label;        /* "out", "err" */
	const char     *time;         /* RFC 3339, of stamp.h; may be NULL for a format without */
	size_t          line_max;     /* longer lines are split */
	bool            is_terminal;  /* control bytes are escaped */
	bool            is_last;      /* nothing comes after: what has no newline is a line too */
};

/* A line, or what a longer one is split into. */
struct piece {
	const char *at;
	size_t      len;          /* its newline not counted */
	bool        has_newline;
};

enum {
	LINES_GROWTH   = 6,       /* the most that a byte may become: "\u0000" */
	LINES_HEAD_MAX = 1024,    /* the most that stands around a line */
};

/*
 * Appends the whole lines among the len bytes at data to out, as long as they fit; an empty out
 * with room for LINES_HEAD_MAX + LINES_GROWTH * line_max takes any. Returns how many bytes of data
 * these stand for.
 */
size_t lines_add(const struct lines *how, const char *data, size_t len, struct text *out);

/* Appends a line of ours that says how many bytes of the child are missing here. */
void lines_add_lost(const struct lines *how, uint64_t bytes, struct text *out);

/* The next piece of data; false: it is not whole yet. */
bool lines_next(const struct lines *how, const char *data, size_t len, struct piece *ret);

#endif
