/*
 * From order to running process: the steps in the order in which they must happen, one table. A step
 * that fails is named to reeve, with its errno, and the process ends.
 */
#ifndef LAUNCH_STEPS_H
#define LAUNCH_STEPS_H

#include "base/attr.h"

struct start;

/* The exit status of a process that did not become the child; the status pipe says why. */
enum { EXIT_REFUSED = 127 };

/* Takes every step; a start that only checks ends after the first. */
void steps_run(struct start *s) NORETURN;

#endif
