/*
 * A file being written beside the place it is for: it appears there whole and durable, or not at all.
 * What is written through it is hashed and counted on the way.
 */
#ifndef PUBLISH_NEWFILE_H
#define PUBLISH_NEWFILE_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/digest.h"
#include "bundle/hash.h"

struct newfile {
	int         dir, fd;            /* dir stays the caller's */
	char        name[NAME_MAX + 1];
	char        beside[NAME_MAX + 1];
	struct hash hash;
	uint64_t    size;
};

/* Begins dir/name. newfile_done() ends it, whatever came of it. */
int newfile_init(struct newfile *f, int dir, const char *name) MUST_CHECK;
int newfile_add(struct newfile *f, const void *data, size_t len) MUST_CHECK;

/* The digest of what was added so far; nothing can be added after. */
void newfile_digest(struct newfile *f, struct digest *ret);

/* fsync, mode, rename over dir/name, fsync of dir. */
int newfile_commit(struct newfile *f, unsigned mode) MUST_CHECK;

/* Removes what was not committed. */
void newfile_done(struct newfile *f);

/* Opens the folder path beneath dir, made as far as it is missing. Returns the descriptor. */
int folder_make(int dir, const char *path) MUST_CHECK;

#endif
