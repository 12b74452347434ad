/*
 * Bundles where a publisher has them: packed in a folder, or published in a registry, which is a plain
 * folder too (layout R1 of reeve-bundle(5)). Reading them checks them.
 */
#ifndef PUBLISH_SOURCE_H
#define PUBLISH_SOURCE_H

#include <limits.h>

#include "base/attr.h"
#include "base/name.h"
#include "base/problem.h"
#include "bundle/channel.h"
#include "bundle/manifest.h"
#include "bundle/minisign.h"
#include "publish/payload.h"

/* A manifest with its bytes. */
struct source {
	struct manifest *manifest;
	char            *text;
	size_t           len;
};

/* Reads dir/bundle.json. Unless they are NULL, it must have this name and be of this release. */
int source_read(int dir, const char *want_name, const struct channel_release *want, struct source *ret,
                struct problem *p) MUST_CHECK;
void source_done(struct source *s);

/*
 * Whether payload i of the manifest stands in dir with the right digest and, entry by entry, with what
 * the manifest lists; the files go to sink unless it is NULL.
 */
int source_check_payload(int dir, const struct manifest *m, uint32_t i, struct payload_sink *sink,
                         struct problem *p) MUST_CHECK;

/* Where things are in a registry. */
struct registry_path {
	char text[PATH_MAX];
};

struct registry_path registry_channel_dir(const char *name);
struct registry_path registry_bundle_dir(const char *name, const struct digest *digest);
struct registry_path registry_object_dir(const struct digest *digest);  /* o/<2> */
struct registry_path registry_object_name(const struct digest *digest); /* <62> */

/* A channel file with its bytes. */
struct published {
	struct channel_file *channel;
	char                *text;
	size_t               len;
};

/*
 * Reads channel.json of this bundle out of the folder dir it is in. -ENOENT, and no problem, when there
 * is none. When trust is not NULL, its signatures must suffice.
 */
int published_read(int dir, const char *name, const char *channel, const struct minisign_trust *trust,
                   struct published *ret, struct problem *p) MUST_CHECK;
void published_done(struct published *s);

/* Whether what stands in dir/file is signed well enough by FILE.minisig and FILE.<keyid>.minisig. */
int signed_check(int dir, const struct minisign_message *message, const struct minisign_trust *trust,
                 struct problem *p) MUST_CHECK;

#endif
