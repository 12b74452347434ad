/*
 * Where this process's control group is, out of the texts of /proc/self/cgroup and /proc/self/mountinfo
 * (cgroups(7), proc(5)): the line "0::PATH" of the one, and a mount of cgroup2 in the other that shows
 * PATH. Hybrid hosts have such a mount beside those of version 1.
 */
#ifndef SYS_LINUX_CGROUP_FIND_H
#define SYS_LINUX_CGROUP_FIND_H

#include <stddef.h>

#include "base/attr.h"

/* -ENOENT: there is none, or no mount shows it; -ENAMETOOLONG. */
int cgroup_find(const char *self_cgroup, const char *mountinfo, char *buf, size_t max) MUST_CHECK;

#endif
