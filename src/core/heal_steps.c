#include <string.h>

#include "core/announce.h"
#include "core/bundles.h"
#include "core/core.h"
#include "core/heal_parts.h"
#include "core/service.h"
#include "sys/clock.h"

/* The word for the log, and the generation's reason when the pointer moves. */
static const struct {
	const char *word, *reason;
} kinds[HEAL_KIND_COUNT] = {
	[HEAL_REPAIR]  = { "repair",  "heal" },
	[HEAL_INSTALL] = { "install", "install" },
	[HEAL_REPLACE] = { "replace", "heal" },
};

const char *heal_kind_word(enum heal_kind kind)
{
	return kinds[kind].word;
}

/* ---- the end of one ---- */

void heal_clear(struct heal *h)
{
	if (h->check != NULL)
		check_forget(h->check);
	store_client_free(h->store);
	conf_unref(h->conf);
	*h = (struct heal){ .heals = h->heals };
	list_init(&h->waiters);
}

/* Everybody of a list in turn; each may begin another start, or be forgotten, meanwhile. */
static void tell_all(struct list *waiters, bool ok, const struct problem *why)
{
	while (!list_is_empty(waiters)) {
		struct service *s = container_of(waiters->next, struct service, heal_link);

		list_remove(&s->heal_link);
		service_heal_ended(s, ok, why);
	}
}

static void end(struct heal *h, const struct problem *why)
{
	struct heals *hs = h->heals;
	const char *bundle = h->bundle->name;
	struct list waiters;

	list_init(&waiters);
	list_each(&h->waiters, it) {
		list_remove(it);
		list_append(&waiters, it);
	}
	if (why == NULL) {
		refusals_forget(&hs->refusals, bundle);
		announce_event(hs->core, LOG_INFO, bundle, "bundle.healed", "kind=%s version=%s",
		               kinds[h->kind].word, h->staged.text);
	} else {
		refusals_add(&hs->refusals, bundle, &h->broken, sys_now_ms());
		announce_event(hs->core, LOG_WARN, bundle, "bundle.heal-failed", "kind=%s code=%s",
		               kinds[h->kind].word, why->code);
	}

	struct problem kept = why != NULL ? *why : (struct problem){ .class = PROBLEM_HOST };
	bool ok = why == NULL;

	heal_clear(h);
	tell_all(&waiters, ok, ok ? NULL : &kept);
}

/* ---- what was brought ---- */

static void on_committed(void *arg, const struct store_answer *answer)
{
	struct heal *h = arg;

	if (answer->ok)
		bundles_flipped(h->heals->core, h->bundle->name, &h->staged, answer->committed->generation);
	end(h, answer->ok ? NULL : answer->problem);
}

static void commit(struct heal *h)
{
	struct problem why;

	if (store_client_ask(h->store, MSG_STORE_COMMIT, NULL, on_committed, h) == 0)
		return;
	problem_set(&why, PROBLEM_HOST, "store-died", h->bundle->name, "reeve-store ended before the flip");
	end(h, &why);
}

static void on_gate_problem(void *arg, struct service *s, const struct problem_row *row)
{
	struct heal *h = arg;

	(void)s; /* one of those who wait */
	if (!row->advisory && row->problem.class == PROBLEM_BUNDLE && h->gate.code[0] == '\0')
		h->gate = row->problem;
}

static void on_gated(void *arg, struct service *s, const struct check_result *result)
{
	struct heal *h = arg;

	(void)s; /* one of those who wait */
	h->check = NULL;
	if (!result->is_complete && h->gate.code[0] == '\0')
		problem_set(&h->gate, PROBLEM_HOST, "check-lost", h->bundle->name,
		            "what was brought could not be checked");
	if (h->gate.code[0] == '\0') {
		commit(h);
		return;
	}
	refusals_add(&h->heals->refusals, h->bundle->name, &h->staged.digest, sys_now_ms());
	end(h, &h->gate);
}

/* A version that nobody ran yet has to pass the gate before the pointer names it. */
static void gate(struct heal *h)
{
	const struct attempt_order order = { .check_only = true, .digest = h->staged.digest };
	const struct check_client client = { .problem = on_gate_problem, .done = on_gated, .arg = h };
	struct problem why;

	if (list_is_empty(&h->waiters)) {
		problem_set(&why, PROBLEM_HOST, "cancelled", h->bundle->name, "nobody waits for it any more");
		end(h, &why);
		return;
	}
	if (check_begin(h->heals->core, container_of(h->waiters.next, struct service, heal_link), &order,
	                &client, &h->check) < 0)
		on_gated(h, NULL, &(struct check_result){ .is_complete = false });
}

static void on_staged(void *arg, const struct store_answer *answer)
{
	struct heal *h = arg;
	struct problem why;

	if (!answer->ok) {
		end(h, answer->problem);
		return;
	}

	const struct store_staged *s = answer->staged;

	version_set(&h->staged, s->to_version, s->to_seq, &s->to);
	if (h->kind == HEAL_REPAIR) {
		end(h, NULL);
	} else if (h->kind == HEAL_REPLACE && s->to_seq <= s->from_seq) {
		problem_set(&why, PROBLEM_BUNDLE, "no-newer", h->bundle->name,
		            "the registry has nothing newer than %s", s->from_version);
		problem_remedy(&why, "publish a version that fits this host");
		end(h, &why);
	} else {
		gate(h);
	}
}

bool heal_run(struct heal *h)
{
	const struct store_errand errand = {
		.bundle = h->bundle, .by = "reeve", .reason = kinds[h->kind].reason,
	};
	struct store_pull order = { .repair = h->kind == HEAL_REPAIR };

	if (order.repair)
		order.digest = h->broken;
	return store_client_new(h->heals->core, &errand, NULL, &h->store) == 0 &&
	       store_client_ask(h->store, MSG_STORE_PULL, &order, on_staged, h) == 0;
}
