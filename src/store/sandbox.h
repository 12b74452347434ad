/*
 * Giving up rights, one way only: another user, no new privileges, limits, no network or no files, a
 * short list of system calls. What this kernel cannot do is left out; what it can do and refuses is
 * an error.
 */
#ifndef STORE_SANDBOX_H
#define STORE_SANDBOX_H

#include <stdint.h>

#include "base/attr.h"

enum sandbox {
	SANDBOX_FETCH,   /* network; writes to descriptors it has; may read what name lookup reads */
	SANDBOX_UNPACK   /* files beneath a folder it has; no network */
};

/* Enters the sandbox for good; file_max bounds each file that is written. */
int sandbox_enter(enum sandbox which, uint64_t file_max) MUST_CHECK;

/* Gives a folder to the user that roles run as, when we are root; who adopts files out of it takes them back. */
int sandbox_give_folder(int fd) MUST_CHECK;

#endif
