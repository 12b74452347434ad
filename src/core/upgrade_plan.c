#include "core/upgrade_plan.h"

#include "core/reply.h"

static const char *const action_names[ACTION_COUNT] = {
	[ACTION_RESPAWN]  = "respawn",
	[ACTION_RETRY]    = "retry",
	[ACTION_DEFERRED] = "deferred",
	[ACTION_CURRENT]  = "current",
	[ACTION_EXCLUDED] = "excluded",
};

const char *upgrade_action_name(enum upgrade_action action)
{
	return action < ACTION_COUNT ? action_names[action] : "?";
}

/*
 * What to do from a state. Wanted decides first: a child that is meant to be down is never started,
 * whatever it is doing at the moment.
 */
static const enum upgrade_action when_wanted[SVC_STATE_COUNT] = {
	[SVC_STOPPED]  = ACTION_DEFERRED,
	[SVC_CHECKING] = ACTION_RESPAWN,
	[SVC_STARTING] = ACTION_RESPAWN,
	[SVC_RUNNING]  = ACTION_RESPAWN,
	[SVC_BACKOFF]  = ACTION_RESPAWN,
	[SVC_STOPPING] = ACTION_RESPAWN,
	[SVC_CLEARING] = ACTION_RESPAWN,
	[SVC_EXITED]   = ACTION_DEFERRED,
	[SVC_DEAD]     = ACTION_RETRY,
	[SVC_STUCK]    = ACTION_DEFERRED,
};

enum upgrade_action upgrade_plan(const struct upgrade_facts *facts, const struct digest *target)
{
	bool lives = facts->state == SVC_RUNNING || facts->state == SVC_STARTING;

	if (facts->state == SVC_DEAD)
		return facts->retry_dead ? ACTION_RETRY : ACTION_DEFERRED;
	if (!facts->wanted)
		return ACTION_DEFERRED;
	if (lives && digest_is_equal(&facts->running, target))
		return ACTION_CURRENT;
	return when_wanted[facts->state];
}

void upgrade_count(struct upgrade_row *report, enum upgrade_action action, bool ok)
{
	uint32_t *const counts[ACTION_COUNT] = {
		[ACTION_RESPAWN]  = &report->respawned,
		[ACTION_RETRY]    = &report->respawned,
		[ACTION_DEFERRED] = &report->deferred,
		[ACTION_CURRENT]  = &report->current,
		[ACTION_EXCLUDED] = &report->excluded,
	};

	if (ok || action == ACTION_EXCLUDED)
		++*counts[action];
	else
		++report->failed;
}

void upgrade_conclude(struct upgrade_row *report, bool refused)
{
	report->ok = !refused && report->failed == 0;
	if (refused) {
		report->result = "refused";
		report->exit_code = REPLY_REFUSED;
	} else if (report->failed > 0) {
		report->result = "partial";
		report->exit_code = REPLY_PARTIAL;
	} else {
		report->result = report->upgraded || report->respawned > 0 ? "ok" : "noop";
		report->exit_code = REPLY_OK;
	}
}
