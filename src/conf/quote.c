#include "conf/quote.h"

#include <errno.h>
#include <string.h>

static const char blanks[] = " \t\n";

/* A quoted run that begins at *s; leaves *s behind its closing quote. */
static int take_quoted(const char **s, struct text *out)
{
	char quote = *(*s)++;

	for (;; (*s)++) {
		char c = **s;

		if (c == '\0')
			return -EINVAL;
		if (c == quote) {
			(*s)++;
			return 0;
		}
		if (c == '\\' && quote == '"' && (*s)[1] != '\0' &&
		    strchr("\\\"$`\n", (*s)[1]) != NULL) {
			(*s)++;
			if (**s == '\n') /* a line that goes on */
				continue;
		}
		text_add_bytes(out, *s, 1);
	}
}

int quote_next(const char **s, const char *stop, struct text *out)
{
	*s += strspn(*s, blanks);
	if (**s == '\0')
		return 0;
	while (**s != '\0' && strchr(blanks, **s) == NULL && strchr(stop, **s) == NULL) {
		if (**s == '"' || **s == '\'') {
			int r = take_quoted(s, out);

			if (r < 0)
				return r;
			continue;
		}
		if (**s == '\\' && *++*s == '\0')
			return -EINVAL;
		text_add_bytes(out, (*s)++, 1);
	}
	return 1;
}
