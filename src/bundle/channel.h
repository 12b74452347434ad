/*
 * The channel file: what a publisher has released of one bundle, signed. It is the only mutable and
 * the only signed file of a registry; a manifest is trusted because a channel names its digest.
 * reeve-bundle(5) documents it.
 */
#ifndef BUNDLE_CHANNEL_H
#define BUNDLE_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/digest.h"
#include "base/name.h"
#include "base/problem.h"
#include "bundle/manifest.h"

enum { CHANNEL_BYTES_MAX = 1 << 20, CHANNEL_RELEASES_MAX = 4096 };

struct channel_release {
	char          version[MANIFEST_VERSION_MAX + 1];
	uint64_t      seq;
	struct digest digest;         /* of bundle.json */
	uint64_t      size;           /* of bundle.json */
	uint64_t      min_from_seq;
	bool          blocked;
};

struct channel_file {
	char                    name[NAME_PATH_MAX + 1];
	char                    channel[NAME_PART_MAX + 1];
	uint64_t                rev;        /* rises with every publish */
	int64_t                 expires_s;  /* wall clock, since 1970 */
	struct channel_release *releases;   /* seq rising */
	uint32_t                releases_n;
	uint32_t                latest;     /* of releases */
};

/*
 * Reads a channel file out of len bytes, whose signature was verified before. Name and channel are the
 * ones asked for. Whether it has expired, and whether rev or seq fell back, is the caller's to judge.
 * -EBADMSG with *ret_problem filled; -ENOMEM.
 */
int channel_file_parse(const char *data, size_t len, const char *name, const char *channel,
                       struct channel_file **ret, struct problem *ret_problem) MUST_CHECK;
void channel_file_free(struct channel_file *c);

/* The release of this digest; NULL when the channel does not name it. */
const struct channel_release *channel_file_find(const struct channel_file *c, const struct digest *digest);

/* The bytes to sign, which the caller frees. */
int channel_file_build(const struct channel_file *c, char **ret_data, size_t *ret_len) MUST_CHECK;

#endif
