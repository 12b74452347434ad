#include "core/updates.h"

#include <stdlib.h>

#include "core/bundle_set.h"
#include "core/bundles.h"
#include "core/core.h"
#include "core/reply.h"
#include "core/store_client.h"

enum verdict {
	VERDICT_NONE, VERDICT_NEWER, VERDICT_SAME, VERDICT_UNKNOWN, VERDICT_REFUSED, VERDICT_EXCLUDED
};

static const char *const verdict_names[] = {
	[VERDICT_NONE] = "", [VERDICT_NEWER] = "newer", [VERDICT_SAME] = "same", [VERDICT_UNKNOWN] = "unknown",
	[VERDICT_REFUSED] = "refused", [VERDICT_EXCLUDED] = "excluded",
};

/* One bundle's part. */
struct update {
	struct updates      *updates;
	struct store_client *store;      /* NULL: not asked, or answered */
	enum verdict         verdict;    /* VERDICT_NONE: not known yet */
	struct version       from, to;
	char                 reason[320];
};

/* One request. */
struct updates {
	struct inquiry    inquiry;
	struct core      *core;
	struct reply     *reply;
	struct bundle_set set;
	struct update    *all;           /* as set.at */
	size_t            next;          /* to be asked */
	size_t            under_way;
	size_t            told;
	struct loop_timer turn;
};

/* ---- the answer ---- */

static void wake(struct updates *us);

/* An update is worth more than an unknown, except that nothing may be hidden. */
static uint32_t exit_code(const struct updates *us)
{
	uint32_t code = UPDATES_EXIT_NONE;

	for (size_t i = 0; i < us->set.count; i++) {
		enum verdict v = us->all[i].verdict;

		if (v == VERDICT_UNKNOWN || v == VERDICT_REFUSED)
			return UPDATES_EXIT_UNKNOWN;
		if (v == VERDICT_NEWER)
			code = UPDATES_EXIT_SOME;
	}
	return code;
}

static void on_room(struct reply *reply, void *arg)
{
	(void)reply; /* it is arg's */
	wake(arg);
}

/* Rows go out in the order of the names; false while some are to come. */
static bool tell(struct updates *us)
{
	for (; us->told < us->set.count; us->told++) {
		const struct update *up = &us->all[us->told];
		const struct update_row row = {
			.bundle = us->set.at[us->told]->name,
			.verdict = verdict_names[up->verdict], .reason = up->reason,
			.from_version = up->from.text, .from_seq = up->from.seq,
			.to_version = up->to.text, .to_seq = up->to.seq,
		};

		if (up->verdict == VERDICT_NONE)
			return false;
		if (reply_row(us->reply, MSG_UPDATE, &row) < 0) {
			reply_when_room(us->reply, on_room, us);
			return false;
		}
	}
	return true;
}

static void discard(struct inquiry *i)
{
	struct updates *us = container_of(i, struct updates, inquiry);

	list_remove(&i->link);
	loop_timer_stop(&us->turn);
	for (size_t n = 0; n < us->set.count; n++)
		store_client_free(us->all[n].store);
	bundle_set_done(&us->set);
	free(us->all);
	free(us);
}

/* ---- one bundle ---- */

static void know(struct update *up, enum verdict v)
{
	up->verdict = v;
	store_client_free(up->store);
	up->store = NULL;
}

/* What the registry holds is bad, or it could not be asked: two different answers. */
static void know_problem(struct update *up, const struct problem *why)
{
	problem_format(why, up->reason, sizeof up->reason);
	know(up, why->class == PROBLEM_BUNDLE ? VERDICT_REFUSED : VERDICT_UNKNOWN);
}

static void on_checked(void *arg, const struct store_answer *answer)
{
	struct update *up = arg;
	struct updates *us = up->updates;

	us->under_way--;
	wake(us);
	if (!answer->ok) {
		know_problem(up, answer->problem);
		return;
	}

	const struct store_staged *s = answer->staged;

	version_set(&up->from, s->from_version, s->from_seq, &s->from);
	version_set(&up->to, s->to_version, s->to_seq, &s->to);
	know(up, s->same || digest_is_equal(&s->from, &s->to) ? VERDICT_SAME : VERDICT_NEWER);
}

static void ask(struct update *up, const struct bundle_conf *bundle)
{
	const struct store_errand errand = { .bundle = bundle, .by = "reeve" };
	const struct pointer *p = bundles_pointer(up->updates->core, bundle->name);
	struct problem why;

	if (p != NULL)
		up->from = p->version;
	if (bundle->source != SOURCE_REGISTRY) {
		problem_set(&why, PROBLEM_CONFIG, "not-registry", bundle->name, "it does not come from a registry");
		problem_format(&why, up->reason, sizeof up->reason);
		know(up, VERDICT_EXCLUDED);
		return;
	}
	if (store_client_new(up->updates->core, &errand, NULL, &up->store) == 0 &&
	    store_client_ask(up->store, MSG_STORE_CHECK, NULL, on_checked, up) == 0) {
		up->updates->under_way++;
		return;
	}
	problem_set(&why, PROBLEM_HOST, "store-start", bundle->name, "reeve-store could not be started");
	know_problem(up, &why);
}

/* ---- all of them ---- */

static void on_turn(void *arg)
{
	struct updates *us = arg;

	for (; us->next < us->set.count && us->under_way < UPDATES_AT_ONCE; us->next++)
		ask(&us->all[us->next], us->set.at[us->next]);
	if (!tell(us))
		return;

	struct reply *reply = us->reply;
	uint32_t code = exit_code(us);

	discard(&us->inquiry);
	reply_end(reply, code);
}

static void wake(struct updates *us)
{
	loop_timer_start(us->core->loop, &us->turn, 0, on_turn, us);
}

/* Takes over the set; NULL: no memory, and the set is released. */
static struct updates *updates_new(struct core *core, struct reply *reply, struct bundle_set *set)
{
	struct updates *us = calloc(1, sizeof *us);
	struct update *all = calloc(set->count + 1, sizeof *all);

	if (us == NULL || all == NULL) {
		free(us);
		free(all);
		bundle_set_done(set);
		return NULL;
	}
	*us = (struct updates){ .core = core, .reply = reply, .set = *set, .all = all };
	for (size_t i = 0; i < set->count; i++)
		all[i].updates = us;
	return us;
}

void updates_begin(struct core *core, struct reply *reply, const struct texts *names)
{
	struct bundle_set set;

	if (bundle_set_find(core, names, reply, &set) < 0)
		return;

	struct updates *us = updates_new(core, reply, &set);

	if (us != NULL) {
		bundles_keep(core, &us->inquiry, discard);
		wake(us);
		return;
	}
	reply_refuse(reply, REPLY_NO_SUCH,
	             &(struct error_row){ .code = "no_memory", .text = "no memory for the answer", .needs = "" });
}
