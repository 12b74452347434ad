/*
 * INI text into events: a section begins, a setting is complete, a line is wrong. inih tells settings
 * and comments apart; lines, their numbers, headers, continuation and every limit are kept here,
 * because inih cuts long lines and parses the rest as new ones, ends a line at NUL, cuts section
 * names and does not tell of empty sections.
 *
 *	[kind:name]             a section; nothing but a comment may follow
 *	key = value             or "key: value"; ';' or '#' after white space, outside quotes, starts a comment
 *	    more of the value   an indented line goes on with it, behind a newline
 *
 * Lines are UTF-8 without control characters, and without those that reorder what a person sees.
 * One line each may end with CR LF; the file may begin with a byte order mark.
 */
#ifndef CONF_READER_H
#define CONF_READER_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

enum {
	READER_HEADER_MAX = 280,         /* bytes between [ and ]: a kind and NAME_PATH_MAX */
	READER_KEY_MAX    = 64,
	READER_LINE_MAX   = 68 << 10,    /* a value of CONF_VALUE_MAX and what stands around it */
};

/* Texts live until the event returns. A negative answer ends the reading. */
struct reader_events {
	/* header is NULL after a mistake in it: what follows belongs to nobody. */
	int (*on_section)(void *user, uint32_t line, const char *header);
	int (*on_setting)(void *user, uint32_t line, const char *key, const char *value);
	int (*on_mistake)(void *user, uint32_t line, const char *code, const char *text);
};

/* Tells all of the text; -ENOMEM, or what an event answered. */
int reader_run(const char *text, size_t len, const struct reader_events *on, void *user) MUST_CHECK;

#endif
