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

struct draft_payload {
	enum payload_media media;
	struct digest      digest;
	uint64_t           size;
};

/*
 * Writes the manifest and reads it back, so that what would be refused later is refused now. The
 * caller frees both.
 */
int draft_build(const struct options *o, const struct scan *s, const struct draft_payload *payloads,
                size_t payloads_n, char **ret_text, struct manifest **ret, struct problem *p) MUST_CHECK;

/* The platform that it is for: what the command line says, else the machine's if it has programs. */
const char *draft_platform(const struct options *o, const struct scan *s);

#endif
