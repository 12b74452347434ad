#include "conf/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
	PAGE = 4096,
	CHUNK_LEAST = 2 * PAGE,
	CHUNK_MOST = 1 << 18,
	INDEX_LEAST = 256,
	ALIGN = _Alignof(max_align_t)
};

/*
 * Chunks are mapped, not malloc'ed: what a load took for its drafts goes back to the system as a
 * whole, and a reload leaves no holes in the heap of a process that lives for ever.
 */
struct chunk {
	struct chunk *next;
	size_t        size;
	_Alignas(max_align_t) char bytes[];
};

struct shared {
	const char *at;     /* NULL: free */
	uint32_t    len;
	uint32_t    hash;
};

struct arena {
	struct chunk  *chunks;      /* the newest first */
	char          *at, *end;    /* what is free in it */
	size_t         bytes;
	size_t         next_size;
	struct shared *index;       /* open addressing */
	size_t         room, used;
};

struct arena *arena_new(void)
{
	struct arena *a = calloc(1, sizeof *a);

	if (a != NULL)
		a->next_size = CHUNK_LEAST;
	return a;
}

void arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	for (struct chunk *c = a->chunks, *next; c != NULL; c = next) {
		next = c->next;
		(void)munmap(c, c->size); /* it is a mapping of ours, whole */
	}
	free(a->index);
	free(a);
}

void arena_seal(struct arena *a)
{
	free(a->index);
	a->index = NULL;
	a->room = a->used = 0;
}

size_t arena_bytes(const struct arena *a)
{
	return a->bytes + a->room * sizeof a->index[0];
}

static bool add_chunk(struct arena *a, size_t least)
{
	size_t size = sizeof(struct chunk) + least > a->next_size ? sizeof(struct chunk) + least
	                                                          : a->next_size;
	struct chunk *c;

	size = (size + PAGE - 1) & ~(size_t)(PAGE - 1);
	c = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (c == MAP_FAILED)
		return false;
	c->next = a->chunks;
	c->size = size;
	a->chunks = c;
	a->at = c->bytes;
	a->end = (char *)c + size;
	a->bytes += size;
	if (a->next_size < CHUNK_MOST)
		a->next_size *= 2;
	return true;
}

static char *take(struct arena *a, size_t size, size_t align)
{
	size_t pad = a->at == NULL ? 0 : -(uintptr_t)a->at & (align - 1);
	char *at;

	if (size > SIZE_MAX / 2)
		return NULL;
	if ((size_t)(a->end - a->at) < size + pad) {
		if (!add_chunk(a, size))
			return NULL;
		pad = 0;
	}
	at = a->at + pad;
	a->at = at + size;
	return at;
}

void *arena_alloc(struct arena *a, size_t size)
{
	char *at = take(a, size, ALIGN);

	return at == NULL ? NULL : memset(at, 0, size);
}

/* FNV-1a (Fowler, Noll, Vo): short texts, no adversary who gains by collisions in his own file. */
static uint32_t hash_bytes(const char *s, size_t len)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)s[i]) * 16777619u;
	return h;
}

/* The entry that holds these bytes, or the free one where they would go. */
static struct shared *find(struct shared *index, size_t room, const struct shared *wanted)
{
	size_t i = wanted->hash & (room - 1);

	while (index[i].at != NULL &&
	       (index[i].hash != wanted->hash || index[i].len != wanted->len ||
	        memcmp(index[i].at, wanted->at, wanted->len) != 0))
		i = (i + 1) & (room - 1);
	return &index[i];
}

static bool make_room(struct arena *a)
{
	size_t room = a->room == 0 ? INDEX_LEAST : a->room * 2;
	struct shared *index;

	if (a->used * 2 < a->room)
		return true;
	index = calloc(room, sizeof index[0]);
	if (index == NULL)
		return false;
	for (size_t i = 0; i < a->room; i++)
		if (a->index[i].at != NULL)
			*find(index, room, &a->index[i]) = a->index[i];
	free(a->index);
	a->index = index;
	a->room = room;
	return true;
}

const char *arena_share(struct arena *a, const void *bytes, size_t len)
{
	struct shared wanted = { bytes, (uint32_t)len, hash_bytes(bytes, len) };
	struct shared *s;
	char *copy;

	if (len > UINT32_MAX || !make_room(a))
		return NULL;
	s = find(a->index, a->room, &wanted);
	if (s->at != NULL)
		return s->at;
	copy = take(a, len + 1, 1);
	if (copy == NULL)
		return NULL;
	memcpy(copy, bytes, len);
	copy[len] = '\0';
	*s = (struct shared){ copy, (uint32_t)len, wanted.hash };
	a->used++;
	return copy;
}

const char *arena_text(struct arena *a, const char *s)
{
	return arena_share(a, s, strlen(s));
}
