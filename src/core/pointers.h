/*
 * What the pointer of each bundle names, as reeve-store last said: PID 1 does not look into the store
 * itself. Room for every bundle is taken at load; learning a new version never allocates.
 */
#ifndef CORE_POINTERS_H
#define CORE_POINTERS_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/digest.h"
#include "base/name.h"
#include "wire/orders.h"

enum { VERSION_MAX = 96 }; /* bytes kept of a version's name; more is cut */

struct version {
	char          text[VERSION_MAX];
	uint64_t      seq;
	struct digest digest;   /* none: nothing */
};

struct pointer {
	char           bundle[NAME_PATH_MAX + 1];
	struct version version;
	uint64_t       generation;
	uint64_t       since_ms;    /* when it was learned */
};

struct pointers {
	struct pointer *at;
	size_t          n, max;
};

/* Makes v this version; a longer text is cut. */
void version_set(struct version *v, const char *text, uint64_t seq, const struct digest *digest);

/* Makes room for max bundles in all, keeping what is known; -ENOMEM. */
int pointers_reserve(struct pointers *p, size_t max) MUST_CHECK;
void pointers_done(struct pointers *p);

/* NULL: nothing of this bundle is in the store, as far as is known. */
const struct pointer *pointers_find(const struct pointers *p, const char *bundle);

/* The pointer of this bundle names e's version now; -ENOSPC when there is no room for one more. */
int pointers_set(struct pointers *p, const char *bundle, const struct pointer *e) MUST_CHECK;

#endif
