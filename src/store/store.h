/*
 * The store's folders, and who may work in them when. Everything is reached from one descriptor per
 * folder, so no path is walked twice and nothing can be swapped beneath us.
 *
 *	VERSION lock
 *	tmp/<pid>.<n>/               staging; its owner holds a flock(2) on it
 *	partial/<hex> <hex>.meta     downloads that can go on
 *	objects/<2>/<62>.{r,x}       contents by SHA-256 and exec class, 0444 and 0555
 *	manifests/<hex>              manifests as they were signed
 *	trees/<name+>/<hex>/         one version, hard links to objects; beside it <hex>.index and <hex>.stat
 *	names/<name+>/               see place.h
 *	upgrades/<id>/               journal and report
 *	trash/                       what is renamed away and removed later
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/problem.h"

enum store_folder {
	STORE_ROOT, STORE_TMP, STORE_PARTIAL, STORE_OBJECTS, STORE_MANIFESTS, STORE_TREES,
	STORE_NAMES, STORE_UPGRADES, STORE_TRASH, STORE_FOLDER_COUNT
};

struct store {
	const char *path;
	int         dir[STORE_FOLDER_COUNT];
	int         lock;
};

/*
 * Opens the store at path, which is kept by reference, and makes what is missing. Refuses a store of
 * another version, owner or mode, and one that is spread over file systems.
 */
int store_enter(struct store *s, const char *path, struct problem *p) MUST_CHECK;
void store_leave(struct store *s);

/*
 * Takes the store's lock, shared for all who add, exclusive for who removes. -EAGAIN when it is not
 * to be had within a moment.
 */
int store_lock(struct store *s, bool exclusive) MUST_CHECK;
void store_unlock(struct store *s);

/* Opens (and makes) the folder name in parent, on the file system of parent and ours alone. */
int store_folder(int parent, const char *name, mode_t mode) MUST_CHECK;

/* A staging folder of our own in tmp: its descriptor, and its name for store_discard(). */
int store_stage(struct store *s, char *ret_name, size_t max) MUST_CHECK;

/* Removes dir/name, whatever it is and holds. What cannot be removed stays for recovery. */
void store_discard(int dir, const char *name);

/* Renames dir/name into the trash, so that it is gone at once. */
int store_trash(struct store *s, int dir, const char *name) MUST_CHECK;

/* Removes what is in the trash; nothing can name it any more. */
void store_empty_trash(struct store *s);

#endif
