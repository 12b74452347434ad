#include "core/heal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/text.h"
#include "core/announce.h"
#include "core/bundles.h"
#include "core/check.h"
#include "core/core.h"
#include "core/refusals.h"
#include "core/service.h"
#include "core/store_client.h"
#include "core/upgrade.h"
#include "sys/clock.h"

/* What is wrong, and so what to bring. */
enum heal_kind { HEAL_REPAIR, HEAL_INSTALL, HEAL_REPLACE, HEAL_KIND_COUNT };

/* The word for the log, and the generation's reason when the pointer moves. */
static const struct {
	const char *word, *reason;
} kinds[HEAL_KIND_COUNT] = {
	[HEAL_REPAIR]  = { "repair",  "heal" },
	[HEAL_INSTALL] = { "install", "install" },
	[HEAL_REPLACE] = { "replace", "heal" },
};

struct heal {
	struct heals             *heals;
	struct conf              *conf;      /* NULL: this place is free */
	const struct bundle_conf *bundle;
	enum heal_kind            kind;
	struct digest             broken;    /* none: nothing was installed */
	struct version            staged;
	struct list               waiters;   /* service->heal_link */
	struct store_client      *store;
	struct check             *check;     /* of what was staged */
	struct problem            gate;      /* what that found; code "" nothing */
};

/* Why a heal does not even begin, or need not. */
enum verdict {
	VERDICT_FINE,         /* the pointer moved meanwhile: another child had it installed or replaced */
	VERDICT_UPGRADE,
	VERDICT_COOLING,
	VERDICT_NO_REGISTRY,
	VERDICT_FULL,
	VERDICT_NO_STORE,
	VERDICT_COUNT
};

struct heals {
	struct core      *core;
	struct refusals   refusals;
	struct heal       all[HEALS_MAX];
	struct list       judged[VERDICT_COUNT];  /* service->heal_link: to be told from the loop */
	struct loop_timer turn;
};

static const struct {
	const char *code, *got, *remedy;
} verdicts[VERDICT_COUNT] = {
	[VERDICT_UPGRADE]     = { "heal-upgrade", "an upgrade of it is in flight", "it will be started by that" },
	[VERDICT_COOLING]     = { "heal-cooling", "a repair failed a moment ago and is not tried again yet",
	                          "reevectl upgrade repairs at once" },
	[VERDICT_NO_REGISTRY] = { "heal-source", "it does not come from a registry", "repair its files by hand" },
	[VERDICT_FULL]        = { "heal-busy", "too many repairs are under way", "start it again in a moment" },
	[VERDICT_NO_STORE]    = { "store-start", "reeve-store could not be started", "look into the log" },
};

static const char *bundle_of(const struct service *s)
{
	return s->conf->service->bundle->name;
}

/* ---- who waits ---- */

/* Everybody of a list, one after the other; each may begin another start, or be forgotten, meanwhile. */
static void tell_all(struct list *waiters, bool ok, const struct problem *why)
{
	while (!list_is_empty(waiters)) {
		struct service *s = container_of(waiters->next, struct service, heal_link);

		list_remove(&s->heal_link);
		service_heal_ended(s, ok, why);
	}
}

static void on_turn(void *arg)
{
	struct heals *hs = arg;
	struct list now;

	for (int v = 0; v < VERDICT_COUNT; v++) {
		list_init(&now);
		list_each(&hs->judged[v], it) {
			list_remove(it);
			list_append(&now, it);
		}
		while (!list_is_empty(&now)) {
			struct service *s = container_of(now.next, struct service, heal_link);
			struct problem why;

			list_remove(&s->heal_link);
			if (v == VERDICT_FINE) {
				service_heal_ended(s, true, NULL);
				continue;
			}
			problem_set(&why, PROBLEM_HOST, verdicts[v].code, bundle_of(s), "%s", verdicts[v].got);
			problem_remedy(&why, "%s", verdicts[v].remedy);
			service_heal_ended(s, false, &why);
		}
	}
}

static void judge(struct heals *hs, struct service *s, enum verdict v)
{
	list_append(&hs->judged[v], &s->heal_link);
	loop_timer_start(hs->core->loop, &hs->turn, 0, on_turn, hs);
}

/* ---- the end of one ---- */

/* Makes the place free; who waits was told, or is moved out. */
static void heal_done(struct heal *h)
{
	if (h->check != NULL)
		check_forget(h->check);
	store_client_free(h->store);
	conf_unref(h->conf);
	*h = (struct heal){ .heals = h->heals };
	list_init(&h->waiters);
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

	heal_done(h);
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

/* ---- the begin of one ---- */

static bool has_problem(const struct service *s, const char *prefix)
{
	for (const struct kept_problem *k = s->problems.first; k != NULL; k = k->next)
		if (k->original && text_starts_with(k->problem.code, prefix))
			return true;
	return false;
}

/* What s was to run: as its launch read it, else as the store last said. */
static struct digest broken_of(const struct service *s)
{
	const struct pointer *p = bundles_pointer(s->core, bundle_of(s));

	if (!digest_is_none(&s->attempt.pinned) || p == NULL)
		return s->attempt.pinned;
	return p->version.digest;
}

static enum heal_kind kind_of(const struct service *s, const struct digest *broken)
{
	if (has_problem(s, "not-installed") || digest_is_none(broken))
		return HEAL_INSTALL;
	return has_problem(s, "gate-") ? HEAL_REPLACE : HEAL_REPAIR;
}

static struct heal *find(struct heals *hs, const char *bundle)
{
	for (size_t i = 0; i < ARRAY_LEN(hs->all); i++)
		if (hs->all[i].conf != NULL && strcmp(hs->all[i].bundle->name, bundle) == 0)
			return &hs->all[i];
	return NULL;
}

static struct heal *find_free(struct heals *hs)
{
	for (size_t i = 0; i < ARRAY_LEN(hs->all); i++)
		if (hs->all[i].conf == NULL)
			return &hs->all[i];
	return NULL;
}

/* Starts the store's work; false when it cannot be started. */
static bool pull(struct heal *h)
{
	const struct store_errand errand = { .bundle = h->bundle, .by = "reeve", .reason = kinds[h->kind].reason };
	const struct store_pull order = {
		.repair = h->kind == HEAL_REPAIR, .digest = h->kind == HEAL_REPAIR ? h->broken : (struct digest){ .bytes = { 0 } },
	};

	return store_client_new(h->heals->core, &errand, NULL, &h->store) == 0 &&
	       store_client_ask(h->store, MSG_STORE_PULL, &order, on_staged, h) == 0;
}

/* Whether the pointer moved after s's launch looked at it. */
static bool has_moved(const struct service *s)
{
	const struct pointer *p = bundles_pointer(s->core, bundle_of(s));

	return p != NULL && p->generation != 0 && p->since_ms > s->since_ms;
}

/* Whether a heal of s makes sense now; if not, why not. */
static bool may_begin(struct heals *hs, const struct service *s, const struct digest *broken, enum verdict *ret_why)
{
	const char *bundle = bundle_of(s);

	if (s->conf->service->bundle->source != SOURCE_REGISTRY)
		*ret_why = VERDICT_NO_REGISTRY;
	else if (has_moved(s))
		*ret_why = VERDICT_FINE;
	else if (upgrade_is_in_flight(hs->core, bundle))
		*ret_why = VERDICT_UPGRADE;
	else if (refusals_left_ms(&hs->refusals, bundle, broken, sys_now_ms()) > 0)
		*ret_why = VERDICT_COOLING;
	else
		return true;
	return false;
}

void heal_begin(struct service *s)
{
	struct heals *hs = s->core->heals;
	struct heal *h = find(hs, bundle_of(s));
	struct digest broken = broken_of(s);
	enum verdict why;

	if (h != NULL) {
		list_append(&h->waiters, &s->heal_link);
		return;
	}
	if (!may_begin(hs, s, &broken, &why)) {
		judge(hs, s, why);
		return;
	}
	h = find_free(hs);
	if (h == NULL) {
		judge(hs, s, VERDICT_FULL);
		return;
	}
	h->conf = conf_ref(s->conf_owner);
	h->bundle = s->conf->service->bundle;
	h->kind = kind_of(s, &broken);
	h->broken = broken;
	if (!pull(h)) {
		heal_done(h);
		judge(hs, s, VERDICT_NO_STORE);
		return;
	}
	list_append(&h->waiters, &s->heal_link);
	announce_event(hs->core, LOG_WARN, h->bundle->name, "bundle.heal-began",
	               "kind=%s child=%s problem=\"%s\"", kinds[h->kind].word, service_name(s), s->reason);
}

void heal_forget(struct service *s)
{
	if (s->heal_link.next != NULL) /* it waited before */
		list_remove(&s->heal_link);
}

bool heal_is_under_way(const struct core *core, const char *bundle)
{
	return core->heals != NULL && find(core->heals, bundle) != NULL;
}

void heal_refuse_version(struct core *core, const char *bundle, const struct digest *digest)
{
	if (core->heals != NULL)
		refusals_add(&core->heals->refusals, bundle, digest, sys_now_ms());
}

void heal_forgive(struct core *core, const char *bundle)
{
	if (core->heals != NULL)
		refusals_forget(&core->heals->refusals, bundle);
}

/* ---- the whole room ---- */

int heals_new(struct core *core)
{
	struct heals *hs = calloc(1, sizeof *hs);

	if (hs == NULL)
		return -ENOMEM;
	hs->core = core;
	for (size_t i = 0; i < ARRAY_LEN(hs->all); i++) {
		hs->all[i].heals = hs;
		list_init(&hs->all[i].waiters);
	}
	for (size_t i = 0; i < ARRAY_LEN(hs->judged); i++)
		list_init(&hs->judged[i]);
	core->heals = hs;
	return 0;
}

void heals_free(struct core *core)
{
	struct heals *hs = core->heals;

	if (hs == NULL)
		return;
	loop_timer_stop(&hs->turn);
	for (size_t i = 0; i < ARRAY_LEN(hs->all); i++)
		if (hs->all[i].conf != NULL)
			heal_done(&hs->all[i]);
	free(hs);
	core->heals = NULL;
}
