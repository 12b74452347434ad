/*
 * Problems as people read them: what is wrong, and below it what to do.
 */
#ifndef CTL_PROBLEMS_H
#define CTL_PROBLEMS_H

#include "ctl/table.h"
#include "wire/rows.h"

/* Adds them below the last row. */
void problems_add_note(struct table *table, const struct problem_row *row);

/* Prints one that stands for itself: "acme:mail: …", and below it the remedy. */
void problems_print(const struct ctl *c, const struct problem_row *row);

#endif
