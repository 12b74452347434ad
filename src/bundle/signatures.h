/*
 * Stat signatures: what lstat said about each file of a tree when its bytes were last hashed, so that
 * the next start only has to look again. One file per tree, trees/<name+>/<hex>.stat, in the order of
 * the index. The racy rule is git's (Documentation/technical/racy-git.txt): a file changed so close
 * to when it was hashed that a later change could hide behind the same stamp is hashed again.
 */
#ifndef BUNDLE_SIGNATURES_H
#define BUNDLE_SIGNATURES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/attr.h"
#include "base/digest.h"

struct stat_signature {
	uint64_t dev, ino, size;
	int64_t  mtime_ns, ctime_ns;
	uint32_t mode, uid, gid, links;
};

struct signatures;

/* An empty set for count files of the tree whose manifest has this digest. */
int signatures_new(const struct digest *tree, uint32_t count, struct signatures **ret) MUST_CHECK;

/* Reads dir/name; -ENOENT, or -EBADMSG when it is not sound or not of this tree and count. */
int signatures_load(int dir, const char *name, const struct digest *tree, uint32_t count,
                    struct signatures **ret) MUST_CHECK;

/* Writes it in place of dir/name so that a crash leaves the old file or the new (no fsync: it is a cache). */
int signatures_save(const struct signatures *s, int dir, const char *name) MUST_CHECK;
void signatures_free(struct signatures *s);

/* Whether file i still is what was hashed: same signature, and not racily so. */
bool signatures_is_clean(const struct signatures *s, uint32_t i, const struct stat *now);

/* File i was hashed, and this is what fstat said before and after; wall_ns is when the hashing began. */
void signatures_record(struct signatures *s, uint32_t i, const struct stat *st, int64_t wall_ns);

#endif
