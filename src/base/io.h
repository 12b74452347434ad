/*
 * Reading and writing whole things. EINTR is nobody else's business.
 */
#ifndef BASE_IO_H
#define BASE_IO_H

#include <stddef.h>

#include "base/attr.h"

/* Writes all of it to a blocking descriptor. */
int io_write_all(int fd, const void *data, size_t len) MUST_CHECK;

/* Writes text to the file at path, which is there, in one write as /proc and /sys want it. */
int io_write_text(const char *path, const char *text) MUST_CHECK;

/* Reads exactly len bytes; -ENODATA when the end comes first. */
int io_read_exactly(int fd, void *data, size_t len) MUST_CHECK;

/*
 * Reads to the end into memory of its own with a NUL behind it (not counted); the caller frees.
 * -EFBIG when there are more than max bytes, -EISDIR for a folder.
 */
int io_read_all(int fd, size_t max, char **ret_data, size_t *ret_len) MUST_CHECK;

/* The same for the file at path, taken from the folder dir (AT_FDCWD will do); links are followed. */
int io_read_file(int dir, const char *path, size_t max, char **ret_data, size_t *ret_len) MUST_CHECK;

/*
 * Puts data in place of dir/name so that after a crash there is the old file or the new: a file of
 * its own beside it, fsync, rename, fsync of the folder.
 */
int io_replace_file(int dir, const char *name, const void *data, size_t len, unsigned mode) MUST_CHECK;

#endif
