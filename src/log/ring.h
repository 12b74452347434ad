/*
 * The last bytes of a stream that goes nowhere they could be read back from. Positions count from the
 * stream's first byte for ever, so that a follower knows what it missed. Memory is taken with the
 * first byte and grows to RING_MAX; without memory the ring forgets instead of failing.
 */
#ifndef LOG_RING_H
#define LOG_RING_H

#include <stddef.h>
#include <stdint.h>

enum { RING_MAX = 16 * 1024 };

struct ring {
	uint8_t  *at;
	size_t    room;   /* a power of two, or 0 */
	uint64_t  end;    /* position behind the newest byte */
	uint64_t  begin;  /* of the oldest that is kept */
};

void ring_done(struct ring *r);
void ring_add(struct ring *r, const void *data, size_t len);

/* Copies up to max bytes from *pos on and moves it; a *pos that is forgotten moves to the oldest first. */
size_t ring_read(const struct ring *r, uint64_t *pos, void *buf, size_t max);

/* Where the last so many lines begin. */
uint64_t ring_tail(const struct ring *r, uint32_t lines);

#endif
