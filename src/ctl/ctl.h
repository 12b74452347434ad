/*
 * One run of reevectl: what was asked on the command line, and where the answer goes. A run asks one
 * thing and ends; it holds no state of its own.
 */
#ifndef CTL_CTL_H
#define CTL_CTL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/attr.h"

/* What reevectl exits with when reeve itself did not say; reevectl(1) has the whole table. */
enum {
	EXIT_DONE      = 0,
	EXIT_PARTIAL   = 1,
	EXIT_USAGE     = 2,
	EXIT_SOME_DOWN = 3,   /* of status */
	EXIT_UNTOUCHED = 4,   /* reeve could not be reached: nothing was done */
	EXIT_REFUSED   = 8,   /* the socket itself may not be opened */
};

/* Options that only some commands take. */
enum {
	OPTION_FULL   = 1 << 0,
	OPTION_TO     = 1 << 1,
	OPTION_FOLLOW = 1 << 2,
	OPTION_LINES  = 1 << 3,
	OPTION_WHOLE  = 1 << 4,
	OPTION_STDERR = 1 << 5,
	OPTION_SINCE  = 1 << 6,
};

struct ctl {
	const char *socket;      /* path of the control socket; NULL: the usual places */
	bool        json;
	bool        quiet;       /* what goes wrong on the way is not told */
	bool        colour;      /* standard output is a terminal that wants colours */
	bool        terminal;    /* standard error is a terminal: progress may be drawn */
	bool        help;
	unsigned    options;     /* OPTION_* that were given */
	uint32_t    lines;
	uint64_t    since_ms;    /* wall clock */
	const char *to;
	char      **words;       /* the command's arguments, without its name */
	int         words_n;
};

#endif
