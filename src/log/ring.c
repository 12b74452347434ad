#include "log/ring.h"

#include <stdlib.h>
#include <string.h>

enum { RING_FIRST = 1024 };

void ring_done(struct ring *r)
{
	free(r->at);
	*r = (struct ring){ .end = r->end, .begin = r->end };
}

static uint8_t *at(const struct ring *r, uint64_t pos)
{
	return r->at + (pos & (r->room - 1));
}

/* Of len bytes from pos on, those that lie side by side. */
static size_t until_wrap(const struct ring *r, uint64_t pos, size_t len)
{
	size_t run = r->room - (size_t)(pos & (r->room - 1));

	return run < len ? run : len;
}

/* Twice the room, or the first; the kept bytes keep their positions. */
static void grow(struct ring *r)
{
	struct ring bigger = *r;

	bigger.room = r->room > 0 ? r->room * 2 : RING_FIRST;
	bigger.at = malloc(bigger.room);
	if (bigger.at == NULL)
		return;
	for (uint64_t pos = r->begin; pos < r->end; pos++)
		*at(&bigger, pos) = *at(r, pos);
	free(r->at);
	*r = bigger;
}

void ring_add(struct ring *r, const void *data, size_t len)
{
	const uint8_t *from = data;

	while (r->room < RING_MAX && r->end - r->begin + len > r->room) {
		size_t before = r->room;

		grow(r);
		if (r->room == before)
			break;
	}
	r->end += len;
	if (r->room == 0) {
		r->begin = r->end;
		return;
	}
	if (r->end - r->begin > r->room)
		r->begin = r->end - r->room;
	for (uint64_t pos = len < r->room ? r->end - len : r->begin; pos < r->end;) {
		size_t run = until_wrap(r, pos, (size_t)(r->end - pos));

		memcpy(at(r, pos), from + (len - (r->end - pos)), run);
		pos += run;
	}
}

size_t ring_read(const struct ring *r, uint64_t *pos, void *buf, size_t max)
{
	uint8_t *to = buf;
	size_t n = 0;

	if (*pos < r->begin)
		*pos = r->begin;
	while (n < max && *pos < r->end) {
		size_t left = (size_t)(r->end - *pos);
		size_t run = until_wrap(r, *pos, left < max - n ? left : max - n);

		memcpy(to + n, at(r, *pos), run);
		n += run;
		*pos += run;
	}
	return n;
}

uint64_t ring_tail(const struct ring *r, uint32_t lines)
{
	uint64_t pos = r->end;

	if (lines == 0 || pos == r->begin)
		return pos;
	/* The newline that ends the last line is not the start of another. */
	for (pos--; pos > r->begin; pos--)
		if (*at(r, pos - 1) == '\n' && --lines == 0)
			return pos;
	return r->begin;
}
