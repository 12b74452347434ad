/*
 * Pointers by number (a pid, a request id). The room is taken once, at map_init(); afterwards nothing
 * allocates. Open addressing with backward-shift deletion (Knuth, TAOCP 3, 6.4, algorithm R).
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct map_slot {
	uint64_t  key;
	void     *value; /* NULL: free */
};

struct map {
	struct map_slot *slots;
	size_t           mask, used, max;
};

/* Makes an empty map for at most max entries; -ENOMEM. */
int map_init(struct map *m, size_t max) MUST_CHECK;
void map_done(struct map *m);

/* -ENOSPC when the map is full, -EEXIST when the key is there. value is not NULL. */
int map_put(struct map *m, uint64_t key, void *value) MUST_CHECK;

/* NULL when there is none. */
void *map_get(const struct map *m, uint64_t key);

/* Removes and returns the value; NULL when there was none. */
void *map_take(struct map *m, uint64_t key);

#endif
