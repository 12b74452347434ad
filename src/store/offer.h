/*
 * What a registry, a pin or an earlier generation offers: a digest, and what was signed about it.
 */
#ifndef STORE_OFFER_H
#define STORE_OFFER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "bundle/manifest.h"

struct offer {
	struct digest digest;
	bool          is_known;       /* what follows is signed too; a pin says nothing but the digest */
	char          version[MANIFEST_VERSION_MAX + 1];
	uint64_t      seq;
	uint64_t      min_from_seq;
};

#endif
