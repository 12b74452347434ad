#include "base/map.h"

#include <errno.h>
#include <stdlib.h>

/* Fibonacci hashing: pids and ids come in runs, this spreads them. */
static size_t home(const struct map *m, uint64_t key)
{
	return (size_t)((key * 0x9e3779b97f4a7c15ULL) >> 32) & m->mask;
}

int map_init(struct map *m, size_t max)
{
	size_t room = 8;

	while (room < max * 2)
		room *= 2;
	*m = (struct map){ .slots = calloc(room, sizeof m->slots[0]), .mask = room - 1, .max = max };
	return m->slots == NULL ? -ENOMEM : 0;
}

void map_done(struct map *m)
{
	free(m->slots);
	*m = (struct map){ 0 };
}

/* The slot of key, or the free slot where it would go. */
static struct map_slot *find(const struct map *m, uint64_t key)
{
	size_t i = home(m, key);

	while (m->slots[i].value != NULL && m->slots[i].key != key)
		i = (i + 1) & m->mask;
	return &m->slots[i];
}

int map_put(struct map *m, uint64_t key, void *value)
{
	struct map_slot *s;

	if (m->used == m->max)
		return -ENOSPC;
	s = find(m, key);
	if (s->value != NULL)
		return -EEXIST;
	*s = (struct map_slot){ key, value };
	m->used++;
	return 0;
}

void *map_get(const struct map *m, uint64_t key)
{
	return m->slots == NULL ? NULL : find(m, key)->value;
}

void *map_take(struct map *m, uint64_t key)
{
	struct map_slot *s = find(m, key);
	void *value = s->value;
	size_t hole = (size_t)(s - m->slots);

	if (value == NULL)
		return NULL;
	for (size_t i = (hole + 1) & m->mask; m->slots[i].value != NULL; i = (i + 1) & m->mask) {
		size_t from_home = (i - home(m, m->slots[i].key)) & m->mask;

		if (from_home >= ((i - hole) & m->mask)) {
			m->slots[hole] = m->slots[i];
			hole = i;
		}
	}
	m->slots[hole] = (struct map_slot){ 0 };
	m->used--;
	return value;
}
