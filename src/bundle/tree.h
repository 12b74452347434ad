/*
 * A tree on disk against its index: every listed path is there, of its type, mode, owner and bytes, and
 * nothing else is. All that is wrong is told, not only the first of it. What the signatures call
 * clean costs one lstat; a clean folder is not even listed.
 *
 * What a tree must be: files 0444, executables 0555, folders 0555 (the tree's own folder may also be
 * 0755: a store that is not root could not have moved it into place otherwise), links as listed; each
 * owned by root or by the store's owner. Nothing here writes to the tree or follows a link.
 */
#ifndef BUNDLE_TREE_H
#define BUNDLE_TREE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/problem.h"
#include "bundle/index.h"
#include "bundle/signatures.h"

enum tree_level {
	TREE_LOOK,   /* read nothing: -EAGAIN as soon as something would have to be read */
	TREE_STAT,   /* read what the signatures do not call clean */
	TREE_FULL    /* read everything */
};

struct tree_check {
	int                 dir;         /* the tree, opened */
	const struct index *index;
	struct signatures  *signatures;  /* used and brought up to date; save them if they changed */
	uid_t               owner;       /* who beside root may own it */
	enum tree_level     level;
	problem_fn         *problem;     /* told of each; all are of class PROBLEM_BUNDLE */
	void               *arg;         /* for problem */
};

struct tree_count {
	uint32_t problems;
	uint32_t files_hashed;
	uint64_t bytes_hashed;
};

/*
 * Checks the tree; 0 when all of it could be looked at, and *ret says what came of it. The codes are
 * file-missing file-altered file-extra file-type file-mode file-owner file-unreadable link-target.
 * -EAGAIN only for TREE_LOOK, which tells of no problem.
 */
int tree_verify(const struct tree_check *c, struct tree_count *ret) MUST_CHECK;

#endif
