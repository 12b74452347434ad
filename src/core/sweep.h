/*
 * A look through all processes for those who carry the marks of some starts, and SIGKILL for them where
 * that is asked: LAUNCH_SWEEP, a piece of work for a process of reeve-launch's, as reading another
 * process's environment can wait for that process. One is under way at a time, for every scope that
 * waits for one by then; a sweep that comes to nothing is asked for again by scopes_look().
 */
#ifndef CORE_SWEEP_H
#define CORE_SWEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "core/process.h"
#include "loop/loop.h"
#include "wire/message.h"

struct core;
struct scope;
struct scopes;

enum { SWEEP_MARKS_MAX = 256 }; /* in one */

/* A scope's place in it. */
struct sweep_place {
	bool     is_wanted;   /* in the next one */
	uint32_t in;          /* id of the one that it is in; 0 none */
	bool     is_swept;    /* one is over, and this is its answer: */
	uint32_t left;        /* by the last one */
	pid_t    survivor;    /* one of them */
};

struct sweep {
	struct core   *core;
	uint32_t       id;         /* of its LAUNCH_SWEEP; 0: none is under way */
	struct process process;
	int            status_fd;  /* -1 */
	struct loop_io io;
	struct loop_timer watchdog; /* a process that hangs, or nobody takes it */
	bool           is_complete; /* it said so */
	struct scope  *scopes[SWEEP_MARKS_MAX]; /* by the place of their marks in the order; NULL forgotten */
	uint32_t       scopes_n;
	uint8_t        marks[SWEEP_MARKS_MAX * 16]; /* as they travel */
};

void sweep_init(struct sweep *sw, struct core *core);
void sweep_done(struct sweep *sw);

/* Sends one for those who want it, killers first; nothing when one is under way or reeve-launch is not there. */
void sweep_begin(struct sweep *sw, struct scopes *all);

/* Whether one is under way whose process has not said its number. */
bool sweep_awaits_pid(const struct sweep *sw);

/* reeve-launch's process for order id said its number; false: it is not ours. */
bool sweep_said_pid(struct sweep *sw, uint32_t id, pid_t pid);

/* sc is not interested any more. */
void sweep_forget(struct sweep *sw, const struct scope *sc);

/* Nobody will take it any more: reeve-launch is gone. */
void sweep_lose(struct sweep *sw);

#endif
