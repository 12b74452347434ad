/*
 * The children that words of the command line stand for, where a command has to ask about each by itself.
 */
#ifndef CTL_NAMES_H
#define CTL_NAMES_H

#include <stddef.h>

#include "base/attr.h"
#include "ctl/ctl.h"

struct names {
	char **all;
	size_t count;
};

/*
 * The names that words[from..] stand for: a single name as it is, of patterns what reeve makes of them. What to
 * exit with, having said why, when that is not EXIT_DONE; names_done() in any case. The
 * rows are not shown, so c has no JSON.
 */
int names_find(struct ctl *c, int from, struct names *ret) MUST_CHECK;
void names_done(struct names *n);

/* Bytes of the longest. */
size_t names_width(const struct names *n);

#endif
