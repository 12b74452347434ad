/*
 * Every process that reeve started or was told of, by its number, with who wants to know of its
 * end. A number stays its owner's until reap.c waits for it, and nobody else waits: so a signal
 * sent to a number in this table cannot hit a stranger. Whatever ends without being in it was an
 * adopted orphan.
 */
#ifndef CORE_PROCESS_H
#define CORE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/map.h"
#include "sys/process.h"

struct process {
	pid_t pid;        /* 0: none */
	/*
	 * It is dead and not waited for: its number and its group's still cannot be anybody else's.
	 */
	void (*ending)(void *arg);
	/* A signal stopped it, and it does not go on by itself. May be NULL. */
	void (*stopped)(void *arg);
	/* It is waited for. */
	void (*gone)(void *arg, const struct exit_status *how);
	void *arg;
};

struct processes {
	struct map by_pid;
};

/* Room for max processes; the entries so far are kept. -ENOMEM changes nothing. */
int processes_reserve(struct processes *ps, size_t max) MUST_CHECK;
void processes_done(struct processes *ps);

/* Gives p the number pid; -ENOSPC. p's callbacks are set, and it has no number yet. */
int processes_own(struct processes *ps, struct process *p, pid_t pid) MUST_CHECK;

/* NULL when nobody owns it. */
struct process *processes_find(const struct processes *ps, pid_t pid);

/* Takes p's number away. */
void processes_disown(struct processes *ps, struct process *p);

/* "status 1", "signal KILL". */
void exit_status_format(const struct exit_status *how, char *buf, size_t max);

#endif
