/*
 * How a step of reeve-bundle fails: it fills the problem where it knows what it was doing, and passes
 * -ECANCELED up.
 */
#ifndef PUBLISH_WRONG_H
#define PUBLISH_WRONG_H

#include "base/attr.h"
#include "base/problem.h"

/* The problem with its remedy; what follows is what was met at path. Always -ECANCELED. */
int wrong(struct problem *p, const char *code, const char *path, const char *remedy, const char *got, ...)
	PRINTF_LIKE(5, 6);

/* A system call on path that gave -error. */
int wrong_errno(struct problem *p, int error, const char *path, const char *doing);

#endif
