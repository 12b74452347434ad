/*
 * Everyone: the children by name, and again by priority. Changes only at load and reload; walking
 * it never allocates, and nothing that a walk asks of a child removes one.
 */
#ifndef CORE_ROSTER_H
#define CORE_ROSTER_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct service;

struct roster {
	struct service **all;          /* sorted by name, bytewise */
	struct service **by_priority;  /* rising, equal ones by name; as of the last roster_sort() */
	size_t           count, room;
	uint32_t         last_number;
};

/* -ENOMEM changes nothing. */
int roster_reserve(struct roster *r, size_t count) MUST_CHECK;
void roster_done(struct roster *r);

/* Room was reserved; nobody of that name is there. roster_sort() before by_priority is walked. */
void roster_add(struct roster *r, struct service *s);
void roster_remove(struct roster *r, struct service *s);
void roster_sort(struct roster *r);

/* NULL when there is none. */
struct service *roster_find(const struct roster *r, const char *name);

#endif
