/*
 * Capabilities (capabilities(7)): how a helper that was started with them goes on without.
 */
#ifndef SYS_CAPABILITY_H
#define SYS_CAPABILITY_H

#include "base/attr.h"

/* Takes every capability out of the bounding set; without CAP_SETPCAP there are none to take. */
void sys_bound_capabilities(void);

/* Gives up every capability that the process has, for good. */
int sys_drop_capabilities(void) MUST_CHECK;

#endif
