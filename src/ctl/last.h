/*
 * What a child said last, for whoever asks how it is when it is down: a few lines out of what reeve-log keeps.
 * Nobody is told when they cannot be had, and nobody waits long for them.
 */
#ifndef CTL_LAST_H
#define CTL_LAST_H

#include <jansson.h>

#include "ctl/table.h"
#include "wire/rows.h"

enum { LAST_LINES = 5, LAST_BYTES_MAX = 16 * 1024 };

struct last {
	size_t len;
	char   buf[LAST_BYTES_MAX];
};

/* Whether what row's child said last may tell why it is down. */
bool last_is_telling(const struct child_row *row);

/* Asks for the last lines of the child: of its error output where that is kept apart. Empty when they cannot be had. */
void last_fetch(const struct ctl *c, const char *child, struct last *ret);

/* The lines below the last row, marked as somebody else's words. */
void last_add_notes(const struct last *last, struct table *table);

/* The lines as an array. */
json_t *last_to_json(const struct last *last);

#endif
