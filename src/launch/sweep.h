/*
 * The answer to LAUNCH_SWEEP, in a process of its own: everybody below reeve who carries the mark of one
 * of the starts in his environment, and everybody below those, is counted and, where that is asked,
 * killed until nobody is left or a moment is over. Who is a zombie is gone; reeve waits for those.
 *
 * A program that wipes its environment and leaves its session and its parents is not seen; a control group
 * sees it.
 */
#ifndef LAUNCH_SWEEP_H
#define LAUNCH_SWEEP_H

#include "base/attr.h"
#include "launch/report.h"
#include "wire/orders.h"

/* The environment variable that carries the mark. */
#define SWEEP_VARIABLE "REEVE_MARK"

/* Does it, says what came of it through r, and ends. The parent of this process is reeve. */
void sweep_run(const struct launch_sweep *order, const struct report *r) NORETURN;

#endif
