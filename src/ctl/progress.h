/*
 * How far a long piece of work is: a bar that is drawn over itself on a terminal, one line per phase
 * anywhere else. Goes to standard error, so that the answer on standard output stays clean.
 */
#ifndef CTL_PROGRESS_H
#define CTL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "ctl/ctl.h"
#include "wire/rows.h"

struct progress {
	char     phase[24];
	uint64_t began_ms;     /* of the phase */
	uint64_t began_at;     /* units done when it began */
	bool     drawn;        /* a bar stands on the line */
};

void progress_show(struct progress *p, const struct ctl *c, const struct progress_row *row, uint64_t now_ms);

/* Takes the bar away, before anything else is written. */
void progress_clear(struct progress *p);

/* The line itself, as on a terminal. width is that of the bar. */
void progress_format(const struct progress *p, const struct progress_row *row, uint64_t now_ms, char *buf,
                     size_t max);

#endif
