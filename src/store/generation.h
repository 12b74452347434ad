/*
 * A generation: one flip of a bundle's pointer, numbered from 1, kept in gen/<n>.json with who asked
 * for it and why. It is written as pending before the flip and as committed after it; recovery tells
 * from the pointer which of the two a crash left.
 */
#ifndef STORE_GENERATION_H
#define STORE_GENERATION_H

#include <stdint.h>

#include "base/attr.h"
#include "base/digest.h"

enum outcome { OUTCOME_PENDING, OUTCOME_COMMITTED, OUTCOME_ABANDONED, OUTCOME_COUNT };

struct generation {
	uint64_t      number;
	struct digest digest, from;
	char          version[65];
	uint64_t      seq;
	char          reason[32];
	char          by[96];
	uint64_t      when_ms;      /* wall clock */
	enum outcome  outcome;
};

/* -ENOENT; -EBADMSG for a file that we did not write. */
int generation_load(int dir, uint64_t number, struct generation *ret) MUST_CHECK;

/* Durable when it returns. */
int generation_save(int dir, const struct generation *g) MUST_CHECK;

/*
 * Settles what a crash left pending: the newest that names what the pointer names came to be, if
 * nothing newer did; all others never were. current is all zeros without a pointer.
 */
int generation_settle(int dir, const struct digest *current) MUST_CHECK;

/* The highest number in use; 0 when there is none. */
int generation_last(int dir, uint64_t *ret) MUST_CHECK;

/* The newest that was committed with this digest; -ENOENT. */
int generation_find(int dir, const struct digest *digest, struct generation *ret) MUST_CHECK;

#endif
