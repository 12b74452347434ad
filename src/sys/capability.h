/*
 * Capabilities (capabilities(7)): the sets of this process, a bit each, and how a helper that was
 * started with them goes on without.
 */
#ifndef SYS_CAPABILITY_H
#define SYS_CAPABILITY_H

#include <stdint.h>

#include "base/attr.h"

struct capability_sets {
	uint64_t effective, permitted, inheritable;
};

int sys_capabilities_get(struct capability_sets *ret) MUST_CHECK;

/* What leaves the inheritable or permitted set leaves the ambient one as well. */
int sys_capabilities_set(const struct capability_sets *sets) MUST_CHECK;

/* Takes every capability out of the bounding set; without CAP_SETPCAP there are none to take. */
void sys_bound_capabilities(void);

/* Gives up every capability that the process has, for good. */
int sys_drop_capabilities(void) MUST_CHECK;

#endif
