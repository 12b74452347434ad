#include "core/upgrade.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "core/announce.h"
#include "core/bundles.h"
#include "core/core.h"
#include "core/heal.h"
#include "core/reply.h"
#include "core/upgrade_parts.h"
#include "sys/clock.h"

struct upgrades {
	struct core *core;
	struct list  in_flight;
	size_t       count;
};

/* ---- in flight ---- */

int upgrades_new(struct core *core)
{
	struct upgrades *us = calloc(1, sizeof *us);

	if (us == NULL)
		return -ENOMEM;
	us->core = core;
	list_init(&us->in_flight);
	core->upgrades = us;
	return 0;
}

void upgrade_free(struct upgrade *u)
{
	upgrade_gate_forget(u);
	upgrade_roll_forget(u);
	loop_timer_stop(&u->turn);
	store_client_free(u->store);
	store_client_free(u->lost);
	list_remove(&u->link);
	u->core->upgrades->count--;
	conf_unref(u->conf);
	free(u->children);
	free(u->finished);
	free(u);
}

void upgrades_free(struct core *core)
{
	if (core->upgrades == NULL)
		return;
	list_each(&core->upgrades->in_flight, it)
		upgrade_free(container_of(it, struct upgrade, link));
	free(core->upgrades);
	core->upgrades = NULL;
}

static struct upgrade *find(const struct core *core, const char *bundle)
{
	if (core->upgrades == NULL)
		return NULL;
	list_each(&core->upgrades->in_flight, it) {
		struct upgrade *u = container_of(it, struct upgrade, link);

		if (!u->is_over && strcmp(u->bundle->name, bundle) == 0)
			return u;
	}
	return NULL;
}

bool upgrade_is_in_flight(const struct core *core, const char *bundle)
{
	return find(core, bundle) != NULL;
}

/* ---- a new one ---- */

static bool has_dependents(const struct core *core, const char *bundle)
{
	const struct roster *r = &core->roster;

	for (size_t i = 0; i < r->count; i++)
		if (bundles_is_dependent(r->all[i], bundle))
			return true;
	return false;
}

/* What reeve-store is to pull: as asked, but "the one before" is a number. -ENOENT: there is none. */
static int set_target(struct upgrade *u)
{
	const struct pointer *p = bundles_pointer(u->core, u->bundle->name);

	if (!u->is_rollback || u->asked[0] != '\0')
		return text_copy(u->target, sizeof u->target, u->asked);
	if (p == NULL || p->generation < 2)
		return -ENOENT;
	(void)snprintf(u->target, sizeof u->target, "%llu", (unsigned long long)p->generation - 1);
	return 0;
}

static struct upgrade *upgrade_new(struct core *core, const struct bundle_conf *bundle)
{
	struct upgrade *u = calloc(1, sizeof *u);

	if (u == NULL)
		return NULL;
	u->core = core;
	u->conf = conf_ref(core->conf);
	u->bundle = bundle;
	u->observer.arg = u;
	list_init(&u->observer.link);
	list_init(&u->link);
	list_append(&core->upgrades->in_flight, &u->link);
	core->upgrades->count++;
	return u;
}

/* Its name, what was asked and by whom, and the head of its report. */
static int describe(struct upgrade *u, uid_t uid, const struct ask_upgrade *ask)
{
	uint32_t parallel = u->bundle->rollout.parallel;

	(void)snprintf(u->id, sizeof u->id, "%llx-%08x", (unsigned long long)sys_wall_ms(), sys_random());
	(void)snprintf(u->by, sizeof u->by, "uid:%u", (unsigned)uid);
	(void)snprintf(u->strategy, sizeof u->strategy, parallel > 1 ? "parallel=%u" : "all", parallel);
	u->report = (struct upgrade_row){
		.id = u->id, .bundle = u->bundle->name, .strategy = u->strategy, .error = "",
		.from_version = "", .to_version = "", .started_ms = sys_wall_ms(),
	};
	return text_copy(u->asked, sizeof u->asked, ask->to);
}

/* ---- requests ---- */

static void refuse(struct reply *reply, enum reply_exit exit_code, const char *code, const char *format, ...)
	PRINTF_LIKE(4, 5);
static void refuse(struct reply *reply, enum reply_exit exit_code, const char *code, const char *format, ...)
{
	struct error_row row = { .code = code, .needs = "" };
	char line[256];
	struct text text;
	va_list args;

	text_init(&text, line, sizeof line);
	va_start(args, format);
	text_addv(&text, format, args);
	va_end(args);
	row.text = line;
	reply_refuse(reply, exit_code, &row);
}

/* The same request again shares the answer of the one in flight; another one has to wait. */
static void join(struct upgrade *u, struct reply *reply, const struct ask_upgrade *ask, bool is_rollback)
{
	if (u->is_rollback == is_rollback && strcmp(u->asked, ask->to) == 0 && upgrade_listen(u, reply) == 0)
		return;
	refuse(reply, REPLY_BUSY, "busy", "%s: an upgrade is in flight (%s by %s); ask again when it is over",
	       ask->bundle, u->id, u->by);
}

/* Whether one may begin; otherwise reply is answered. */
static bool admit(struct core *core, struct reply *reply, const struct ask_upgrade *ask)
{
	const struct bundle_conf *bundle = conf_bundle(core->conf, ask->bundle);

	if (bundle == NULL || !has_dependents(core, ask->bundle))
		refuse(reply, REPLY_REFUSED, "not_installed",
		       "%s is not installed in any workspace; `reevectl bundles` lists what is", ask->bundle);
	else if (core->upgrades->count >= UPGRADES_MAX)
		refuse(reply, REPLY_BUSY, "busy", "%u upgrades are in flight; ask again when one is over",
		       (unsigned)UPGRADES_MAX);
	else if (heal_is_under_way(core, ask->bundle))
		refuse(reply, REPLY_BUSY, "busy", "%s is being repaired; ask again when that is over", ask->bundle);
	else if (shutdown_is_under_way(&core->shutdown))
		refuse(reply, REPLY_REFUSED, "shutdown", "reeve is on its way out");
	else
		return true;
	return false;
}

static void begin(struct core *core, struct reply *reply, const struct ask_upgrade *ask, bool is_rollback)
{
	struct upgrade *u = find(core, ask->bundle);

	if (u != NULL) {
		join(u, reply, ask, is_rollback);
		return;
	}
	if (!admit(core, reply, ask))
		return;
	u = upgrade_new(core, conf_bundle(core->conf, ask->bundle));
	if (u == NULL) {
		refuse(reply, REPLY_REFUSED, "no_memory", "no memory for an upgrade of %s", ask->bundle);
		return;
	}
	u->is_rollback = is_rollback;
	if (describe(u, reply != NULL ? reply->uid : 0, ask) < 0 || set_target(u) < 0) {
		refuse(reply, REPLY_REFUSED, "no_such_version", "%s: there is no such version to go to", ask->bundle);
		upgrade_free(u);
		return;
	}
	if (upgrade_listen(u, reply) < 0)
		BUG(u->id, "a new upgrade has no place for who asked");
	announce_event(core, LOG_INFO, ask->bundle, is_rollback ? "rollback.began" : "upgrade.began", "id=%s by=%s",
	               u->id, u->by);
	if (u->bundle->source == SOURCE_REGISTRY)
		upgrade_pull(u);
	else
		upgrade_exclude(u);
}

void upgrade_begin(struct core *core, struct reply *reply, const struct ask_upgrade *ask)
{
	begin(core, reply, ask, false);
}

void upgrade_begin_rollback(struct core *core, struct reply *reply, const struct ask_upgrade *ask)
{
	begin(core, reply, ask, true);
}
