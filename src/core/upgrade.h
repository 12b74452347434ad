/*
 * The upgrade of a bundle for the whole org: one pull, a gate that judges the staged version for
 * every child before anyone is stopped, one flip of the pointer, then each dependent child moved to it,
 * with a row of outcome for each. A rollback is the same with an earlier generation.
 *
 * One is in flight per bundle; the same request again shares its answer, another one is `busy`. Before
 * the flip nothing has happened to anyone; after it the roll goes on to the end, whatever becomes of
 * reeve-store or of who asked.
 */
#ifndef CORE_UPGRADE_H
#define CORE_UPGRADE_H

#include <stdbool.h>

#include "base/attr.h"
#include "wire/rows.h"

struct core;
struct reply;
struct upgrades;

/* Makes core->upgrades; -ENOMEM. */
int upgrades_new(struct core *core) MUST_CHECK;

/* Forgets what is in flight; listeners are not answered. Fine when there are none. */
void upgrades_free(struct core *core);

/* UPGRADE and ROLLBACK: answers with PROGRESS, UPGRADE_CHILD and at last UPGRADED. */
void upgrade_begin(struct core *core, struct reply *reply, const struct ask_upgrade *ask);
void upgrade_begin_rollback(struct core *core, struct reply *reply, const struct ask_upgrade *ask);

/* Whether one of this bundle is under way: heal keeps away then. */
bool upgrade_is_in_flight(const struct core *core, const char *bundle);

#endif
