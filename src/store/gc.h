/*
 * Removing what nothing needs. Needed are: what a pointer names, the last two committed generations of
 * each bundle, trees that a child runs from (the asker names them), whole trees that are younger
 * than a day, and every object and manifest that one of these holds. Downloads are kept for a week,
 * journals and reports for ninety days, a hundred generations of history.
 */
#ifndef STORE_GC_H
#define STORE_GC_H

#include "base/attr.h"
#include "store/job.h"

/* Remembers a tree that is in use, for the gc_run() that follows. */
int gc_note_use(struct job *j, const struct digest *tree) MUST_CHECK;

/* Answers STORE_GC. FAULT_BUSY while a pull is under way. */
int gc_run(struct job *j) MUST_CHECK;

#endif
