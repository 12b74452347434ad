/*
 * Pulling: from a wish ("the latest", a digest, an earlier generation, the same again) to a whole
 * tree in its place, beside the current one, that nothing names yet. The pointer is not touched, and
 * whatever fails on the way, what was there before stays as it was.
 */
#ifndef STORE_PULL_H
#define STORE_PULL_H

#include "base/attr.h"
#include "store/job.h"

/* Answers STORE_CHECK: what there is to be had; nothing is fetched but the channel. */
int pull_check(struct job *j, struct store_staged *ret) MUST_CHECK;

/* Answers STORE_PULL; j->staged is what a commit would make current. ret's texts live in j. */
int pull_stage(struct job *j, const struct store_pull *ask, struct store_staged *ret) MUST_CHECK;

/* Answers STORE_COMMIT: flips the pointer to j->staged. */
int pull_commit(struct job *j, struct store_committed *ret) MUST_CHECK;

#endif
