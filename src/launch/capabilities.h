/*
 * What a child may do that its user may not (capabilities(7)): the steps that bound it, and that carry a
 * few of reeve's own capabilities over to a child that is not root. Plain prctl(2) and capset(2): a library
 * would add nothing but itself to a process that every child comes from.
 */
#ifndef LAUNCH_CAPABILITIES_H
#define LAUNCH_CAPABILITIES_H

#include "base/attr.h"

struct start;

/* Takes what is to be dropped out of the bounding and the inheritable set; what is not there anyway costs no privilege. */
int capabilities_bound(struct start *s, const char **ret_what) MUST_CHECK;

/* Before the child becomes its user: that it keeps what it is given afterwards. */
int capabilities_keep(const struct start *s) MUST_CHECK;

/* As its user: the ambient set is what was asked for, and whoever is not root has nothing else. */
int capabilities_raise(struct start *s, const char **ret_what) MUST_CHECK;

/* Adds a problem when one of the above is not reeve's to give or take. */
void capabilities_check(struct start *s);

#endif
