/*
 * Keys on disk: minisign's files, the secret one readable by its owner alone.
 */
#ifndef PUBLISH_KEYFILE_H
#define PUBLISH_KEYFILE_H

#include "base/attr.h"
#include "base/problem.h"
#include "bundle/minisign_secret.h"

int keyfile_read_secret(const char *path, struct minisign_secret *ret, struct problem *p) MUST_CHECK;
int keyfile_read_public(const char *path, struct minisign_key *ret, struct problem *p) MUST_CHECK;

/*
 * Signs len bytes that stand, or will stand, in the file dir/name, into the file dir/signature. date is
 * now.
 */
struct signing {
	const struct minisign_secret *secret;
	int                           dir;
	const char                   *name, *signature;
	const void                   *data;
	size_t                        len;
};

int keyfile_sign(const struct signing *s, struct problem *p) MUST_CHECK;

#endif
