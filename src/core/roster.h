/*
 * Everyone: the children sorted by name. Changes only at load and reload; walking it never allocates.
 */
#ifndef CORE_ROSTER_H
#define CORE_ROSTER_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct service;

struct roster {
	struct service **all;       /* sorted by name, bytewise */
	size_t           count, room;
	uint32_t         last_number;
};

int roster_reserve(struct roster *r, size_t count) MUST_CHECK;
void roster_done(struct roster *r);

/* Room was reserved. */
void roster_add(struct roster *r, struct service *s);
void roster_remove(struct roster *r, struct service *s);

/* NULL when there is none. */
struct service *roster_find(const struct roster *r, const char *name);

/* Walk with: for (size_t i = 0; i < r->count; i++) r->all[i]. Requests made on the way remove nobody. */

#endif
