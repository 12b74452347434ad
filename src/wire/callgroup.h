/*
 * Groups of system calls that a child may be denied, by the names that systemd.exec(5) has for them; a set of
 * them is one bit each. Which calls they are is reeve-launch's to know.
 */
#ifndef WIRE_CALLGROUP_H
#define WIRE_CALLGROUP_H

#include <stddef.h>

#include "base/attr.h"

enum callgroup {
	CALLGROUP_CLOCK,
	CALLGROUP_DEBUG,
	CALLGROUP_KEYRING,
	CALLGROUP_MODULE,
	CALLGROUP_MOUNT,
	CALLGROUP_OBSOLETE,
	CALLGROUP_RAW_IO,
	CALLGROUP_REBOOT,
	CALLGROUP_SWAP,
	CALLGROUP_COUNT
};

/* "@mount", of len bytes; -ENOENT when there is no such group. */
int callgroup_parse(const char *s, size_t len, unsigned *ret) MUST_CHECK;

/* "@mount" for CALLGROUP_MOUNT. */
const char *callgroup_name(unsigned group);

/* The name spelled most like s; NULL when none is near. */
const char *callgroup_nearest(const char *s);

#endif
