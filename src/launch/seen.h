/* One process as /proc shows it to a sweep. */
#ifndef LAUNCH_SEEN_H
#define LAUNCH_SEEN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "wire/orders.h"

enum { SEEN_NO_MARK = -1 };

struct seen {
	pid_t    pid, parent;
	uint64_t began;      /* in clock ticks since boot: tells two with one number apart */
	bool     is_dead;
	bool     is_leaving; /* or dead */
	int      mark;       /* place in the order's starts, SEEN_NO_MARK */
	bool     is_below;   /* reeve */
};

/* Everything but mark and is_below; -ESRCH when there is none. */
int seen_read(pid_t pid, struct seen *ret) MUST_CHECK;

/*
 * The place in the order of the mark that pid carries, SEEN_NO_MARK. A variable longer than the buffer is no
 * mark; what is left of it is read over as if it began anew, and is none either, but for one who lays it out that way.
 */
int seen_mark(const struct launch_sweep *order, pid_t pid);

#endif
