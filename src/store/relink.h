/*
 * Hard links share an inode, and making or dropping one moves its change time: every other tree that
 * holds the same file would look touched and be hashed anew at its next start. Whoever adds or drops
 * links on purpose therefore notes before which files were known, and says afterwards that it was us.
 */
#ifndef STORE_RELINK_H
#define STORE_RELINK_H

#include "base/attr.h"
#include "base/digest.h"
#include "store/store.h"

struct relink;

/* Notes what is known of every tree but `except` (NULL: none is left out). -ENOMEM. */
int relink_begin(const struct store *s, const struct digest *except, struct relink **ret) MUST_CHECK;

/* Writes the signatures of the trees whose files only changed by our links, and frees. NULL is fine. */
void relink_end(struct relink *r);

#endif
