/*
 * The steps that say when a child gets processors and disks, and which: each leaves alone what nobody set.
 */
#ifndef LAUNCH_SCHEDULE_H
#define LAUNCH_SCHEDULE_H

#include "base/attr.h"

struct start;

int schedule_nice(struct start *s, const char **ret_what) MUST_CHECK;
int schedule_policy(struct start *s, const char **ret_what) MUST_CHECK;
int schedule_io_priority(struct start *s, const char **ret_what) MUST_CHECK;

/* -ENODEV when a processor is not there, or not for this process: the kernel alone would go on with the rest. */
int schedule_affinity(struct start *s, const char **ret_what) MUST_CHECK;

#endif
