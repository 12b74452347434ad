/*
 * What a child sees of the file system, changed in its own mount namespace: a new /proc, a /tmp of its own,
 * paths that are read only. Everything goes by descriptors that launch/way.h opened, never by a path that
 * somebody could exchange meanwhile, and paths are those that the child sees, behind its chroot.
 */
#ifndef LAUNCH_MOUNTS_H
#define LAUNCH_MOUNTS_H

#include "base/attr.h"

struct start;

/* A copy of the mount at an O_PATH descriptor, with everything mounted beneath; not attached anywhere yet. */
int mounts_clone(int at) MUST_CHECK;

/* Puts a mount that is not attached on top of what is at the descriptor. */
int mounts_attach(int mount, int at) MUST_CHECK;

/* The same, read only with all that is beneath it; path is where at is, without links. */
int mounts_attach_read_only(int mount, int at, const char *path) MUST_CHECK;

/* Steps: the /proc of `private_pids`; `read_only` and `writable`; `private_tmp`. */
int mounts_proc(struct start *s, const char **ret_what) MUST_CHECK;
int mounts_read_only(struct start *s, const char **ret_what) MUST_CHECK;
int mounts_tmp(struct start *s, const char **ret_what) MUST_CHECK;

#endif
