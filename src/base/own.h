/*
 * Ownership by scope: a variable declared OWN(kind) is released when it goes out of scope, unless
 * take_fd() or take_ptr() moved its value out. Initialise it where it is declared.
 * errno is kept across every release.
 */
#ifndef BASE_OWN_H
#define BASE_OWN_H

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/attr.h"

#define OWN(kind) __attribute__((cleanup(own_##kind)))

static inline void own_fd(const int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		(void)close(*fd); /* nothing was written through a descriptor that is only dropped */
	errno = saved;
}

static inline void own_mem(void *at)
{
	void **p = at;

	free(*p); /* glibc's free keeps errno since 2.33 */
}

static inline void own_dir(DIR **dir)
{
	int saved = errno;

	if (*dir != NULL)
		(void)closedir(*dir); /* read only */
	errno = saved;
}

static inline void own_file(FILE **file)
{
	int saved = errno;

	if (*file != NULL)
		(void)fclose(*file); /* a writer that cares closes it itself and looks */
	errno = saved;
}

/* Moves a descriptor out of an OWN(fd) variable. */
static inline int take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

/* Moves a pointer out of an OWN(...) variable. */
#define take_ptr(p) \
	__extension__({ __typeof__(p) taken_ = (p); (p) = NULL; taken_; })

#endif
