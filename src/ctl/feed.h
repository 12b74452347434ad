/*
 * One child's output on its way to the screen: bytes come in as they come, whole lines go out, so that lines
 * of different children never mix. What the child wrote is not text until it has been looked at: toward a terminal
 * every byte that it could obey is shown as \xNN, in JSON what is no UTF-8; otherwise bytes go as they are.
 */
#ifndef CTL_FEED_H
#define CTL_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

enum { FEED_LINE_MAX = 64 * 1024 };   /* longer lines come in pieces */

/* How lines are shown; the same for all of a run. */
struct feed_look {
	bool     is_named;      /* each behind its child's name */
	bool     is_terminal;
	bool     is_json;       /* an object a line */
	bool     colour;
	size_t   width;         /* columns of the names */
	uint64_t since_ms;      /* lines before are not shown; 0: all are */
};

/* Whether it is known yet where --since begins. */
enum feed_since { SINCE_OPEN, SINCE_BEFORE, SINCE_AFTER };

struct feed {
	const char     *name;
	unsigned        number;     /* for its colour */
	int             fd;         /* -1: none */
	enum feed_since since;
	size_t          len;
	char           *buf;        /* FEED_LINE_MAX bytes */
};

/* -ENOMEM. */
int feed_init(struct feed *f, const char *name, unsigned number, const struct feed_look *look) MUST_CHECK;
void feed_done(struct feed *f);

/* Reads once and shows the lines that became whole; 0 at the end, which has closed it, negative when it broke off. */
int feed_take(struct feed *f, const struct feed_look *look) MUST_CHECK;

/* Nothing came for a while: what waits for a line with a time, waits in vain. */
void feed_settle(struct feed *f, const struct feed_look *look);

#endif
