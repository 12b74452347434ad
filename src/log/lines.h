/*
 * Lines out of a run of bytes, each with a prefix: what the prefixed stream and its tests agree on. Pure.
 */
#ifndef LOG_LINES_H
#define LOG_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

struct lines {
	const char *prefix;       /* "acme:mail | " */
	size_t      line_max;     /* longer lines are split */
	bool        is_terminal;  /* control bytes are escaped */
	bool        is_last;      /* nothing comes after: what has no newline is a line too */
};

/*
 * Appends the whole lines among the len bytes at data to out, each with prefix and newline, as long as
 * they fit. Returns how many bytes of data these stand for.
 */
size_t lines_prefix(const struct lines *how, const char *data, size_t len, struct text *out);

#endif
