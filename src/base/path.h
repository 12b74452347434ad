/*
 * Paths: joined into bounded buffers, opened so that no link on the way can lead elsewhere.
 */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"

/* "dir/name", or name alone when it is absolute; -ENAMETOOLONG. */
int path_join(char *buf, size_t max, const char *dir, const char *name) MUST_CHECK;

/*
 * Opens path beneath the folder dir: no component may be a link, leave the folder, or cross into
 * /proc magic (openat2(2), RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS). Where the
 * kernel has no openat2, the path is walked part by part with O_NOFOLLOW. Returns the descriptor.
 */
int path_open_beneath(int dir, const char *path, int flags, mode_t mode) MUST_CHECK;

/* Makes path and what is missing above it, each with mode; there already is fine. */
int path_make_dirs(const char *path, mode_t mode) MUST_CHECK;

/* Whether path is relative, without empty, "." or ".." parts, control bytes or bad UTF-8, <= 4096/255. */
bool path_is_plain(const char *path);

#endif
