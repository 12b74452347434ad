/*
 * Making mounts read only where the kernel has no mount_setattr(2), before Linux 5.12: one by one, as
 * /proc/self/mountinfo lists them (proc(5)), each with the flags that it has already.
 */
#ifndef LAUNCH_REMOUNT_H
#define LAUNCH_REMOUNT_H

#include "base/attr.h"

struct remount_line {
	char          *path;    /* of the mount, in the line */
	unsigned long  flags;   /* MS_*, as mount(2) takes them for a bind mount that keeps them */
};

/* Takes one line of mountinfo apart, in place; -EBADMSG. */
int remount_parse(char *line, struct remount_line *ret) MUST_CHECK;

/* Everything mounted at path, which has no links in it, and beneath. */
int remount_read_only(const char *path) MUST_CHECK;

#endif
