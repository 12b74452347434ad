/*
 * A tree that is being built and that nobody can see yet: folders, hard links to objects and links,
 * exactly as its index lists them. It grows in tmp, is checked as a child's preflight would check it,
 * and is then renamed to where it stays. Nothing here touches a tree that is in use.
 */
#ifndef STORE_SAPLING_H
#define STORE_SAPLING_H

#include "base/attr.h"
#include "base/problem.h"
#include "bundle/index.h"
#include "store/place.h"
#include "store/store.h"

/*
 * Builds the tree of x as stage/tree out of objects, durable when it returns; stage is a folder of
 * the caller's alone.
 */
int sapling_grow(const struct store *s, const struct index *x, int stage) MUST_CHECK;

/*
 * Moves stage/tree to its place among the trees of pl, after a full check of it. Where a tree stands
 * there already it is exchanged for the new one and goes to the trash. Afterwards the stat signatures
 * of the tree are written, so that the first start of a child has nothing left to hash.
 */
int sapling_plant(struct store *s, const struct place *pl, const struct index *x, int stage,
                  struct problem *p) MUST_CHECK;

/* Checks the tree that stands in its place: 0, or -EBADMSG and the first problem of it. -ENOENT: none. */
int sapling_check(const struct place *pl, const struct index *x, bool full, struct problem *p) MUST_CHECK;

/*
 * Waits until no later change of a file can hide behind the time stamp that it has now (the racy rule
 * of bundle/signatures.h): once here, so that no start of a child has to.
 */
void sapling_wait_out_racy(void);

#endif
