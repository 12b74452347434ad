/*
 * One child, accompanied to its end by whoever is its init: each signal is handed on, each orphan is
 * reaped, and what the child leaves behind is ended. The one idea: every signal stays blocked and is
 * waited for, so there are no handlers, no race, and no disposition to give back but that of SIGCHLD.
 *
 *	solo_take_signals(&were);
 *	pid = fork();                     (vfork will do)
 *	if (pid == 0) {
 *		solo_give_signals(&were);
 *		execve(...);
 *	}
 *	status = solo_run(&(struct solo){ .child = pid, .after = SOLO_LEAVE });
 *
 * Never allocates, never polls, prints nothing, and has no timer while the child lives. Knows nothing
 * of what it runs: how the child is made and what is said of it are the caller's.
 */
#ifndef SOLO_SOLO_H
#define SOLO_SOLO_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"

struct solo_terminal;

enum { SOLO_SIGNALS = 65 };     /* signals are numbered from 1 to 64 (signal(7)) */

/* What becomes of the others when the child is gone. */
enum solo_after {
	SOLO_LEAVE,             /* nothing: init's own end takes them with it, or they live on */
	SOLO_TERM_GROUP,        /* the child's group is sent SIGTERM, or what that is rewritten to */
	SOLO_END_ALL,           /* SIGTERM and SIGCONT, grace_ms, SIGKILL, and all of them are waited for */
};

enum solo_event {
	SOLO_HEARD,             /* who: the child, to whom it is handed on; n: the signal, before rewriting */
	SOLO_REAPED,            /* who: the orphan or the child; n: its status as of wait(2) */
};

struct solo {
	pid_t                 child;
	bool                  to_group;  /* signals go to the group that the child leads */
	bool                  suspends;  /* stops itself too when SIGTSTP, SIGTTIN or SIGTTOU was handed on */
	const uint8_t        *rewrite;   /* SOLO_SIGNALS: what goes in place of each, 0: nothing; NULL: itself */
	struct solo_terminal *terminal;  /* handed over to the child; NULL: none was */
	enum solo_after       after;
	uint64_t              grace_ms;
	void                (*tell)(void *arg, enum solo_event event, pid_t who, int n);   /* or NULL */
	void                 *arg;
};

/* What was inherited, for the child. */
struct solo_signals {
	uint64_t mask;          /* the kernel's own set: C libraries keep some numbers to themselves */
	bool     child_ignored; /* SIGCHLD was: then no status would reach us */
};

/* Blocks every signal, and has SIGCHLD tell of children. Before the fork. */
void solo_take_signals(struct solo_signals *ret);

/* Gives back what was inherited. In the child; calls nothing that vfork(2) forbids. */
void solo_give_signals(const struct solo_signals *were);

/*
 * Until the child is gone, and then what after says; returns the child's status as of wait(2).
 * SOLO_END_ALL as process 1 reaches everybody; else the child's group and the orphans, for which the
 * caller is their subreaper and /proc is there. SIGTERM or SIGINT during the grace ends it at once.
 */
int solo_run(const struct solo *solo);

/* The same without a child: reaps until SIGTERM or SIGINT comes. */
void solo_pause(void);

/* What a shell would say of a status: the exit status, or 128 and the number of the signal. */
int solo_exit_code(int status);

#endif
