/*
 * What clients may ask: one row per message with what it needs and what carries it out.
 */
#ifndef CORE_ASKS_H
#define CORE_ASKS_H

#include "base/attr.h"
#include "core/jobs.h"
#include "core/reply.h"
#include "core/rights.h"
#include "wire/message.h"

struct core;

/* A request at hand, for as long as its handler runs. */
struct asking {
	struct core         *core;
	struct jobs         *jobs;
	const struct rights *rights;
	const struct peer   *peer;
	struct reply        *reply;
};

/*
 * Carries f out, or refuses it: the reply is ended, at once or later. -EBADMSG when its body makes no
 * sense: the connection is to be closed, and the reply is still the caller's.
 */
int asks_handle(const struct asking *asking, const struct frame *f) MUST_CHECK;

#endif
