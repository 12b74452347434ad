/*
 * The text of a bundle.json being put together: what the command line says over what --meta says, the
 * files of the scan, the payloads.
 */
#ifndef PUBLISH_DRAFT_H
#define PUBLISH_DRAFT_H

#include <stddef.h>

#include "base/attr.h"
#include "base/problem.h"
#include "bundle/manifest.h"
#include "publish/options.h"
#include "publish/scan.h"
#include "publish/source.h"

struct draft_payload {
	enum payload_media media;
	struct digest      digest;
	uint64_t           size;
};

struct draft_parts {
	const struct options *options;
	const struct scan    *scan;
	struct draft_payload  payloads[PAYLOAD_OTHER];
	size_t                payloads_n;
};

/*
 * Writes the manifest and reads it back, so that what would be refused later is refused now. The
 * caller ends *ret with source_done().
 */
int draft_build(const struct draft_parts *parts, struct source *ret, struct problem *p) MUST_CHECK;

#endif
