/*
 * Wall time as lines show it: RFC 3339, UTC, microseconds. The date and time of day are written
 * once a second and kept, because a busy stream asks many thousand times in one.
 */
#ifndef LOG_STAMP_H
#define LOG_STAMP_H

#include <stdint.h>

struct stamp {
	int64_t second;                                        /* that text says; text[0] == 0: none yet */
	char    text[sizeof "2026-11-21T13:45:25.123456Z"];
};

/*
 * The text for that moment after 1970, good until the next call; out of the years 1970 to 9999 the
 * nearest.
 */
const char *stamp_at(struct stamp *s, int64_t second, uint32_t microsecond);

/* The same for now (clock_gettime(2), CLOCK_REALTIME). */
const char *stamp_now(struct stamp *s);

#endif
