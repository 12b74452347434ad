/*
 * When which byte of a stream came, good to about a second: what `--since` asks. So many moments and no
 * more; when they are all in use the past becomes coarser, the more the longer ago it is.
 */
#ifndef LOG_TIMELINE_H
#define LOG_TIMELINE_H

#include <stddef.h>
#include <stdint.h>

enum { TIMELINE_MAX = 128 };

struct timeline {
	/* What came from pos on came in this time, wall clock; no moment begins before the last one ended. */
	struct moment {
		uint64_t from_ms, until_ms;
		uint64_t pos;
	}      *at;      /* NULL: nothing yet, or no memory */
	size_t  count;
};

void timeline_done(struct timeline *t);

/* Bytes came at now_ms, from pos on. */
void timeline_add(struct timeline *t, uint64_t now_ms, uint64_t pos);

/* Where what came at since_ms or later begins; UINT64_MAX: nothing did, 0: all of it may have. */
uint64_t timeline_find(const struct timeline *t, uint64_t since_ms);

#endif
