/*
 * What a container may lack that a machine has: questions about where this process runs. Asking changes
 * nothing.
 */
#ifndef SYS_MACHINE_H
#define SYS_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

enum sys_thing {
	SYS_HAS_PROC,          /* /proc is mounted */
	SYS_HAS_NULL,          /* /dev/null, and it is that device */
	SYS_HAS_WRITABLE_ROOT,
	SYS_HAS_TMP,           /* /tmp, to write to */
	SYS_HAS_ACCOUNT,       /* our user has a name */
	SYS_HAS_CAPABILITIES,  /* any at all */
	SYS_HAS_CLONE3,        /* system calls that sandboxes refuse, whatever they say then */
	SYS_HAS_PIDFD_OPEN,
	SYS_HAS_CLOSE_RANGE,
	SYS_HAS_OPENAT2,
};

bool sys_has(enum sys_thing thing);

/* Whether a file at path could be made: the nearest folder on the way that is there may be written. */
bool sys_could_make(const char *path);

/* How many descriptors this process may have open at most. */
uint64_t sys_most_descriptors(void);

#endif
