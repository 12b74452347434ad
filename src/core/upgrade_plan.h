/*
 * What an upgrade means to do with each child, and what came of it: the arithmetic of the engine,
 * without the engine. Pure: nothing here moves a child, tells anyone or allocates.
 */
#ifndef CORE_UPGRADE_PLAN_H
#define CORE_UPGRADE_PLAN_H

#include <stdbool.h>

#include "base/digest.h"
#include "core/state.h"
#include "wire/rows.h"

/* The word in the report's row; upgrade_action_name(). */
enum upgrade_action {
	ACTION_RESPAWN,     /* it is up, on another version: stop it and start it on the pointer */
	ACTION_RETRY,       /* it is dead: one try on the pointer */
	ACTION_DEFERRED,    /* it is meant to be down: it takes the version when it is next started */
	ACTION_CURRENT,     /* it runs the version already */
	ACTION_EXCLUDED,    /* its bundle does not come from a registry */
	ACTION_COUNT
};

/* What the plan looks at. */
struct upgrade_facts {
	enum svc_state state;
	bool           wanted;      /* up */
	struct digest  running;     /* of the tree it runs from; none when it does not run */
	bool           retry_dead;
};

const char *upgrade_action_name(enum upgrade_action action);

/* What is to be done with a child so that it is on target. */
enum upgrade_action upgrade_plan(const struct upgrade_facts *facts, const struct digest *target);

/* Whether the action starts a process: these children the gate has to judge first. */
static inline bool upgrade_action_moves(enum upgrade_action action)
{
	return action == ACTION_RESPAWN || action == ACTION_RETRY;
}

/* Adds a finished child to the report's counts. */
void upgrade_count(struct upgrade_row *report, enum upgrade_action action, bool ok);

/* result, ok and exit_code out of the counts; a report with an error set was refused. */
void upgrade_conclude(struct upgrade_row *report, bool refused);

#endif
