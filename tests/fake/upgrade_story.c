#include "upgrade_story.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/announce.h"
#include "core/bundles.h"
#include "core/heal.h"
#include "core/upgrade.h"

static const char text[] =
	"[reeve]\nstore = /nowhere/store\n"
	"[registry:main]\nurl = file:///nowhere/registry\ninsecure = yes\n"
	"[bundle:acme/web]\nregistry = main\n"
	"[bundle:acme/two]\nregistry = main\nrollout = parallel=2\n"
	"[bundle:acme/local]\npath = /nowhere/tree\n"
	"[bundle:acme/unused]\nregistry = main\n"
	"[workspace:a]\n[workspace:b]\n[workspace:c]\n[workspace:d]\n"
	"[service:web]\nbundle = acme/web\ncommand = bin/web\nworkspaces = a, b, c, d\nstartsecs = 1\n"
	"[service:two]\nbundle = acme/two\ncommand = bin/two\nworkspaces = a, b, c\n"
	"[service:own]\nbundle = acme/local\ncommand = bin/own\nworkspaces = a\n";

struct core core;
static struct service children[CHILDREN];
static struct service *roster[CHILDREN];
struct observer *observer;
static struct kept_problem why_dead;
struct pointer pointer;
const struct digest v1 = { .bytes = { 1 } }, v2 = { .bytes = { 2 } };

struct upgrade_deeds did;

static int on_row(struct reply *r, enum msg type, const void *row, const int *fds)
{
	struct client *c = container_of(r, struct client, reply);

	assert_null(fds);
	assert_int_equal(c->ends, 0);
	if (c->is_full && type != MSG_ERROR)
		return -EAGAIN;
	if (type == MSG_UPGRADE_CHILD) {
		const struct upgrade_child_row *u = row;
		struct told_child *to = &c->rows[c->rows_n++];

		(void)snprintf(to->name, sizeof to->name, "%s", u->name);
		(void)snprintf(to->action, sizeof to->action, "%s", u->action);
		(void)snprintf(to->code, sizeof to->code, "%s", u->code);
		(void)snprintf(to->before, sizeof to->before, "%s", u->state_before);
		(void)snprintf(to->after, sizeof to->after, "%s", u->state_after);
		to->ok = u->ok;
		to->gap_ms = u->gap_ms;
		to->ready_ms = u->ready_ms;
	}
	if (type == MSG_UPGRADED) {
		c->report = *(const struct upgrade_row *)row;
		(void)snprintf(c->result, sizeof c->result, "%s", c->report.result);
	}
	if (type == MSG_ERROR)
		(void)snprintf(c->error_code, sizeof c->error_code, "%s", ((const struct error_row *)row)->code);
	c->problems += type == MSG_PROBLEM;
	return 0;
}

static void on_end(struct reply *r, uint32_t exit_code)
{
	struct client *c = container_of(r, struct client, reply);

	c->ends++;
	c->exit_code = exit_code;
}

const struct reply_ops upgrade_ops = { .row = on_row, .end = on_end };
struct client asker, second;

/* ---- the rooms beside the engine ---- */

void observe(struct core *c, struct observer *o)
{
	(void)c;
	observer = o;
}

void observe_no_more(struct observer *o)
{
	if (observer == o)
		observer = NULL;
}

void announce_event(struct core *c, enum log_level level, const char *subject, const char *event,
                    const char *fields, ...)
{
	(void)c, (void)level, (void)subject, (void)fields;
	did.upgraded_events += strcmp(event, "bundle.upgraded") == 0;
}

const struct pointer *bundles_pointer(const struct core *c, const char *bundle)
{
	(void)c, (void)bundle;
	return pointer.generation != 0 ? &pointer : NULL;
}

void bundles_flipped(struct core *c, const char *bundle, const struct version *version, uint64_t generation)
{
	(void)c, (void)bundle;
	did.flips++;
	pointer.version = *version;
	pointer.generation = generation;
}

bool bundles_is_dependent(const struct service *s, const char *bundle)
{
	return strcmp(s->conf->service->bundle->name, bundle) == 0;
}

void bundles_collect(struct core *c)
{
	(void)c;
	did.collections++;
}

bool heal_is_under_way(const struct core *c, const char *bundle)
{
	(void)c, (void)bundle;
	return false;
}

void heal_refuse_version(struct core *c, const char *bundle, const struct digest *digest)
{
	(void)c, (void)bundle;
	did.refused = *digest;
}

void heal_forgive(struct core *c, const char *bundle)
{
	(void)c, (void)bundle;
}

bool shutdown_is_under_way(const struct shutdown *sd)
{
	return sd->phase != SHUTDOWN_NONE;
}

void attempt_abort(struct attempt *a)
{
	(void)a;
	did.aborts++;
}

int service_signal(struct service *s, int signo)
{
	(void)s;
	assert_int_equal(signo, SIGKILL);
	did.kills++;
	return 0;
}

/* ---- children ---- */

void go(struct service *s, enum svc_state to)
{
	enum svc_state from = s->state;

	s->state = to;
	s->since_ms = stage_now_ms;
	if (observer != NULL)
		observer->moved(observer->arg, s, ON_START, from);
}

int service_move_to_current(struct service *s)
{
	if (core.shutdown.phase != SHUTDOWN_NONE)
		return -ESHUTDOWN;
	did.moves++;
	s->wanted = true;
	go(s, state_facts(s->state)->is_up ? SVC_STOPPING : SVC_CHECKING);
	return 0;
}

struct service *child(const char *name)
{
	for (size_t i = 0; i < core.roster.count; i++)
		if (strcmp(service_name(&children[i]), name) == 0)
			return &children[i];
	fail_msg("no %s", name);
	return NULL;
}

/* The rest of a restart that goes well: 30 ms to stop, 10 to check, a second to be ready. */
void comes_up(const char *name)
{
	struct service *s = child(name);

	if (s->state == SVC_STOPPING) {
		stage_advance(30);
		go(s, SVC_STOPPED);
		go(s, SVC_CHECKING);
	}
	stage_advance(10);
	s->digest = v2;
	go(s, SVC_STARTING);
	stage_advance(1000);
	go(s, SVC_RUNNING);
	stage_turn();
}

/* One that refuses: its preflight, or its program at once. */
void dies(const char *name, const char *code)
{
	struct service *s = child(name);

	if (s->state == SVC_STOPPING) {
		go(s, SVC_STOPPED);
		go(s, SVC_CHECKING);
	}
	problem_set(&why_dead.problem, PROBLEM_CONFIG, code, "WEB_KEY", "not set");
	s->problems.first = &why_dead;
	go(s, SVC_DEAD);
	stage_turn();
}

int upgrade_story_set_up(void **state)
{
	(void)state;
	stage_clear();
	memset(&did, 0, sizeof did);
	asker = second = (struct client){ .ends = 0 };
	reply_init(&asker.reply, &upgrade_ops, 0);
	reply_init(&second.reply, &upgrade_ops, 0);
	pointer = (struct pointer){ .generation = 1, .version = { .text = "1.0", .seq = 1, .digest = v1 } };
	core = (struct core){ .loop = NULL };
	if (conf_parse(text, sizeof text - 1, "reeve.ini", NULL, &core.conf) < 0 || core.conf->children_n != CHILDREN)
		return -1;
	for (size_t i = 0; i < CHILDREN; i++) {
		children[i] = (struct service){
			.core = &core, .conf = &core.conf->children[i], .conf_owner = core.conf,
			.state = SVC_RUNNING, .wanted = true, .digest = v1, .version = "1.0", .seq = 1,
		};
		roster[i] = &children[i];
	}
	core.roster = (struct roster){ .all = roster, .count = CHILDREN };
	return upgrades_new(&core);
}

int upgrade_story_tear_down(void **state)
{
	(void)state;
	upgrades_free(&core);
	conf_unref(core.conf);
	return 0;
}

/* ---- the steps of every story ---- */

const struct store_staged newer = {
	.from = { .bytes = { 1 } }, .from_version = "1.0", .from_seq = 1,
	.to = { .bytes = { 2 } }, .to_version = "2.0", .to_seq = 2, .bytes = 5000, .ms = 40,
};

void ask(const char *bundle, const char *to, struct client *client)
{
	upgrade_begin(&core, &client->reply, &(struct ask_upgrade){ .bundle = bundle, .to = to });
	stage_turn();
}

void staged(const struct store_staged *s)
{
	stage_answer_staged(s);
	stage_turn();
}

void recorded(const char *record, const char *name)
{
	const struct stage_request *r = stage_expect(MSG_STORE_JOURNAL);

	assert_string_equal(r->record, record);
	assert_string_equal(r->child, name);
	stage_answer_done();
	stage_turn();
}

void gated(void)
{
	recorded("plan", "");
	while (stage.checks_n > 0) {
		stage_check_finds(PROBLEM_BUNDLE, NULL);
		stage_turn();
	}
	recorded("gated", "");
}

void committed(void)
{
	stage_answer_committed(2);
	stage_turn();
}

void reported(void)
{
	(void)stage_expect(MSG_STORE_REPORT);
	stage_answer_done();
	stage_turn();
}

/* From the request to the first move. */
void begins_to_roll(const char *bundle)
{
	ask(bundle, "", &asker);
	staged(&newer);
	gated();
	committed();
}

void moves(const char *name)
{
	recorded("child-begin", name);
	comes_up(name);
	recorded("child-end", name);
}
