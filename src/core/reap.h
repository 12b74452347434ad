/*
 * The one place that waits for processes. What the launcher's processes said is read first, so that
 * the owner of every number is known; then the dead are looked at, told to their owners while they
 * still hold their numbers, and only then waited for. Who was stopped by a signal is told to its owner,
 * too: a program may be, one of our own processes has work to do.
 */
#ifndef CORE_REAP_H
#define CORE_REAP_H

#include <stdint.h>

#include "loop/loop.h"

struct core;

struct reaper {
	struct core       *core;
	struct loop_signal signal;   /* SIGCHLD */
	struct loop_timer  rest;     /* more of the dead for the next turn */
	uint64_t           orphans;  /* adopted and buried */
};

void reaper_init(struct reaper *r, struct core *core);
void reaper_done(struct reaper *r);

#endif
