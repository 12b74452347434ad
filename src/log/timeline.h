/*
 * When which byte of a stream came, good to about a second: what `--since` asks. So many marks and no more;
 * when they are all in use every second one is forgotten, and the past becomes coarser.
 */
#ifndef LOG_TIMELINE_H
#define LOG_TIMELINE_H

#include <stddef.h>
#include <stdint.h>

enum { TIMELINE_MAX = 128 };

struct timeline {
	struct moment {
		uint64_t ms;    /* wall clock, never going back */
		uint64_t pos;   /* what came from then on begins here */
	}       *at;        /* NULL: nothing yet, or no memory */
	size_t   count;
	uint64_t last_ms;   /* the newest byte is so old */
};

void timeline_done(struct timeline *t);

/* Bytes came at now_ms, from pos on. */
void timeline_add(struct timeline *t, uint64_t now_ms, uint64_t pos);

/* Where what came at since_ms or later begins; UINT64_MAX: nothing did, 0: all of it may have. */
uint64_t timeline_find(const struct timeline *t, uint64_t since_ms);

#endif
