/*
 * One bundle's place in the store:
 *
 *	names/<name+>/current       the pointer: a link to ../../trees/<name+>/<hex>
 *	names/<name+>/gen/<n>.json  see generation.h
 *	names/<name+>/state.json    see mark.h
 *	names/<name+>/lock          held by the one upgrade in flight
 *	trees/<name+>/<hex>         the versions; beside each <hex>.index and <hex>.stat
 *
 * The pointer is the only thing that a commit changes, by one rename(2).
 */
#ifndef STORE_PLACE_H
#define STORE_PLACE_H

#include "base/attr.h"
#include "base/digest.h"
#include "base/name.h"
#include "base/problem.h"
#include "store/store.h"

struct index;

struct place {
	char name[NAME_PATH_MAX + 1];   /* the bundle's */
	char file[NAME_PATH_MAX + 1];   /* the same as a file name */
	int  dir, generations, trees, lock;
};

/* Opens the place of a bundle, and makes it when it is missing. */
int place_enter(struct place *pl, const struct store *s, const char *bundle, struct problem *p) MUST_CHECK;

/* The same by the name of its folder, where there is one; -EINVAL for a name that is no bundle's. */
int place_find(struct place *pl, const struct store *s, const char *file) MUST_CHECK;
void place_leave(struct place *pl);

/* Takes the bundle's lock for good; FAULT_BUSY when another process has it. */
int place_lock(struct place *pl, struct problem *p) MUST_CHECK;

/* What the pointer names; -ENOENT: nothing is installed, -EBADMSG: it is not a pointer of ours. */
int place_current(const struct place *pl, struct digest *ret) MUST_CHECK;

/* Moves the pointer to this version; durable when it returns. */
int place_flip(const struct place *pl, const struct digest *to) MUST_CHECK;

/* Settles the generations that a crash left pending, by the pointer. */
int place_settle(const struct place *pl) MUST_CHECK;

/* The compiled manifest of a version that this place holds. */
int place_index(const struct place *pl, const struct digest *tree, struct index **ret) MUST_CHECK;

#endif
