/*
 * Rows whose columns line up, which is known only at the end: they are kept until table_print(). Below a
 * row may stand notes, each on a line of its own.
 */
#ifndef CTL_TABLE_H
#define CTL_TABLE_H

#include <stddef.h>

#include "ctl/screen.h"

enum { TABLE_CELLS_MAX = 10 };

struct table_row {
	struct table_row *next;
	size_t            cells;   /* 0: a note */
	enum tint         tint;    /* of the second cell, or the note */
	char             *texts[TABLE_CELLS_MAX];
};

struct table {
	struct table_row *first, **last;
};

void table_init(struct table *t);
void table_done(struct table *t);

/* Adds a row; texts are copied. No memory ends the run with a word. */
void table_add(struct table *t, enum tint tint, const char *const *texts, size_t cells);

/* A note below the row before it. */
void table_add_note(struct table *t, enum tint tint, const char *text);

void table_print(const struct ctl *c, const struct table *t);

#endif
