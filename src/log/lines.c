#include "log/lines.h"

#include <string.h>

/* The most that a byte may become: "\xNN". */
enum { ESCAPED_MAX = 4 };

/* Bytes of the next line and of the newline behind it; 0: not whole yet. */
static size_t next_line(const struct lines *how, const char *data, size_t len, size_t *ret_newline)
{
	size_t window = len < how->line_max + 1 ? len : how->line_max + 1;
	const char *newline = memchr(data, '\n', window);
	size_t piece = how->line_max;

	*ret_newline = newline != NULL;
	if (newline != NULL)
		return (size_t)(newline - data);
	if (len <= how->line_max)
		return how->is_last ? len : 0;
	/* Not in the middle of a character, if it is one. */
	for (size_t back = 1; back < 4 && back < piece; back++) {
		size_t whole = text_utf8_length(data + piece - back, len - (piece - back));

		if (whole > back)
			return piece - back;
		if (whole > 0)
			break;
	}
	return piece;
}

/* The line as a terminal may have it: no control byte but tabs. */
static void add_for_terminal(struct text *out, const char *data, size_t len)
{
	while (len > 0) {
		const char *tab = memchr(data, '\t', len);
		size_t n = tab != NULL ? (size_t)(tab - data) : len;

		text_add_escaped(out, data, n);
		if (tab != NULL)
			text_add(out, "\t");
		n += tab != NULL;
		data += n;
		len -= n;
	}
}

size_t lines_prefix(const struct lines *how, const char *data, size_t len, struct text *out)
{
	size_t used = 0;

	while (used < len) {
		size_t newline;
		size_t n = next_line(how, data + used, len - used, &newline);
		size_t most = strlen(how->prefix) + n * (how->is_terminal ? ESCAPED_MAX : 1) + 1;

		if ((n == 0 && newline == 0) || out->max - out->len - 1 < most)
			break;
		text_add(out, how->prefix);
		if (how->is_terminal)
			add_for_terminal(out, data + used, n);
		else
			text_add_bytes(out, data + used, n);
		text_add_bytes(out, "\n", 1);
		used += n + newline;
	}
	return used;
}
