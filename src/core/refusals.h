/*
 * Versions that were refused or could not be brought, so that a child which cannot start does not ask
 * the registry again and again: for each bundle and digest a time until which heal does not try, 30
 * seconds at first, doubling to an hour with every further failure. A table of fixed size: when it is full
 * the entry that ends first gives way. An admin's upgrade does not ask it.
 */
#ifndef CORE_REFUSALS_H
#define CORE_REFUSALS_H

#include <stdint.h>

#include "base/digest.h"
#include "base/name.h"

enum { REFUSALS_MAX = 64, REFUSAL_FIRST_MS = 30 * 1000, REFUSAL_MAX_MS = 3600 * 1000 };

struct refusal {
	char          bundle[NAME_PATH_MAX + 1];  /* "" free */
	struct digest digest;                     /* none: the bundle's first version ever */
	uint64_t      until_ms;
	uint64_t      delay_ms;
};

struct refusals {
	struct refusal entries[REFUSALS_MAX];
};

/* Milliseconds until heal may try this version again; 0: now. */
uint64_t refusals_left_ms(const struct refusals *r, const char *bundle, const struct digest *digest,
                          uint64_t now_ms);

/* One more failure of this version. */
void refusals_add(struct refusals *r, const char *bundle, const struct digest *digest, uint64_t now_ms);

/* Something of this bundle succeeded, or its admin changed it: all its entries go. */
void refusals_forget(struct refusals *r, const char *bundle);

#endif
