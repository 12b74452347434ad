/*
 * Somebody who reads a stream along: first what is kept of it, then, if asked, what comes. A follower
 * of a file reads the file, each at its own pace; one of a stream without a file reads the ring and is told how
 * much it missed when it is slower than that. Backups that are compressed are not read. Nobody waits for a
 * follower.
 */
#ifndef LOG_FOLLOWER_H
#define LOG_FOLLOWER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "log/stream.h"
#include "loop/loop.h"

struct follow_wish {
	uint32_t lines;   /* so many of the last ones */
	bool     whole;   /* everything kept instead */
	uint64_t since_ms; /* what came since then instead, wall clock; 0: by lines */
	bool     follow;  /* and what comes, until the reader goes */
};

/* Writes what the wish says into fd, which it takes, and ends by itself. -ENOMEM, and fd is closed. */
int follower_start(struct loop *loop, struct stream *s, const struct follow_wish *wish, int fd) MUST_CHECK;

/* The stream grew: its followers have something to read. */
void followers_wake(struct stream *s);

/* The stream ends: each follower gets what its pipe takes now, and is let go. */
void followers_end(struct stream *s);

#endif
