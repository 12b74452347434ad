/*
 * The child's program, started as it would have been without us: its inherited mask and dispositions, its
 * environment, its descriptors and the sockets among them, in a group or session of its own.
 */
#ifndef ENTRY_PROGRAM_H
#define ENTRY_PROGRAM_H

#include <sys/types.h>

#include "base/attr.h"
#include "solo/solo.h"
#include "solo/terminal.h"

struct plan;

/* On failure the stage that failed, for its own exit code. */
enum program_stage { PROGRAM_FORK, PROGRAM_EXECUTE };

/*
 * Starts plan->command, searched for in PATH as execvp(3) does, and lends it the terminal. A file that
 * has no format the kernel knows is given to /bin/sh (POSIX, exec), which not every C library does. The
 * child is reaped when its exec failed; plan->command is no longer what it was then.
 */
int program_start(const struct plan *plan, const struct solo_signals *were, struct solo_terminal *terminal,
                  pid_t *ret, enum program_stage *ret_failed) MUST_CHECK;

/*
 * Keeps nothing of the child's: closes every descriptor from 3 up but that one (-1: none), so that a pipe
 * ends when the child closes it, and stands in no folder that could be unmounted.
 */
void program_let_go(int keep);

#endif
