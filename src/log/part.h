/*
 * A log file or one of its older brothers, read from anywhere, compressed or not.
 */
#ifndef LOG_PART_H
#define LOG_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "log/backups.h"
#include "log/frames.h"

struct part {
	int            fd;
	struct frames *frames;  /* NULL: as it is */
};

/* Opens FILE.i, or FILE itself for 0. -ENOENT, -EBADMSG: compressed by somebody else. */
int part_open(const struct backups *b, uint32_t i, struct part *ret) MUST_CHECK;
void part_close(struct part *p);

/* Bytes before compression. */
uint64_t part_size(const struct part *p);

/* When it was written last, wall clock; a compressed one has the time of what it was made of. */
uint64_t part_written_ms(const struct part *p);

/* Whether both are one and the same file. */
bool part_is_same(const struct part *a, const struct part *b);

/* As pread(2); it may give less than max before the end. */
ssize_t part_read(struct part *p, void *buf, size_t max, uint64_t pos) MUST_CHECK;

#endif
