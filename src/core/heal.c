#include "core/heal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/announce.h"
#include "core/bundles.h"
#include "core/core.h"
#include "core/heal_parts.h"
#include "core/service.h"
#include "core/upgrade.h"
#include "sys/clock.h"

static const struct {
	const char *code, *got, *remedy;
} verdicts[VERDICT_COUNT] = {
	[VERDICT_UPGRADE]     = { "heal-upgrade", "an upgrade of it is in flight",
	                          "it will be started by that" },
	[VERDICT_COOLING]     = { "heal-cooling", "a repair failed a moment ago and is not tried again yet",
	                          "reevectl upgrade repairs at once" },
	[VERDICT_NO_REGISTRY] = { "heal-source", "it does not come from a registry",
	                          "repair its files by hand" },
	[VERDICT_FULL]        = { "heal-busy", "too many repairs are under way",
	                          "start it again in a moment" },
	[VERDICT_NO_STORE]    = { "store-start", "reeve-store could not be started", "look into the log" },
};

static const char *bundle_of(const struct service *s)
{
	return s->conf->service->bundle->name;
}

/* ---- who is told at once ---- */

static void tell(struct service *s, enum verdict v)
{
	struct problem why;

	if (v == VERDICT_FINE) {
		service_heal_ended(s, true, NULL);
		return;
	}
	problem_set(&why, PROBLEM_HOST, verdicts[v].code, bundle_of(s), "%s", verdicts[v].got);
	problem_remedy(&why, "%s", verdicts[v].remedy);
	service_heal_ended(s, false, &why);
}

/* Whoever asks again while it is told waits for the next turn. */
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

			list_remove(&s->heal_link);
			tell(s, (enum verdict)v);
		}
	}
}

static void judge(struct heals *hs, struct service *s, enum verdict v)
{
	list_append(&hs->judged[v], &s->heal_link);
	loop_timer_start(hs->core->loop, &hs->turn, 0, on_turn, hs);
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

/* Whether the pointer moved after s's launch looked at it. */
static bool has_moved(const struct service *s)
{
	const struct pointer *p = bundles_pointer(s->core, bundle_of(s));

	return p != NULL && p->generation != 0 && p->since_ms > s->since_ms;
}

/* Whether a heal of s makes sense now; if not, why not. */
static bool may_begin(struct heals *hs, const struct service *s, const struct digest *broken,
                      enum verdict *ret_why)
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
	if (!heal_run(h)) {
		heal_clear(h);
		judge(hs, s, VERDICT_NO_STORE);
		return;
	}
	list_append(&h->waiters, &s->heal_link);
	announce_event(hs->core, LOG_WARN, h->bundle->name, "bundle.heal-began",
	               "kind=%s child=%s problem=\"%s\"", heal_kind_word(h->kind), service_name(s), s->reason);
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
			heal_clear(&hs->all[i]);
	free(hs);
	core->heals = NULL;
}
