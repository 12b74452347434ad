/* What an org admin asks about bundles, by chance; and that each answer adds up. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/bundle_list.h"
#include "core/heal.h"
#include "core/reply.h"
#include "core/updates.h"
#include "core/upgrade.h"
#include "sim/sim.h"

static const char *const bundles[] = { "b0", "b1", "b2" };

/* A client that waits for its answer, and sometimes reads slowly. */
struct answer {
	struct reply reply;
	struct list  link;       /* sim->answers */
	struct sim  *sim;
	unsigned     rows;       /* UPGRADE_CHILD */
	bool         is_full;
	bool         has_report;
	uint32_t     exit_code;  /* of the report */
};

static void take_report(struct answer *a, const struct upgrade_row *u)
{
	unsigned counted = u->respawned + u->failed + u->deferred + u->current + u->excluded;

	WORLD_CHECK(!a->has_report, "a second report");
	WORLD_CHECK(counted == a->rows, "%u children are counted, %u rows were told", counted, a->rows);
	WORLD_CHECK(u->ok == (u->exit_code == REPLY_OK), "%s and exit status %u", u->result, u->exit_code);
	WORLD_CHECK(u->error != NULL && u->from_version != NULL && u->to_version != NULL, "a word is missing");
	WORLD_CHECK(u->failed > 0 || strcmp(u->result, "partial") != 0, "partial, and nobody failed");
	a->has_report = true;
	a->exit_code = u->exit_code;
}

static int take_row(struct reply *r, enum msg type, const void *row, const int *fds)
{
	struct answer *a = container_of(r, struct answer, reply);

	WORLD_CHECK(fds == NULL, "a descriptor in an answer about bundles");
	if (type != MSG_ERROR && (a->is_full || world_chance(50))) {
		a->is_full = true;
		return -EAGAIN;
	}
	if (type == MSG_UPGRADED)
		take_report(a, row);
	if (type == MSG_BUNDLE) {
		const struct bundle_row *b = row;

		WORLD_CHECK(b->current <= b->running && b->running <= b->children, "%s: more than there are", b->name);
	}
	a->rows += type == MSG_UPGRADE_CHILD;
	return 0;
}

static void take_end(struct reply *r, uint32_t exit_code)
{
	struct answer *a = container_of(r, struct answer, reply);

	WORLD_CHECK(!a->has_report || exit_code == a->exit_code, "the report says %u, the end %u", a->exit_code, exit_code);
	list_remove(&a->link);
	free(a);
}

static struct reply *ask(struct sim *sim)
{
	static const struct reply_ops ops = { .row = take_row, .end = take_end };
	struct answer *a = calloc(1, sizeof *a);

	WORLD_CHECK(a != NULL, "no memory");
	a->sim = sim;
	reply_init(&a->reply, &ops, 0);
	list_append(&sim->answers, &a->link);
	return &a->reply;
}

void sim_ask_upgrade(struct sim *sim)
{
	const char *bundle = bundles[world_random(SIM_BUNDLES)];
	const struct ask_upgrade latest = { .bundle = bundle, .to = "" };
	const struct ask_upgrade other = { .bundle = bundle, .to = "1" };

	if (world_chance(700))
		(void)world_published(bundle, world_published(bundle, 0) + 1);
	upgrade_begin(&sim->core, ask(sim), &latest);
	if (world_chance(200))
		upgrade_begin(&sim->core, ask(sim), world_chance(500) ? &latest : &other);
}

void sim_ask_rollback(struct sim *sim)
{
	const struct ask_upgrade ask_for = {
		.bundle = bundles[world_random(SIM_BUNDLES)], .to = world_chance(500) ? "" : "1",
	};

	upgrade_begin_rollback(&sim->core, ask(sim), &ask_for);
}

void sim_ask_about_bundles(struct sim *sim)
{
	const struct texts all = { .count = 0 };

	if (world_chance(500))
		updates_begin(&sim->core, ask(sim), &all);
	else
		bundle_list_begin(&sim->core, ask(sim), &all);
}

void sim_read_answers(struct sim *sim)
{
	list_each(&sim->answers, it) {
		struct answer *a = container_of(it, struct answer, link);
		reply_fn *on_room = a->reply.on_room;

		if (!a->is_full)
			continue;
		a->is_full = false;
		a->reply.on_room = NULL;
		if (on_room != NULL)
			on_room(&a->reply, a->reply.arg);
		return; /* one at a time: the list may be another one now */
	}
}

void sim_check_upgrades_ended(const struct sim *sim)
{
	WORLD_CHECK(list_is_empty(&sim->answers), "an answer about bundles never ended");
	for (size_t i = 0; i < SIM_BUNDLES; i++) {
		WORLD_CHECK(!upgrade_is_in_flight(&sim->core, bundles[i]), "%s: an upgrade never ended", bundles[i]);
		WORLD_CHECK(!heal_is_under_way(&sim->core, bundles[i]), "%s: a repair never ended", bundles[i]);
	}
}

void sim_forget_answers(struct sim *sim)
{
	list_each(&sim->answers, it) {
		struct answer *a = container_of(it, struct answer, link);

		list_remove(it);
		free(a);
	}
}
