/*
 * reeve-log at work: streams come and go as reeve says, and their bytes move from pipes to sinks.
 *
 * The pipes are watched edge-triggered, because a pipe may hold the beginning of a line for hours and
 * must not wake us all that time. A sink that fails or stalls never stops a child for good: when its
 * pipe is nearly full, the oldest bytes are thrown away, counted, and the count stands where they would.
 */
#ifndef LOG_MOVER_H
#define LOG_MOVER_H

#include "base/attr.h"

struct mover;

/* Takes orders from the socket control, which it owns from now on. */
int mover_new(int control, struct mover **ret) MUST_CHECK;

/* Runs until reeve closes its end and what is in the pipes has moved. */
void mover_run(struct mover *m);

void mover_free(struct mover *m);

#endif
