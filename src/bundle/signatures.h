/*
 * Stat signatures: what lstat said about each entry of a tree when it was last read and found right,
 * so that the next start only has to look again. One file per tree, trees/<name+>/<hex>.stat: slot i
 * belongs to entry i of the index, and one more slot to the tree's own folder. A folder's slot says that
 * its listing was right, a link's that its target was.
 *
 * The racy rule is git's (Documentation/technical/racy-git.txt): something changed so close to when it
 * was read that a later change could hide behind the same stamp is read again. "So close" is
 * 20 ms where the stamps have fractions of a second (a kernel before 6.13 moves them by ticks of at
 * most 10 ms), 2 s where they have not. A stamp later than the clock is never trusted.
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

/* The wall clock in nanoseconds, as signatures_record() wants it. */
int64_t signatures_now_ns(void);

/* An empty set for the tree whose manifest has this digest and whose index has count entries. */
int signatures_new(const struct digest *tree, uint32_t count, struct signatures **ret) MUST_CHECK;

/*
 * Reads dir/name; -ENOENT, or -EBADMSG when it is not sound, not of this tree and count, or somebody
 * other than root and the folder's owner could have written it.
 */
int signatures_load(int dir, const char *name, const struct digest *tree, uint32_t count,
                    struct signatures **ret) MUST_CHECK;

/* Writes it in place of dir/name so that a crash leaves the old file or the new (no fsync: it is a cache). */
int signatures_save(const struct signatures *s, int dir, const char *name) MUST_CHECK;
void signatures_free(struct signatures *s);

/* Whether anything was recorded since it was made or loaded, so that saving it is worth the while. */
bool signatures_is_changed(const struct signatures *s);

/* Whether entry i still is what was read: same signature, and not racily so. */
bool signatures_is_clean(const struct signatures *s, uint32_t i, const struct stat *now);

/* Entry i was read, and this is what fstat said before and after; wall_ns is when the reading began. */
void signatures_record(struct signatures *s, uint32_t i, const struct stat *st, int64_t wall_ns);

/*
 * The store itself moved the ctime of entry i, by adding or dropping a hard link to the same inode:
 * when before was clean and nothing else differs in after, the entry stays known, as of wall_ns. Says
 * whether it does.
 */
bool signatures_relinked(struct signatures *s, uint32_t i, const struct stat *before,
                         const struct stat *after, int64_t wall_ns);

/* Forgets entry i. */
void signatures_forget(struct signatures *s, uint32_t i);

#endif
