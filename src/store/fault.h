/*
 * Why reeve-store could not do what it was asked: a problem out of faults.def. Every step that fails
 * fills the problem once, where it knows what it was doing, and passes -ECANCELED up.
 */
#ifndef STORE_FAULT_H
#define STORE_FAULT_H

#include "base/attr.h"
#include "base/problem.h"

enum fault {
#define FAULT(name, code, class, remedy) FAULT_##name,
#include "store/faults.def"
#undef FAULT
	FAULT_COUNT
};

/* Fills p and returns -ECANCELED. path is a URL or a file; what follows says what was met there. */
int fault(struct problem *p, enum fault what, const char *path, const char *got, ...) PRINTF_LIKE(4, 5);

/* The same for a system call on path that gave -error: full disks and the like get their own code. */
int fault_errno(struct problem *p, int error, const char *path, const char *doing);

/* Whether p was filled with this fault. */
int fault_is(const struct problem *p, enum fault what);

#endif
