#include "core/reload.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "core/announce.h"
#include "core/bundles.h"
#include "core/check.h"
#include "core/core.h"
#include "core/service.h"
#include "sys/clock.h"

/* Where the changes are told. */
struct teller {
	struct core *core;
	change_fn   *row;
	void        *arg;
};

static void tell(const struct teller *t, const char *name, const char *change, const char *detail)
{
	struct change_row row = { .name = name, .change = change, .detail = detail };

	if (strcmp(change, "untouched") != 0)
		announce_event(t->core, strcmp(change, "error") == 0 ? LOG_ERROR : LOG_INFO, name, "reload",
		               "change=%s detail=\"%s\"", change, detail);
	if (t->row != NULL)
		t->row(t->arg, &row);
}

static void tell_error(const struct teller *t, const struct conf_error *e)
{
	char detail[1024];
	struct text text;

	text_init(&text, detail, sizeof detail);
	text_addf(&text, "%s:%u: %s: %s", e->file, e->line, e->code, e->text);
	tell(t, e->section[0] != '\0' ? e->section : e->file, "error", detail);
}

/* ---- the difference, child by child ---- */

static void remove_child(const struct teller *t, struct service *s)
{
	if (s->is_removed)
		return;
	s->is_removed = true;
	t->core->has_removed = true;
	tell(t, service_name(s), "removed",
	     state_facts(s->state)->process == PROCESS_NONE ? "" : "stopping");
	checks_abort(t->core, s);
	(void)service_want(s, false); /* down is never refused */
}

/* New settings for one that stays; a new process only for what needs one. */
static void change_child(const struct teller *t, struct service *s, struct conf *conf,
                         const struct child_conf *child)
{
	bool same_process = child_conf_is_equal(s->conf, child);
	bool same = same_process && child_conf_is_same(s->conf, child);
	bool restarts = !same_process && s->wanted;

	service_adopt_conf(s, conf, child);
	if (same) {
		tell(t, service_name(s), "untouched", "");
		return;
	}
	logger_settings_changed(&t->core->logger, s);
	tell(t, service_name(s), "changed", restarts ? "restarting" : "applied as it is");
	if (restarts)
		(void)service_restart(s); /* -ESHUTDOWN: then it goes down anyway */
}

/* One that was on its way out and is wanted after all keeps its place. */
static void revive_child(const struct teller *t, struct service *s, struct conf *conf,
                         const struct child_conf *child)
{
	s->is_removed = false;
	service_adopt_conf(s, conf, child);
	logger_settings_changed(&t->core->logger, s);
	tell(t, service_name(s), "added", "");
	if (child->service->autostart)
		(void)service_restart(s);
}

static void update_children(const struct teller *t, struct conf *conf)
{
	struct roster *r = &t->core->roster;

	for (size_t i = 0; i < r->count; i++) {
		struct service *s = r->by_priority[i];
		const struct child_conf *child = conf_child(conf, service_name(s));

		if (child == NULL)
			remove_child(t, s);
		else if (s->is_removed)
			revive_child(t, s, conf, child);
		else
			change_child(t, s, conf, child);
	}
}

/* Who is new comes after everybody who was there, and starts in the order of priority. */
static void add_children(const struct teller *t, struct conf *conf)
{
	struct roster *r = &t->core->roster;
	uint32_t first = r->last_number + 1;

	for (size_t i = 0; i < conf->children_n; i++) {
		const struct child_conf *child = &conf->children[i];
		struct service *s;
		int error;

		if (roster_find(r, child->name) != NULL)
			continue;
		error = service_new(t->core, conf, child, ++r->last_number, &s);
		if (error < 0) {
			tell(t, child->name, "error", strerror(-error));
			continue;
		}
		roster_add(r, s);
		tell(t, child->name, "added", "");
	}
	roster_sort(r);
	for (size_t i = 0; i < r->count; i++) {
		struct service *s = r->by_priority[i];

		if (s->number >= first && s->conf->service->autostart)
			(void)service_want(s, true); /* -ESHUTDOWN: nobody starts any more */
	}
}

/* Settings of reeve itself: which apply now, and which wait for its next start. */
static void change_org(const struct teller *t, const struct org_conf *from, const struct org_conf *to)
{
	enum log_level level;

	bucket_set(&t->core->budget.bucket, to->restart_rate, to->restart_burst, sys_now_ms());
	if (log_level_from_text(to->loglevel, &level) == 0)
		log_init("reeve", level);
	if (strcmp(from->exit_code_from, to->exit_code_from) != 0)
		ending_forget(&t->core->ending);
	if (strcmp(from->socket, to->socket) != 0)
		tell(t, "reeve", "changed", "socket: takes effect when reeve is started anew");
	if (strcmp(from->store, to->store) != 0)
		tell(t, "reeve", "changed", "store: takes effect with every next start of a child");
	if (strcmp(from->log_user, to->log_user) != 0)
		tell(t, "reeve", "changed", "log_user: takes effect when reeve-log is started anew");
}

/* What every stream may have to do with. */
static bool is_output_equal(const struct org_conf *a, const struct org_conf *b)
{
	return a->output_format == b->output_format && strcmp(a->syslog, b->syslog) == 0;
}

int reload_apply(struct core *core, struct conf *conf, change_fn *row, void *arg)
{
	struct teller t = { core, row, arg };
	struct conf *old = core->conf;
	int r = -ESHUTDOWN;

	if (!shutdown_is_under_way(&core->shutdown))
		r = core_reserve(core, core->roster.count + conf->children_n);
	if (r < 0) {
		conf_unref(conf);
		return r;
	}
	core->conf = conf;
	r = bundles_adopt_conf(core);
	if (r < 0)
		tell(&t, "reeve", "error", "no memory for what is known of the new bundles");
	change_org(&t, &old->org, &conf->org);
	update_children(&t, conf);
	add_children(&t, conf);
	for (size_t i = 0; i < core->roster.count && !is_output_equal(&old->org, &conf->org); i++)
		logger_settings_changed(&core->logger, core->roster.all[i]);
	conf_unref(old);
	return 0;
}

int reload_configuration(struct core *core, change_fn *row, void *arg)
{
	struct teller t = { core, row, arg };
	struct problem why;
	struct conf *conf;
	int r = conf_load(core->conf->org.file, &conf, &why);

	if (r < 0) {
		char text[512];

		problem_format(&why, text, sizeof text);
		tell(&t, core->conf->org.file, "error", text);
		return r;
	}
	if (conf->errors_n == 0)
		return reload_apply(core, conf, row, arg);
	for (size_t i = 0; i < conf->errors_n; i++)
		tell_error(&t, &conf->errors[i]);
	conf_unref(conf);
	return -EINVAL;
}
