/*
 * The one place that waits for processes. The dead are looked at; of one whom nobody knows, what the
 * launcher's processes said is read, so that the owner of every number is known; owners are told while
 * the number is still held, and only then it is waited for. Who was stopped by a signal is told to its owner,
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
