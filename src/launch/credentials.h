/*
 * Files that a child alone may read (`credentials`), in a folder whose path is in CREDENTIALS_DIRECTORY. Their
 * sources are read with reeve's rights, before the child's user, root and mounts are taken, and anew at each
 * start: an upgrade or a restart finds them there again.
 *
 * With a mount namespace of the child's own the folder is memory that nobody else sees and that ends with
 * it; without, it is in reeve's run folder. Either way the child cannot change the folder.
 */
#ifndef LAUNCH_CREDENTIALS_H
#define LAUNCH_CREDENTIALS_H

#include <stddef.h>

#include "base/attr.h"

struct start;

enum { CREDENTIAL_MAX = 1 << 20, CREDENTIALS_MAX = 16 << 20 };   /* bytes of one; of all of a child's */

struct credential {
	char   *name;
	char   *data;
	size_t  len;
};

struct credentials {
	struct credential *at;
	size_t             count;
	size_t             bytes;
};

/* Reads the sources into s->credentials. What cannot be had is told as a problem. */
void credentials_read(struct start *s);

/* A step: puts them where the child finds them, and forgets them. */
int credentials_place(struct start *s, const char **ret_what) MUST_CHECK;

/* Removes what was put into the folder at path for a child that is gone; nothing where there is none of ours. */
int credentials_forget(const char *path) MUST_CHECK;

#endif
