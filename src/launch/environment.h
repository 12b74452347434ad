/*
 * The environment a child is given: looked up, searched for programs, and made into what execve wants.
 */
#ifndef LAUNCH_ENVIRONMENT_H
#define LAUNCH_ENVIRONMENT_H

#include <stddef.h>

#include "base/attr.h"
#include "wire/record.h"

/* The value of key, the last one given; NULL when it is not set. */
const char *environment_get(const struct texts *environment, const char *key);

/* The child's PATH, or what execvp(3) takes where there is none. */
const char *environment_path(const struct texts *environment);

/*
 * Walks a list of folders separated by any byte of separators (PATH, LD_LIBRARY_PATH): the next one
 * to buf, "." for an empty one, as the shell and ld.so have it. *at starts as the list. 0 at the end; a
 * folder longer than buf is left out, as no file in it could be named.
 */
int environment_next_dir(const char **at, const char *separators, char *buf, size_t max) MUST_CHECK;

/*
 * The variables of under that over does not set, and then those of over, in memory that lasts until exec;
 * ret may be one of the two. -ENOMEM.
 */
int environment_overlay(const struct texts *under, const struct texts *over, struct texts *ret) MUST_CHECK;

/* A NULL-terminated vector of the texts of list and then of more (NULL-terminated, may be NULL); -ENOMEM. */
int environment_vector(const struct texts *list, char *const *more, char ***ret) MUST_CHECK;

#endif
