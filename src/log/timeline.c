#include "log/timeline.h"

#include <stdlib.h>
#include <string.h>

enum { STEP_MS = 500 };

void timeline_done(struct timeline *t)
{
	free(t->at);
	*t = (struct timeline){ 0 };
}

/* How long ago the moment i and the next one are, for each millisecond that they would take together. */
static uint64_t age_per_length(const struct timeline *t, size_t i, uint64_t now_ms)
{
	return (now_ms - t->at[i + 1].until_ms) / (t->at[i + 1].until_ms - t->at[i].from_ms + 1);
}

/* Two moments become one: those that are missed least, because they are short for their age. */
static void coarsen(struct timeline *t, uint64_t now_ms)
{
	size_t best = 0;

	for (size_t i = 1; i + 1 < t->count; i++)
		if (age_per_length(t, i, now_ms) > age_per_length(t, best, now_ms))
			best = i;
	t->at[best].until_ms = t->at[best + 1].until_ms;
	memmove(&t->at[best + 1], &t->at[best + 2], (t->count - best - 2) * sizeof *t->at);
	t->count--;
}

void timeline_add(struct timeline *t, uint64_t now_ms, uint64_t pos)
{
	struct moment *last;

	if (t->at == NULL)
		t->at = calloc(TIMELINE_MAX, sizeof *t->at);
	if (t->at == NULL)
		return; /* then everything may be as young as you like */
	last = t->count > 0 ? &t->at[t->count - 1] : NULL;
	if (last != NULL && now_ms < last->until_ms)
		now_ms = last->until_ms; /* a clock that was set back stands still here */
	if (last != NULL && now_ms - last->from_ms < STEP_MS) {
		last->until_ms = now_ms;
		return;
	}
	if (t->count == TIMELINE_MAX)
		coarsen(t, now_ms);
	t->at[t->count++] = (struct moment){ .from_ms = now_ms, .until_ms = now_ms, .pos = pos };
}

uint64_t timeline_find(const struct timeline *t, uint64_t since_ms)
{
	size_t i = t->count;

	while (i > 0 && t->at[i - 1].until_ms >= since_ms)
		i--;
	if (t->at == NULL)
		return 0;
	return i < t->count ? t->at[i].pos : UINT64_MAX;
}
