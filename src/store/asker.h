/*
 * Whoever asked, at the other end of descriptor 3: it gets progress and one answer per request, and
 * when it is gone there is nothing left to do the work for.
 */
#ifndef STORE_ASKER_H
#define STORE_ASKER_H

#include <stdint.h>

#include "base/attr.h"
#include "base/problem.h"
#include "wire/channel.h"
#include "wire/rows.h"

struct asker {
	struct channel *channel;
	const char     *subject;       /* of its request: the bundle, or "store" */
	uint32_t        id;            /* of its request */
	uint64_t        told_ms;       /* when it last got progress */
	struct problem *problem;       /* what keeps us from doing what it asked is written here */
};

/*
 * Tells how far a phase is, ten times a second at most, and looks whether the asker is still there:
 * FAULT_GONE when not. Every long loop comes by here. The subject is filled in.
 */
int asker_tell(struct asker *a, struct progress_row row) MUST_CHECK;

/* An answer; it waits until the answer is sent. */
int asker_answer(struct asker *a, enum msg type, const void *body) MUST_CHECK;

/* Whether the asker hung up. */
bool asker_is_gone(const struct asker *a);

#endif
