#include "core/asks.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/name.h"
#include "base/text.h"
#include "core/announce.h"
#include "core/bundle_list.h"
#include "core/core.h"
#include "core/events.h"
#include "core/reload.h"
#include "core/service.h"
#include "core/shutdown.h"
#include "core/updates.h"
#include "core/upgrade.h"
#include "sys/fd.h"

/* Any message's body. */
union ask {
	struct ask_names   names;
	struct ask_signal  signal;
	struct ask_check   check;
	struct ask_tail    tail;
	struct ask_upgrade upgrade;
};

typedef void ask_fn(const struct asking *a, const union ask *ask);

static void refuse(const struct asking *a, enum reply_exit exit_code, const char *code, const char *text)
{
	reply_refuse(a->reply, exit_code, &(struct error_row){ .code = code, .text = text });
}

static void refuse_with(const struct asking *a, const struct refusal_text *why)
{
	reply_refuse(a->reply, why->exit_code,
	             &(struct error_row){ .code = why->code, .text = why->text, .needs = why->needs });
}

/* ---- children ---- */

static void begin_job(const struct asking *a, const struct job_order *order, const struct texts *names)
{
	const struct asker asker = { a->rights, a->peer, order->kind != JOB_STATUS };
	struct refusal_text why;
	struct choice choice;

	if (choice_make(a->core, &asker, names, &choice, &why) < 0)
		refuse_with(a, &why);
	else
		job_begin(a->jobs, order, &choice, a->reply);
}

/* Who changes something says what. */
static bool has_names(const struct asking *a, const struct texts *names)
{
	if (names->count > 0)
		return true;
	refuse(a, REPLY_USAGE, "bad_request", "no child is named; use workspace:child, workspace:* or all");
	return false;
}

static void ask_status(const struct asking *a, const union ask *ask)
{
	begin_job(a, &(struct job_order){ .kind = JOB_STATUS }, &ask->names.names);
}

static void ask_start(const struct asking *a, const union ask *ask)
{
	if (has_names(a, &ask->names.names))
		begin_job(a, &(struct job_order){ .kind = JOB_START }, &ask->names.names);
}

static void ask_stop(const struct asking *a, const union ask *ask)
{
	if (has_names(a, &ask->names.names))
		begin_job(a, &(struct job_order){ .kind = JOB_STOP }, &ask->names.names);
}

static void ask_restart(const struct asking *a, const union ask *ask)
{
	if (has_names(a, &ask->names.names))
		begin_job(a, &(struct job_order){ .kind = JOB_RESTART }, &ask->names.names);
}

static void ask_signal(const struct asking *a, const union ask *ask)
{
	uint32_t signo = ask->signal.signo;

	if (signo == 0 || signo > (uint32_t)SIGRTMAX)
		refuse(a, REPLY_USAGE, "bad_request", "there is no signal of that number; see signal(7)");
	else if (has_names(a, &ask->signal.names))
		begin_job(a, &(struct job_order){ .kind = JOB_SIGNAL, .signo = (int)signo }, &ask->signal.names);
}

static void ask_check(const struct asking *a, const union ask *ask)
{
	begin_job(a, &(struct job_order){ .kind = JOB_CHECK, .full = ask->check.full }, &ask->check.names);
}

/* ---- output ---- */

static void send_stream(const struct asking *a, struct service *s, const struct ask_tail *tail)
{
	char text[256];
	int ends[2];
	int r = sys_pipe(ends, NONBLOCK_NONE);

	if (r == 0) {
		r = logger_tail(&a->core->logger, s, tail, ends[1]);
		if (r == 0)
			r = reply_row_with_fd(a->reply, MSG_STREAM, NULL, ends[0]);
		sys_close(ends[0]);
		sys_close(ends[1]);
	}
	if (r == 0) {
		reply_end(a->reply, REPLY_OK);
		return;
	}
	(void)snprintf(text, sizeof text, r == -ENOENT ? "the output of %s is not kept: see its stdout_logfile" :
	               "the output of %s cannot be had now: reeve-log is down or busy; try it again, or look at reeve's log",
	               service_name(s)); /* always fits: a name is short */
	refuse(a, r == -ENOENT ? REPLY_NO_SUCH : REPLY_PARTIAL, r == -ENOENT ? "no_output" : "no_log", text);
}

static void ask_tail(const struct asking *a, const union ask *ask)
{
	const struct asker asker = { a->rights, a->peer, true };
	struct refusal_text why;
	struct choice choice;
	struct texts names = { 0 };
	uint8_t packed[512];

	if (texts_add(&names, packed, sizeof packed, ask->tail.child) < 0) {
		refuse(a, REPLY_NO_SUCH, "no_such_child", "no child has so long a name");
		return;
	}
	if (choice_make(a->core, &asker, &names, &choice, &why) < 0) {
		refuse_with(a, &why);
		return;
	}
	if (choice.count == 1)
		send_stream(a, choice.all[0], &ask->tail);
	else
		refuse(a, REPLY_USAGE, "bad_request", "one child at a time; `reevectl status` lists them");
	choice_done(&choice);
}

static void ask_events(const struct asking *a, const union ask *ask)
{
	const struct asker asker = { a->rights, a->peer, false };
	struct refusal_text why;
	struct choice choice;

	/* For its checks alone: events may be of children that are not there yet. */
	if (choice_make(a->core, &asker, &ask->names.names, &choice, &why) < 0) {
		refuse_with(a, &why);
		return;
	}
	choice_done(&choice);
	events_follow(a->core, &asker, &ask->names.names, a->reply);
}

/* ---- reeve itself ---- */

static void ask_version(const struct asking *a, const union ask *ask)
{
	const struct roster *r = &a->core->roster;
	struct version_row row = {
		.version = PACKAGE_VERSION, .pid = (uint32_t)getpid(), .started_ms = a->core->started_wall_ms,
		.conf = a->core->conf->org.file, .children = (uint32_t)r->count, .bugs = (uint32_t)log_bugs(),
	};

	(void)ask;
	if (!rights_is_known(a->rights, a->peer)) {
		struct refusal_text why;

		refusal_of_role(&why, "observer", NULL, "this");
		refuse_with(a, &why);
		return;
	}
	for (size_t i = 0; i < r->count; i++)
		row.running += r->all[i]->state == SVC_RUNNING;
	reply_row_or_drop(a->reply, MSG_VERSION_IS, &row);
	reply_end(a->reply, REPLY_OK);
}

/* Rows that there was no room for; a reload does not wait for its reader. */
struct changes {
	struct reply *reply;
	uint32_t      untold;
};

static void tell_change(void *arg, const struct change_row *row)
{
	struct changes *c = arg;

	if (reply_row(c->reply, MSG_CHANGE, row) < 0)
		c->untold++;
}

static void ask_reload(const struct asking *a, const union ask *ask)
{
	struct changes changes = { .reply = a->reply };
	struct error_row why = { .code = "reload_failed", .text = "reeve is out of memory; nothing was changed" };
	char text[128];
	int r;

	(void)ask;
	announce_event(a->core, LOG_INFO, "reeve", "reload", "uid=%u", (unsigned)a->peer->uid);
	r = reload_configuration(a->core, tell_change, &changes);
	if (changes.untold > 0) {
		(void)snprintf(text, sizeof text, "%u more, which reeve's log names", changes.untold); /* always fits */
		reply_row_or_drop(a->reply, MSG_CHANGE, &(struct change_row){
			.name = "reload", .change = "untold", .detail = text });
	}
	if (r == 0) {
		reply_end(a->reply, REPLY_OK);
		return;
	}
	if (r == -EINVAL)
		why = (struct error_row){ .code = "bad_configuration",
		                          .text = "the configuration has errors; nothing was changed. Mend them and reload" };
	else if (r == -ESHUTDOWN)
		why = (struct error_row){ .code = "shutting_down", .text = "reeve is on its way out" };
	reply_refuse(a->reply, r == -EINVAL ? REPLY_PARTIAL : REPLY_REFUSED, &why);
}

static void ask_shutdown(const struct asking *a, const union ask *ask)
{
	char why[64];

	(void)ask;
	(void)snprintf(why, sizeof why, "asked by uid %u", (unsigned)a->peer->uid); /* always fits */
	reply_end(a->reply, REPLY_OK); /* before there is nobody to say it */
	shutdown_ask(&a->core->shutdown, why);
}

/* ---- bundles ---- */

static void ask_bundles(const struct asking *a, const union ask *ask)
{
	struct refusal_text why;

	if (rights_may_see(a->rights, a->peer, NULL)) {
		bundle_list_begin(a->core, a->reply, &ask->names.names);
		return;
	}
	refusal_of_role(&why, "observer", NULL, "the list of bundles"); /* it names every workspace */
	refuse_with(a, &why);
}

static void ask_check_updates(const struct asking *a, const union ask *ask)
{
	updates_begin(a->core, a->reply, &ask->names.names);
}

static void ask_upgrade(const struct asking *a, const union ask *ask)
{
	upgrade_begin(a->core, a->reply, &ask->upgrade);
}

static void ask_rollback(const struct asking *a, const union ask *ask)
{
	upgrade_begin_rollback(a->core, a->reply, &ask->upgrade);
}

static ask_fn *const handlers[MSG_LIMIT] = {
	[MSG_STATUS]        = ask_status,
	[MSG_START]         = ask_start,
	[MSG_STOP]          = ask_stop,
	[MSG_RESTART]       = ask_restart,
	[MSG_SIGNAL]        = ask_signal,
	[MSG_CHECK]         = ask_check,
	[MSG_TAIL]          = ask_tail,
	[MSG_EVENTS]        = ask_events,
	[MSG_VERSION]       = ask_version,
	[MSG_BUNDLES]       = ask_bundles,
	[MSG_CHECK_UPDATES] = ask_check_updates,
	[MSG_UPGRADE]       = ask_upgrade,
	[MSG_ROLLBACK]      = ask_rollback,
	[MSG_RELOAD]        = ask_reload,
	[MSG_SHUTDOWN]      = ask_shutdown,
};

int asks_handle(const struct asking *a, const struct frame *f)
{
	const struct msg_rule *rule = msg_rule(f->type);
	struct refusal_text why;
	union ask ask;

	if (handlers[f->type] == NULL || msg_decode(f, &ask) < 0)
		return -EBADMSG;
	if (rule->who == FROM_ORG && !rights_is_org_admin(a->rights, a->peer)) {
		refusal_of_role(&why, "org admin", NULL, rule->name);
		refuse_with(a, &why);
		return 0;
	}
	handlers[f->type](a, &ask);
	return 0;
}
