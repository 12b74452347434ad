#include <stdio.h>
#include <string.h>

#include "core/announce.h"
#include "core/bundles.h"
#include "core/core.h"
#include "core/heal.h"
#include "core/upgrade_parts.h"
#include "sys/clock.h"

static void on_turn(void *arg)
{
	struct upgrade *u = arg;

	if (u->pump != NULL)
		u->pump(u);
	upgrade_tell(u);
	if (u->is_over && upgrade_is_told(u))
		upgrade_free(u);
}

void upgrade_wake(struct upgrade *u)
{
	loop_timer_start(u->core->loop, &u->turn, 0, on_turn, u);
}

/* ---- the end ---- */

/* Nothing is left but to tell. */
static void end(struct upgrade *u)
{
	store_client_free(u->store);
	store_client_free(u->lost);
	u->store = u->lost = NULL;
	u->is_over = true;
	u->pump = NULL;
	announce_event(u->core, u->report.ok ? LOG_INFO : LOG_WARN, u->bundle->name, "upgrade.ended",
	               "id=%s result=%s respawned=%u failed=%u deferred=%u", u->id, u->report.result,
	               u->report.respawned, u->report.failed, u->report.deferred);
	if (u->is_committed)
		bundles_collect(u->core);
	upgrade_wake(u);
}

static void on_reported(void *arg, const struct store_answer *answer)
{
	struct upgrade *u = arg;

	if (!answer->ok)
		u->report.error = "its report could not be written";
	end(u);
}

static void conclude(struct upgrade *u, bool refused)
{
	u->report.ended_ms = sys_wall_ms();
	upgrade_conclude(&u->report, refused);
	if (!upgrade_record_report(u, on_reported))
		end(u);
}

void upgrade_refuse(struct upgrade *u, const struct problem *why)
{
	problem_format(why, u->error, sizeof u->error);
	u->report.error = u->error;
	if (u->problems_n == 0)
		u->problems[u->problems_n++] = *why;
	if (u->is_unfit)
		heal_refuse_version(u->core, u->bundle->name, &u->to.digest);
	conclude(u, true);
}

static void refuse(struct upgrade *u, const char *code, const char *text, const char *remedy)
{
	struct problem why;

	problem_set(&why, PROBLEM_HOST, code, u->bundle->name, "%s", text);
	problem_remedy(&why, "%s", remedy);
	upgrade_refuse(u, &why);
}

void upgrade_after_roll(struct upgrade *u)
{
	conclude(u, false);
}

/* ---- the flip ---- */

static void committed(struct upgrade *u, uint64_t generation)
{
	u->is_committed = true;
	u->report.upgraded = !digest_is_equal(&u->from.digest, &u->to.digest);
	bundles_flipped(u->core, u->bundle->name, &u->to, generation);
	heal_forgive(u->core, u->bundle->name);
	upgrade_roll_begin(u);
}

static void on_current(void *arg, const struct store_current *row)
{
	struct upgrade *u = arg;

	if (strcmp(row->bundle, u->bundle->name) == 0 && digest_is_equal(&row->digest, &u->to.digest))
		u->generation = row->generation;
}

/* After a death in the middle of the flip: what does the pointer name? */
static void on_listed(void *arg, const struct store_answer *answer)
{
	struct upgrade *u = arg;

	if (answer->ok && u->generation != 0)
		committed(u, u->generation);
	else if (answer->ok)
		refuse(u, "store-died", "reeve-store died before the pointer moved", "upgrade again");
	else
		refuse(u, "store-died", "reeve-store died, and whether the pointer moved is not known",
		       "upgrade again: it converges");
}

static void on_committed(void *arg, const struct store_answer *answer)
{
	struct upgrade *u = arg;

	if (answer->ok) {
		committed(u, answer->committed->generation);
		return;
	}
	if (!answer->died) {
		upgrade_refuse(u, answer->problem);
		return;
	}
	u->is_store_retried = true;
	if (upgrade_store_open(u, on_current) < 0 ||
	    store_client_ask(u->store, MSG_STORE_LIST, NULL, on_listed, u) < 0)
		on_listed(u, &(struct store_answer){ .died = true });
}

static void on_gated(void *arg, const struct store_answer *answer)
{
	struct upgrade *u = arg;

	if (!answer->ok)
		upgrade_refuse(u, answer->problem);
	else if (u->is_same)
		upgrade_roll_begin(u);
	else if (store_client_ask(u->store, MSG_STORE_COMMIT, NULL, on_committed, u) < 0)
		refuse(u, "store-died", "reeve-store ended before the flip", "upgrade again");
}

void upgrade_after_gate(struct upgrade *u)
{
	if (!upgrade_record(u, "gated", NULL, on_gated))
		refuse(u, "store-died", "reeve-store ended before the flip", "upgrade again");
}

/* ---- the pull ---- */

static void on_planned(void *arg, const struct store_answer *answer)
{
	struct upgrade *u = arg;

	u->is_journaled = answer->ok;
	if (answer->ok)
		upgrade_gate_begin(u);
	else
		upgrade_refuse(u, answer->problem);
}

/* What was brought, into the report. */
static void take_staged(struct upgrade *u, const struct store_staged *s)
{
	struct upgrade_row *r = &u->report;

	version_set(&u->from, s->from_version, s->from_seq, &s->from);
	version_set(&u->to, s->to_version, s->to_seq, &s->to);
	u->is_same = s->same;
	r->from_version = u->from.text;
	r->from_seq = u->from.seq;
	r->from = u->from.digest;
	r->to_version = u->to.text;
	r->to_seq = u->to.seq;
	r->to = u->to.digest;
	r->bytes = s->bytes;
	r->objects_new = s->objects_new;
	r->objects_reused = s->objects_reused;
	r->pull_ms = s->ms;
}

static bool moves_anyone(const struct upgrade *u)
{
	for (size_t i = 0; i < u->count; i++)
		if (upgrade_action_moves(u->children[i].action))
			return true;
	return false;
}

/* Everybody has an outcome without a move. */
static void finish_all(struct upgrade *u)
{
	for (size_t i = 0; i < u->count; i++) {
		u->children[i].ok = u->children[i].action != ACTION_EXCLUDED;
		upgrade_child_finish(&u->children[i]);
	}
}

static void on_staged(void *arg, const struct store_answer *answer)
{
	struct upgrade *u = arg;

	if (!answer->ok) {
		upgrade_refuse(u, answer->problem);
		return;
	}
	take_staged(u, answer->staged);
	if (upgrade_children_find(u) < 0) {
		refuse(u, "no-memory", "no memory for the plan", "free some memory and upgrade again");
		return;
	}
	upgrade_roll_watch(u);
	if (u->is_same && !moves_anyone(u)) {
		finish_all(u);
		conclude(u, false);
	} else if (!upgrade_record(u, "plan", NULL, on_planned)) {
		refuse(u, "store-died", "reeve-store ended after the pull", "upgrade again");
	}
}

void upgrade_pull(struct upgrade *u)
{
	const struct store_pull order = { .to = u->target };

	if (upgrade_store_open(u, NULL) < 0 ||
	    store_client_ask(u->store, MSG_STORE_PULL, &order, on_staged, u) < 0)
		refuse(u, "store-start", "reeve-store could not be started", "look into the log");
}

void upgrade_exclude(struct upgrade *u)
{
	static const char *const sources[] = {
		[SOURCE_REGISTRY] = "a registry", [SOURCE_PATH] = "a path", [SOURCE_URL] = "a URL",
	};
	char text[96];

	(void)snprintf(text, sizeof text, "the bundle comes from %s, not from a registry",
	               sources[u->bundle->source]);
	if (upgrade_children_find(u) == 0) {
		upgrade_roll_watch(u);
		for (size_t i = 0; i < u->count; i++)
			upgrade_child_fail(&u->children[i], "not-registry", text);
		finish_all(u);
	}
	refuse(u, "not-registry", text, "change what it points to, then restart its children");
}
