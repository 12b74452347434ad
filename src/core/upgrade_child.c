#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "core/announce.h"
#include "core/bundles.h"
#include "core/core.h"
#include "core/service.h"
#include "core/upgrade_parts.h"

static void child_init(struct upgrade_child *c, struct upgrade *u, struct service *s)
{
	struct text name;

	c->upgrade = u;
	c->service = s;
	text_init(&name, c->name, sizeof c->name);
	text_add(&name, service_name(s));
	c->before = c->after = s->state;
	version_set(&c->from, s->version, s->seq, &s->digest);
	c->to = c->from;
	upgrade_child_plan(c);
}

int upgrade_children_find(struct upgrade *u)
{
	const struct roster *r = &u->core->roster;
	size_t n = 0;

	for (size_t i = 0; i < r->count; i++)
		n += bundles_is_dependent(r->all[i], u->bundle->name);
	u->children = calloc(n + 1, sizeof *u->children);
	u->finished = calloc(n + 1, sizeof *u->finished);
	if (u->children == NULL || u->finished == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < r->count; i++)
		if (bundles_is_dependent(r->all[i], u->bundle->name))
			child_init(&u->children[u->count++], u, r->all[i]);
	return 0;
}

void upgrade_child_plan(struct upgrade_child *c)
{
	const struct upgrade *u = c->upgrade;
	const struct service *s = c->service;

	if (u->bundle->source != SOURCE_REGISTRY || s == NULL) {
		c->action = ACTION_EXCLUDED;
		return;
	}

	struct upgrade_facts facts = {
		.state = s->state, .wanted = s->wanted, .running = s->digest, .retry_dead = u->bundle->retry_dead,
	};

	c->action = upgrade_plan(&facts, &u->to.digest);
}

void upgrade_child_fail(struct upgrade_child *c, const char *code, const char *error)
{
	struct text t;

	text_init(&t, c->code, sizeof c->code);
	text_add(&t, code);
	text_init(&t, c->error, sizeof c->error);
	text_add(&t, error);
	c->ok = false;
}

void upgrade_child_finish(struct upgrade_child *c)
{
	struct upgrade *u = c->upgrade;
	const struct service *s = c->service;
	struct progress_row row = { .subject = u->bundle->name, .phase = "roll", .unit = "children" };

	c->phase = CHILD_FINISHED;
	if (s != NULL) {
		c->after = s->state;
		version_set(&c->to, s->version, s->seq, &s->digest);
	}
	upgrade_count(&u->report, c->action, c->ok);
	u->finished[u->finished_n++] = (size_t)(c - u->children);
	if (c->ok && upgrade_action_moves(c->action) && !digest_is_equal(&c->from.digest, &c->to.digest))
		announce_event(u->core, LOG_INFO, c->name, "bundle.upgraded", "bundle=%s from=%s to=%s",
		               u->bundle->name, c->from.text, c->to.text);
	row.done = u->finished_n;
	row.total = u->count;
	upgrade_tell_progress(u, &row);
	upgrade_wake(u);
}

void upgrade_child_row(const struct upgrade_child *c, struct upgrade_child_row *ret)
{
	*ret = (struct upgrade_child_row){
		.name         = c->name,
		.action       = upgrade_action_name(c->action),
		.ok           = c->ok,
		.code         = c->code,
		.error        = c->error,
		.from         = c->from.digest,
		.to           = c->to.digest,
		.from_version = c->from.text,
		.to_version   = c->to.text,
		.state_before = state_name(c->before),
		.state_after  = state_name(c->after),
		.gap_ms       = c->gap_ms,
		.ready_ms     = c->ready_ms,
		.schedule     = "kept",
	};
}
