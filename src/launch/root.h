/*
 * The root folder of a child that has one of its own (`chroot`). The checks that ask what the child will
 * find are asked in there: root_lend() makes it this process's root for the length of a question.
 */
#ifndef LAUNCH_ROOT_H
#define LAUNCH_ROOT_H

#include <stdbool.h>

#include "base/attr.h"

struct start;

struct root {
	int inside;    /* the child's root; -1: none of its own, or it cannot be had */
	int outside;   /* ours */
};

/* Opens both. Told as a problem when it cannot be had: no folder, or no right to change the root. */
void root_find(struct start *s);

/* Whether the child has a root of its own that cannot be looked into. */
bool root_is_lost(const struct start *s);

void root_lend(const struct start *s);
void root_return(const struct start *s);

/* A step: for good. In a mount namespace of the child's own it is made a mount first, so that it can be changed. */
int root_enter(struct start *s, const char **ret_what) MUST_CHECK;

#endif
