/*
 * What reeve knows of the bundles of its configuration and of the store as a whole: what each pointer
 * names, who runs which version, the clean-up after a crash and the removal of what nothing needs.
 *
 * PID 1 never looks into the store itself: it asks reeve-store and remembers what was said.
 */
#ifndef CORE_BUNDLES_H
#define CORE_BUNDLES_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/list.h"
#include "core/pointers.h"

struct core;
struct bundles;
struct service;
struct bundle_conf;

typedef void bundles_ready_fn(struct core *core);

/* Makes core->bundles, with room for the bundles of core->conf; -ENOMEM. */
int bundles_new(struct core *core) MUST_CHECK;
void bundles_free(struct core *core); /* fine when there are none */

/* After a reload: room for what is new. -ENOMEM: what is known is kept. */
int bundles_adopt_conf(struct core *core) MUST_CHECK;

/*
 * Cleans up after a crash and learns the pointers, then calls ready: from here when there is nothing to
 * do, else from the loop. What fails or takes longer than half a minute is logged, and ready is called.
 */
void bundles_recover(struct core *core, bundles_ready_fn *ready);

/* Whether children with a bundle may start: recovery is over, or was never asked for. */
bool bundles_are_ready(const struct core *core);

/* What the pointer of a bundle names; NULL: nothing, as far as is known. */
const struct pointer *bundles_pointer(const struct core *core, const char *bundle);

/* The pointer was flipped. */
void bundles_flipped(struct core *core, const char *bundle, const struct version *version,
                     uint64_t generation);

/* Whether s runs from a tree of this bundle, or would. */
bool bundles_is_dependent(const struct service *s, const char *bundle);

/* An answer about bundles that is still being given: what is left of them goes with reeve. */
struct inquiry {
	struct list link;
	void      (*discard)(struct inquiry *i);
};

void bundles_keep(struct core *core, struct inquiry *i, void (*discard)(struct inquiry *i));

/* Removes from the store what no pointer, generation or running child needs; one at a time. */
void bundles_collect(struct core *core);

#endif
