/*
 * What a bundle's place remembers of the registry, in names/<name+>/state.json: how far its signed
 * sequence has come, so that an older one is never taken for news, and how it was trusted, so that a
 * signed bundle never turns into an unsigned one unnoticed.
 */
#ifndef STORE_MARK_H
#define STORE_MARK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/digest.h"
#include "base/name.h"

struct mark {
	uint64_t      seq;          /* the highest that was offered under a good signature */
	struct digest digest;       /* of that release */
	bool          is_signed;    /* by keys; never goes back to false */
	uint64_t      checked_ms;   /* wall clock of the last good look at the registry */
	char          channel[NAME_PART_MAX + 1];
	uint64_t      rev;          /* of that channel's file */
};

/* All zeros where there is none yet; -EBADMSG for a file that we did not write. */
int mark_load(int place, struct mark *ret) MUST_CHECK;

/* Durable when it returns. */
int mark_save(int place, const struct mark *m) MUST_CHECK;

#endif
