/*
 * Objects: file contents by SHA-256 and exec class, shared by every tree that holds them. An object
 * is whole and durable from the moment its name exists.
 */
#ifndef STORE_OBJECT_H
#define STORE_OBJECT_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/digest.h"
#include "bundle/index.h"
#include "store/store.h"

enum { OBJECT_NAME_MAX = DIGEST_HEX_LEN + 4 };

/* "ab/cdef….r" beneath objects/; of the contents that a file entry has. */
void object_name(const struct index_entry *e, char *buf);

/*
 * Hashes the object and compares: 0 it is sound, -ENOENT there is none, -EBADMSG it is damaged,
 * -ESTALE its bytes are right and its owner or mode is not.
 */
int object_check(const struct store *s, const struct index_entry *e) MUST_CHECK;

/*
 * Makes dir/name ready to be an object: ours, of the right mode, compared with the entry's digest
 * (-EBADMSG) and, with sync, durable; without, the caller syncs the whole file system before it goes on.
 */
int object_seal(const struct index_entry *e, int dir, const char *name, bool sync) MUST_CHECK;

/* Renames the sealed dir/name to its object's name, in place of what stood there, damaged or not. */
int object_enter(struct store *s, const struct index_entry *e, int dir, const char *name) MUST_CHECK;

/* Syncs the folders that hold the objects of x. */
int object_sync_folders(const struct store *s, const struct index *x) MUST_CHECK;

/* Copies the object's bytes into the new file dir/name. */
int object_copy(const struct store *s, const struct index_entry *e, int dir, const char *name) MUST_CHECK;

/* Gives the object the name dir/name too: a hard link, or a copy where links do not go. */
int object_link(const struct store *s, const struct index_entry *e, int dir, const char *name) MUST_CHECK;

#endif
