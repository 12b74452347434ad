/*
 * A set of digests: filled, then sorted by the first question, then asked.
 */
#ifndef STORE_DIGESTS_H
#define STORE_DIGESTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/digest.h"

struct digests {
	struct digest *at;
	size_t         count, room;
	bool           is_sorted;
};

int digests_add(struct digests *d, const struct digest *one) MUST_CHECK;
bool digests_have(struct digests *d, const struct digest *one);
void digests_done(struct digests *d);

#endif
