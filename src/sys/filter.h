/*
 * A filter of system calls (seccomp(2), mode filter), put together call by call. Calls by another ABI than
 * this program's own (32 bits, x32) end the process: their numbers mean something else, so no list of
 * numbers could hold them.
 */
#ifndef SYS_FILTER_H
#define SYS_FILTER_H

#include <linux/filter.h>
#include <stdint.h>

#include "base/attr.h"

enum { FILTER_CALLS_MAX = 120 };

struct filter {
	struct sock_filter code[2 * FILTER_CALLS_MAX + 8];
	unsigned short     len;
};

/* -ENOTSUP on a machine whose numbers are not known here. */
int filter_begin(struct filter *f) MUST_CHECK;

/* What becomes of one call: a SECCOMP_RET_*. -E2BIG past FILTER_CALLS_MAX. */
int filter_add(struct filter *f, int call, uint32_t action) MUST_CHECK;

/* What becomes of every other one. */
void filter_end(struct filter *f, uint32_t action);

/* Enters it for good. -EACCES without no_new_privs or CAP_SYS_ADMIN, -EINVAL in a kernel that has no filters. */
int filter_enter(struct filter *f) MUST_CHECK;

#endif
