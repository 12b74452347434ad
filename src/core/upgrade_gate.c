#include "base/text.h"
#include "core/core.h"
#include "core/service.h"
#include "core/upgrade_parts.h"

/* One child's problems are kept: of the first that has any, but rather of one that blames the bundle. */
static void on_problem(void *arg, struct service *s, const struct problem_row *row)
{
	struct upgrade_child *c = arg;
	struct upgrade *u = c->upgrade;
	bool blames_bundle = row->problem.class == PROBLEM_BUNDLE;

	(void)s; /* c knows it */
	if (row->advisory)
		return;
	c->is_unfit = true;
	if (u->judged == NULL || (blames_bundle && !u->is_unfit && u->judged != c)) {
		u->judged = c;
		u->problems_n = 0;
	}
	u->is_unfit |= blames_bundle;
	if (u->judged == c && u->problems_n < ARRAY_LEN(u->problems))
		u->problems[u->problems_n++] = row->problem;
}

static void begin_check(struct upgrade_child *c);

static void on_checked(void *arg, struct service *s, const struct check_result *result)
{
	struct upgrade_child *c = arg;
	struct upgrade *u = c->upgrade;

	(void)s; /* c knows it */
	c->check = NULL;

	bool is_lost = !result->is_complete && c->service != NULL && !c->service->is_removed;

	if (is_lost && ++c->check_tries < UPGRADE_CHECK_TRIES) {
		begin_check(c);
		return;
	}
	if (is_lost && !u->is_unfit) {
		u->is_unfit = true;
		u->judged = c;
		u->problems_n = 1;
		problem_set(&u->problems[0], PROBLEM_HOST, "check-lost", c->name,
		            "reeve-launch died over its check %u times", c->check_tries);
		problem_remedy(&u->problems[0], "look into the log, then upgrade again");
	}
	u->at_once--;
	upgrade_wake(u);
}

/* What could not even begin counts as a lost check: the gate lets nothing through unjudged. */
static void begin_check(struct upgrade_child *c)
{
	struct upgrade *u = c->upgrade;
	const struct attempt_order order = { .check_only = true, .digest = u->to.digest };
	const struct check_client client = { .problem = on_problem, .done = on_checked, .arg = c };

	if (check_begin(u->core, c->service, &order, &client, &c->check) == 0)
		return;
	c->check_tries = UPGRADE_CHECK_TRIES;
	on_checked(c, c->service, &(struct check_result){ .is_complete = false });
}

static void tell_how_far(struct upgrade *u)
{
	const struct progress_row row = {
		.subject = u->bundle->name, .phase = "gate", .unit = "children",
		.done = u->next - u->at_once, .total = u->count,
	};

	upgrade_tell_progress(u, &row);
}

/*
 * A problem of the bundle is everybody's. One of the host or the configuration is its child's own: that
 * one is moved and dies of it, the others go on. But what not one child could start is refused as well.
 */
static bool is_refused(const struct upgrade *u)
{
	size_t judged = 0, unfit = 0;

	for (size_t i = 0; i < u->count; i++) {
		const struct upgrade_child *c = &u->children[i];

		judged += upgrade_action_moves(c->action) && c->service != NULL;
		unfit += c->is_unfit && c->service != NULL;
	}
	return u->is_unfit || (unfit > 0 && unfit == judged);
}

static void pump(struct upgrade *u)
{
	while (u->next < u->count && u->at_once < UPGRADE_CHECKS_AT_ONCE && !u->is_unfit) {
		struct upgrade_child *c = &u->children[u->next++];

		if (!upgrade_action_moves(c->action) || c->service == NULL)
			continue;
		u->at_once++;
		begin_check(c);
	}
	tell_how_far(u);
	if (u->at_once > 0)
		return;
	u->pump = NULL;
	if (is_refused(u)) {
		upgrade_refuse(u, &u->problems[0]);
		return;
	}
	u->judged = NULL;
	u->problems_n = 0;
	upgrade_after_gate(u);
}

void upgrade_gate_begin(struct upgrade *u)
{
	u->next = 0;
	u->at_once = 0;
	u->pump = pump;
	upgrade_wake(u);
}

void upgrade_gate_forget(struct upgrade *u)
{
	for (size_t i = 0; i < u->count; i++)
		if (u->children[i].check != NULL)
			check_forget(u->children[i].check);
}
