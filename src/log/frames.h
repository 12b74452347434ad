/*
 * A compressed log: zstd frames of FRAME_BYTES each, and at the end a table of where they are
 * ("zstd seekable format", contrib/seekable_format of zstd). Every zstd reads it as one stream, and
 * a reader of ours begins anywhere with one frame in memory.
 *
 * The file may be any file: what is not what frames_compress() wrote is refused or ends in an
 * error, in the memory that is said here.
 */
#ifndef LOG_FRAMES_H
#define LOG_FRAMES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"

enum {
	FRAME_BYTES = 1024 * 1024,  /* before compression */
	FRAMES_MAX  = 256 * 1024,   /* in a file */
};

/*
 * Compresses all that from has into to; both are positions at the start of a file. Takes its time.
 */
int frames_compress(int from, int to) MUST_CHECK;

struct frames;

/*
 * Reads a compressed file, whose descriptor stays the caller's; -EBADMSG when it is none of ours,
 * -ENOMEM.
 */
int frames_open(int fd, struct frames **ret) MUST_CHECK;
void frames_free(struct frames *f); /* NULL is fine */

/* Bytes before compression. */
uint64_t frames_size(const struct frames *f);

/*
 * As pread(2) of the bytes before compression; it may give less than max before the end. -EBADMSG:
 * damaged.
 */
ssize_t frames_read(struct frames *f, void *buf, size_t max, uint64_t pos) MUST_CHECK;

#endif
