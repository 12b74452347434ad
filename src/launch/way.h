/*
 * A path walked part by part with reeve's own rights, for what an admin names and a child must not be
 * able to redirect: a link on the way is followed when it belongs to root or to reeve's user, and
 * refused when anybody else made it. Nothing is opened that was not seen to be no link.
 */
#ifndef LAUNCH_WAY_H
#define LAUNCH_WAY_H

#include <limits.h>
#include <stddef.h>

#include "base/attr.h"

struct way {
	char path[PATH_MAX];   /* where it ended: absolute, without links */
};

/*
 * Opens what is at the absolute path with these flags of open(2) and returns the descriptor. ret may be
 * NULL. -ELOOP for a link of somebody else, or too many of them; -ENAMETOOLONG; others as open(2).
 */
int way_open(const char *path, int flags, struct way *ret) MUST_CHECK;

enum { WAY_WRONG_MAX = 96 };

/*
 * Reads the whole of the regular file at path, at most max bytes, into memory of its own with a NUL behind
 * it (not counted). When it cannot be had, or others may write to it, ret_why says so in words.
 */
int way_read(const char *path, size_t max, char **ret_data, size_t *ret_len, char ret_why[WAY_WRONG_MAX]) MUST_CHECK;

#endif
