/*
 * The controlling terminal, lent to the child as a shell would lend it: the child's group is in the
 * foreground, so that ^C and ^Z reach the child alone; when it stops, we stop; when we go on, it goes on.
 *
 * Never takes a foreground that was not ours: in the background we stay there with the child. In a
 * pipeline, whose others may want the terminal, it is lent only when the child asks for it by reading.
 */
#ifndef SOLO_TERMINAL_H
#define SOLO_TERMINAL_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/attr.h"

struct solo_terminal {
	int   fd;       /* -1: there is none */
	pid_t ours;     /* our own group */
	bool  shared;   /* standard input or output is a pipe */
	bool  lent;     /* it was ours, and the child has it */
};

/* Finds it: /dev/tty, else standard input. It is close-on-exec. */
void solo_terminal_open(struct solo_terminal *ret);

/* Makes group the foreground, if ours alone is it. In the child before exec, with SIGTTOU blocked. */
void solo_terminal_lend(struct solo_terminal *t, pid_t group);

/*
 * The child stopped by that signal: takes the terminal back and stops our own group the same way.
 * Where nobody could ever continue us (process 1, an orphaned group), ^Z is undone instead, as the
 * kernel has it for such groups.
 */
void solo_terminal_stop(struct solo_terminal *t, pid_t child, int signo);

/* We were continued: the child's group goes on, in the foreground if ours is there now. */
void solo_terminal_continue(struct solo_terminal *t, pid_t child);

/* The child is gone: the foreground is ours again, unless somebody else took it meanwhile. */
void solo_terminal_take_back(struct solo_terminal *t, pid_t child);

#endif
