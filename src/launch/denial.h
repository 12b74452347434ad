/*
 * The step that denies a child groups of system calls: each of them gives EPERM, to it and to whatever it
 * starts. The groups are those of wire/callgroup.h. A list of what is denied can only know the calls that there
 * are; it keeps honest programs from what they have no business with, it is no wall around hostile ones.
 */
#ifndef LAUNCH_DENIAL_H
#define LAUNCH_DENIAL_H

#include "base/attr.h"

struct start;

int denial_enter(struct start *s, const char **ret_what) MUST_CHECK;

#endif
