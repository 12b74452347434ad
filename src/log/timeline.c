#include "log/timeline.h"

#include <stdlib.h>

enum { STEP_MS = 500 };

void timeline_done(struct timeline *t)
{
	free(t->at);
	*t = (struct timeline){ 0 };
}

/* Every second one goes; the first and the newest stay where they are. */
static void coarsen(struct timeline *t)
{
	size_t kept = 1;

	for (size_t i = 2; i < t->count; i += 2)
		t->at[kept++] = t->at[i];
	t->count = kept;
}

void timeline_add(struct timeline *t, uint64_t now_ms, uint64_t pos)
{
	if (t->last_ms < now_ms)
		t->last_ms = now_ms; /* a clock that was set back stands still here */
	if (t->count > 0 && t->last_ms - t->at[t->count - 1].ms < STEP_MS)
		return;
	if (t->at == NULL)
		t->at = calloc(TIMELINE_MAX, sizeof *t->at);
	if (t->at == NULL)
		return; /* then everything is as old as the beginning */
	if (t->count == TIMELINE_MAX)
		coarsen(t);
	t->at[t->count++] = (struct moment){ .ms = t->last_ms, .pos = pos };
}

uint64_t timeline_find(const struct timeline *t, uint64_t since_ms)
{
	size_t i = t->count;

	if (t->last_ms < since_ms)
		return UINT64_MAX;
	while (i > 0 && t->at[i - 1].ms > since_ms)
		i--;
	return i > 0 ? t->at[i - 1].pos : 0;
}
