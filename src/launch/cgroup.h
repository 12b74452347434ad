/*
 * The steps that have to do with the child's control group (cgroups(7), version 2): its limits, then the
 * child in it. A limit is "memory.max=1048576": what is written, and the file of the folder that it is
 * written to, whose name begins with the controller's. Whose folder it is, and which controllers are
 * enabled for it, is reeve's doing; here it is only found out.
 */
#ifndef LAUNCH_CGROUP_H
#define LAUNCH_CGROUP_H

#include "base/attr.h"

struct start;

/* Every limit, or none of them counts: -ENOTSUP, and *ret_what in full, when one cannot be had here. */
int cgroup_limit(struct start *s, const char **ret_what) MUST_CHECK;

int cgroup_join(struct start *s, const char **ret_what) MUST_CHECK;

/* Adds a problem for the folder that cannot be joined and for each limit that cannot be had. */
void cgroup_check(struct start *s);

#endif
