/*
 * Compresses one backup in a process of its own, a fork of reeve-log with the lowest priority that
 * ends with the work, so that nobody's output waits for it. That process gets the two descriptors
 * and touches no name; whoever started it says what the result is called. It keeps the plain file
 * open until press_end(), so that the blocks of a file that has no name any more are freed there
 * and not here.
 */
#ifndef LOG_PRESS_H
#define LOG_PRESS_H

#include <stdbool.h>

#include "base/attr.h"
#include "loop/loop.h"

/* The result is 0 when all of it is in the other file, on the disk, or negative errno. */
typedef void press_fn(void *arg, int result);

struct press {
	press_fn      *fn;      /* who starts it sets these two: told of the result, once, from the loop */
	void          *arg;
	struct loop_io io;
	int            socket;  /* the process is at its other end */
	bool           active;
};

/*
 * Compresses the first of the files into the second, an empty one; both are taken, whatever
 * happens. The caller ignores SIGCHLD: nobody waits for the process.
 */
int press_start(struct press *p, struct loop *loop, const int files[2]) MUST_CHECK;

/* Lets the process go, done or not. */
void press_end(struct press *p);

#endif
