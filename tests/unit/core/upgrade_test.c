/*
 * The upgrade engine on the stage of fake/engines.h: four children of one bundle, whose moves the story
 * tells, and clients that keep what they are told.
 */
#include "core/upgrade.h"

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
#include "core/core.h"
#include "core/heal.h"
#include "core/reply.h"
#include "core/service.h"
#include "core/upgrade_parts.h"
#include "fake/engines.h"

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

enum { CHILDREN = 8, ROWS_MAX = 16 };

static struct core core;
static struct service children[CHILDREN];
static struct service *roster[CHILDREN];
static struct observer *observer;
static struct kept_problem why_dead;
static struct pointer pointer;
static const struct digest v1 = { .bytes = { 1 } }, v2 = { .bytes = { 2 } };

/* What the engine did to the world. */
static struct {
	unsigned upgraded_events, moves, aborts, kills, flips, collections;
	struct digest refused;
} did;

/* What one client was told. */
struct client {
	struct reply reply;
	bool         is_full;      /* says -EAGAIN */
	unsigned     rows_n;
	struct {
		char name[32], action[16], code[32], before[16], after[16];
		bool ok;
		uint64_t gap_ms, ready_ms;
	} rows[ROWS_MAX];
	unsigned     problems, ends;
	char         result[16], error_code[32];
	struct upgrade_row report;  /* the numbers of it */
	uint32_t     exit_code;
};

static int on_row(struct reply *r, enum msg type, const void *row, const int *fds)
{
	struct client *c = container_of(r, struct client, reply);

	assert_null(fds);
	assert_int_equal(c->ends, 0);
	if (c->is_full && type != MSG_ERROR)
		return -EAGAIN;
	if (type == MSG_UPGRADE_CHILD) {
		const struct upgrade_child_row *u = row;
		__typeof__(c->rows[0]) *to = &c->rows[c->rows_n++];

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

static const struct reply_ops ops = { .row = on_row, .end = on_end };
static struct client asker, second;

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

static void go(struct service *s, enum svc_state to)
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

static struct service *child(const char *name)
{
	for (size_t i = 0; i < core.roster.count; i++)
		if (strcmp(service_name(&children[i]), name) == 0)
			return &children[i];
	fail_msg("no %s", name);
	return NULL;
}

/* The rest of a restart that goes well: 30 ms to stop, 10 to check, a second to be ready. */
static void comes_up(const char *name)
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
static void dies(const char *name, const char *code)
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

static int set_up(void **state)
{
	(void)state;
	stage_clear();
	memset(&did, 0, sizeof did);
	asker = second = (struct client){ .ends = 0 };
	reply_init(&asker.reply, &ops, 0);
	reply_init(&second.reply, &ops, 0);
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

static int tear_down(void **state)
{
	(void)state;
	upgrades_free(&core);
	conf_unref(core.conf);
	return 0;
}

/* ---- the steps of every story ---- */

static const struct store_staged newer = {
	.from = { .bytes = { 1 } }, .from_version = "1.0", .from_seq = 1,
	.to = { .bytes = { 2 } }, .to_version = "2.0", .to_seq = 2, .bytes = 5000, .ms = 40,
};

static void ask(const char *bundle, const char *to, struct client *client)
{
	upgrade_begin(&core, &client->reply, &(struct ask_upgrade){ .bundle = bundle, .to = to });
	stage_turn();
}

static void staged(const struct store_staged *s)
{
	stage_answer_staged(s);
	stage_turn();
}

static void recorded(const char *record, const char *name)
{
	const struct stage_request *r = stage_expect(MSG_STORE_JOURNAL);

	assert_string_equal(r->record, record);
	assert_string_equal(r->child, name);
	stage_answer_done();
	stage_turn();
}

static void gated(void)
{
	recorded("plan", "");
	while (stage.checks_n > 0) {
		stage_check_finds(PROBLEM_BUNDLE, NULL);
		stage_turn();
	}
	recorded("gated", "");
}

static void committed(void)
{
	stage_answer_committed(2);
	stage_turn();
}

static void reported(void)
{
	(void)stage_expect(MSG_STORE_REPORT);
	stage_answer_done();
	stage_turn();
}

/* From the request to the first move. */
static void begins_to_roll(const char *bundle)
{
	ask(bundle, "", &asker);
	staged(&newer);
	gated();
	committed();
}

static void moves(const char *name)
{
	recorded("child-begin", name);
	comes_up(name);
	recorded("child-end", name);
}

/* ---- stories ---- */

/* S2.12, S2.19, S2.30: one pull, everybody on the new version one after the other, one event each. */
static void everybody_is_moved_after_one_pull(void **state)
{
	(void)state;
	begins_to_roll("acme/web");
	assert_int_equal(stage.checks_begun, 4);
	assert_int_equal(did.moves, 0);
	recorded("child-begin", "a:web");
	assert_int_equal(did.moves, 1);
	comes_up("a:web");
	assert_int_equal(did.moves, 1);
	recorded("child-end", "a:web");
	moves("b:web");
	moves("c:web");
	moves("d:web");
	reported();
	assert_int_equal(asker.exit_code, 0);
	assert_string_equal(asker.result, "ok");
	assert_int_equal(asker.rows_n, 4);
	assert_int_equal(asker.report.respawned, 4);
	assert_true(asker.report.upgraded && asker.report.ok);
	assert_int_equal(asker.report.bytes, 5000);
	assert_int_equal(did.upgraded_events, 4);
	assert_int_equal(stage.stores_n, 1);
	assert_int_equal(stage_store()->told, 4);
	assert_int_equal(did.collections, 1);
}

static void the_gap_is_counted_from_stop_to_ready_and_readiness_from_exec(void **state)
{
	(void)state;
	begins_to_roll("acme/web");
	moves("a:web");
	assert_int_equal(asker.rows[0].gap_ms, 30 + 10 + 1000);
	assert_int_equal(asker.rows[0].ready_ms, 1000);
	assert_string_equal(asker.rows[0].before, "running");
	assert_string_equal(asker.rows[0].after, "running");
}

/* S2.13, S2.14: one fails, it is dead and its row says why, the others go on; the whole is partial. */
static void a_child_that_fails_is_dead_with_the_reason_and_the_others_go_on(void **state)
{
	(void)state;
	begins_to_roll("acme/web");
	moves("a:web");
	recorded("child-begin", "b:web");
	dies("b:web", "env-missing");
	assert_string_equal(stage_expect(MSG_STORE_JOURNAL)->detail, "env-missing");
	recorded("child-end", "b:web");
	moves("c:web");
	moves("d:web");
	reported();
	assert_int_equal(asker.exit_code, 1);
	assert_string_equal(asker.result, "partial");
	assert_false(asker.rows[1].ok);
	assert_string_equal(asker.rows[1].code, "env-missing");
	assert_string_equal(asker.rows[1].after, "dead");
	assert_int_equal(asker.report.failed, 1);
	assert_int_equal(did.upgraded_events, 3);
}

/* D3, F2: a bad release costs nobody anything. */
static void a_bundle_problem_at_the_gate_refuses_everything_and_touches_nobody(void **state)
{
	(void)state;
	ask("acme/web", "", &asker);
	staged(&newer);
	recorded("plan", "");
	stage_check_finds(PROBLEM_BUNDLE, "library-missing");
	while (stage.checks_n > 0)
		stage_check_finds(PROBLEM_BUNDLE, "library-missing");
	stage_turn();
	reported();
	assert_int_equal(asker.exit_code, 4);
	assert_string_equal(asker.result, "refused");
	assert_int_equal(asker.problems, 1);
	assert_int_equal(did.moves, 0);
	assert_int_equal(did.flips, 0);
	assert_true(digest_is_equal(&did.refused, &v2));
}

/* A missing key is one child's own: the version is fine. */
static void a_config_problem_at_the_gate_is_that_childs_own(void **state)
{
	(void)state;
	ask("acme/web", "", &asker);
	staged(&newer);
	recorded("plan", "");
	stage_check_finds(PROBLEM_CONFIG, "env-missing");
	stage_check_finds(PROBLEM_HOST, "port-busy");
	while (stage.checks_n > 0)
		stage_check_finds(PROBLEM_BUNDLE, NULL);
	stage_turn();
	recorded("gated", "");
	committed();
	assert_int_equal(did.flips, 1);
	recorded("child-begin", "a:web");
	assert_int_equal(did.moves, 1);
}

/* F2 again: it was fine where they are, and not one of them could run it. */
static void a_version_that_not_one_child_could_start_is_refused(void **state)
{
	(void)state;
	ask("acme/two", "", &asker);
	staged(&newer);
	recorded("plan", "");
	while (stage.checks_n > 0)
		stage_check_finds(PROBLEM_CONFIG, "command-missing");
	stage_turn();
	reported();
	assert_int_equal(asker.exit_code, 4);
	assert_int_equal(asker.problems, 1);
	assert_int_equal(did.moves, 0);
	assert_true(digest_is_none(&did.refused));
}

static void a_check_that_is_lost_is_asked_again_and_three_times_is_a_refusal(void **state)
{
	(void)state;
	ask("acme/two", "", &asker);
	staged(&newer);
	recorded("plan", "");
	assert_int_equal(stage.checks_n, 3);
	for (int i = 0; i < 7; i++)
		stage_check_is_lost();
	while (stage.checks_n > 0)
		stage_check_finds(PROBLEM_BUNDLE, NULL);
	stage_turn();
	reported();
	assert_string_equal(asker.result, "refused");
	assert_int_equal(did.flips, 0);
}

/* D5: and the stopped one stays stopped. */
static void a_stopped_child_stays_stopped_and_says_deferred(void **state)
{
	(void)state;
	child("b:web")->state = SVC_STOPPED;
	child("b:web")->wanted = false;
	begins_to_roll("acme/web");
	assert_int_equal(stage.checks_begun, 3);
	moves("a:web");
	moves("c:web");
	moves("d:web");
	reported();
	assert_int_equal(asker.exit_code, 0);
	assert_string_equal(asker.rows[1].name, "b:web");
	assert_string_equal(asker.rows[1].action, "deferred");
	assert_string_equal(asker.rows[1].after, "stopped");
	assert_int_equal(asker.report.deferred, 1);
	assert_int_equal(did.moves, 3);
}

static void a_child_stopped_during_the_roll_is_not_started_by_it(void **state)
{
	(void)state;
	begins_to_roll("acme/web");
	child("a:web")->state = SVC_STOPPED; /* while the record of its begin is written */
	child("a:web")->wanted = false;
	recorded("child-begin", "a:web");
	assert_int_equal(did.moves, 0);
	recorded("child-end", "a:web");
	child("b:web")->wanted = false;
	recorded("child-begin", "b:web");
	assert_int_equal(did.moves, 0);
	recorded("child-end", "b:web");
	recorded("child-begin", "c:web");
	assert_int_equal(did.moves, 1);
	child("c:web")->wanted = false; /* while it is stopping */
	go(child("c:web"), SVC_STOPPED);
	stage_turn();
	recorded("child-end", "c:web");
	assert_string_equal(asker.rows[2].action, "deferred");
	assert_true(asker.rows[2].ok);
}

static void a_dead_child_gets_one_try(void **state)
{
	(void)state;
	child("b:web")->state = SVC_DEAD;
	begins_to_roll("acme/web");
	moves("a:web");
	recorded("child-begin", "b:web");
	comes_up("b:web");
	recorded("child-end", "b:web");
	assert_string_equal(asker.rows[1].action, "retry");
	assert_string_equal(asker.rows[1].before, "dead");
	assert_string_equal(asker.rows[1].after, "running");
	assert_int_equal(asker.rows[1].gap_ms, 0);
}

/* S2.10: nothing newer, everybody on it: no event, no flip. */
static void nothing_newer_and_everybody_on_it_is_a_noop(void **state)
{
	const struct store_staged same = {
		.same = true, .from = { .bytes = { 1 } }, .to = { .bytes = { 1 } }, .from_version = "1.0", .to_version = "1.0",
	};

	(void)state;
	ask("acme/web", "", &asker);
	staged(&same);
	assert_int_equal(asker.exit_code, 0);
	assert_string_equal(asker.result, "noop");
	assert_int_equal(asker.report.current, 4);
	assert_int_equal(did.flips, 0);
	assert_int_equal(did.upgraded_events, 0);
	assert_int_equal(stage_store()->asked_n, 1);
}

/* D4, F3: the store has it already, some still run the old one. */
static void children_that_lag_behind_the_pointer_converge(void **state)
{
	const struct store_staged same = {
		.same = true, .from = { .bytes = { 2 } }, .to = { .bytes = { 2 } }, .from_version = "2.0", .to_version = "2.0",
	};

	(void)state;
	child("a:web")->digest = v2;
	child("c:web")->digest = v2;
	ask("acme/web", "", &asker);
	staged(&same);
	gated();
	moves("b:web");
	moves("d:web");
	reported();
	assert_int_equal(asker.exit_code, 0);
	assert_int_equal(asker.report.respawned, 2);
	assert_int_equal(asker.report.current, 2);
	assert_false(asker.report.upgraded);
	assert_int_equal(did.flips, 0);
}

/* S2.16: the same request shares the answer, another one is told to wait, and afterwards all is free again. */
static void the_same_request_is_shared_and_another_one_is_busy(void **state)
{
	struct client other = { .ends = 0 };

	(void)state;
	reply_init(&other.reply, &ops, 0);
	begins_to_roll("acme/web");
	moves("a:web");
	ask("acme/web", "", &second);
	assert_int_equal(second.rows_n, 1);
	ask("acme/web", "3", &other);
	assert_int_equal(other.exit_code, 7);
	assert_string_equal(other.error_code, "busy");
	moves("b:web");
	moves("c:web");
	moves("d:web");
	reported();
	assert_int_equal(asker.rows_n, 4);
	assert_int_equal(second.rows_n, 4);
	assert_int_equal(second.exit_code, 0);
	assert_int_equal(stage.stores_n, 1);
	assert_false(upgrade_is_in_flight(&core, "acme/web"));
}

static void upgrades_of_different_bundles_run_side_by_side(void **state)
{
	(void)state;
	ask("acme/web", "", &asker);
	ask("acme/two", "", &second);
	assert_int_equal(stage.stores_n, 2);
	assert_true(upgrade_is_in_flight(&core, "acme/web"));
	assert_true(upgrade_is_in_flight(&core, "acme/two"));
}

static void parallel_moves_as_many_at_a_time(void **state)
{
	(void)state;
	begins_to_roll("acme/two");
	recorded("child-begin", "a:two");
	recorded("child-begin", "b:two");
	assert_int_equal(did.moves, 2);
	comes_up("b:two");
	recorded("child-end", "b:two");
	recorded("child-begin", "c:two");
	assert_int_equal(did.moves, 3);
	assert_string_equal(asker.rows[0].name, "b:two");
}

/* S2.10 */
static void a_bundle_that_nobody_installed_is_refused(void **state)
{
	(void)state;
	ask("acme/none", "", &asker);
	assert_int_equal(asker.exit_code, 4);
	assert_string_equal(asker.error_code, "not_installed");
	ask("acme/unused", "", &second);
	assert_int_equal(second.exit_code, 4);
	assert_int_equal(stage.stores_n, 0);
}

/* S1.17 */
static void a_bundle_from_a_path_is_excluded_with_the_reason(void **state)
{
	(void)state;
	ask("acme/local", "", &asker);
	assert_int_equal(asker.exit_code, 4);
	assert_int_equal(asker.rows_n, 1);
	assert_string_equal(asker.rows[0].action, "excluded");
	assert_string_equal(asker.rows[0].code, "not-registry");
	assert_int_equal(asker.report.excluded, 1);
	assert_int_equal(stage.stores_n, 0);
}

static void a_pull_that_fails_refuses_and_the_next_one_is_allowed(void **state)
{
	(void)state;
	ask("acme/web", "", &asker);
	stage_answer_failed("offline");
	stage_turn();
	assert_int_equal(asker.exit_code, 4);
	assert_int_equal(asker.problems, 1);
	ask("acme/web", "", &second);
	assert_int_equal(stage.stores_n, 2);
}

static void a_store_that_dies_before_the_flip_refuses(void **state)
{
	(void)state;
	ask("acme/web", "", &asker);
	staged(&newer);
	recorded("plan", "");
	while (stage.checks_n > 0)
		stage_check_finds(PROBLEM_BUNDLE, NULL);
	stage_turn();
	stage_store_dies();
	stage_turn();
	if (asker.ends == 0) {
		stage_store_dies();
		stage_turn();
	}
	assert_int_equal(asker.exit_code, 4);
	assert_int_equal(did.moves, 0);
}

/* Nobody knows whether the pointer moved: it is asked. */
static void a_store_that_dies_over_the_flip_is_asked_again_what_the_pointer_names(void **state)
{
	const struct store_current now = { .bundle = "acme/web", .version = "2.0", .seq = 2, .digest = { .bytes = { 2 } }, .generation = 2 };

	(void)state;
	ask("acme/web", "", &asker);
	staged(&newer);
	gated();
	(void)stage_expect(MSG_STORE_COMMIT);
	stage_store_dies();
	stage_turn();
	assert_int_equal(stage.stores_n, 2);
	(void)stage_expect(MSG_STORE_LIST);
	stage_store()->rows.current(stage_store()->rows.arg, &now);
	stage_answer_done();
	stage_turn();
	assert_int_equal(did.flips, 1);
	moves("a:web");
}

static void a_flip_that_did_not_happen_is_a_refusal(void **state)
{
	(void)state;
	ask("acme/web", "", &asker);
	staged(&newer);
	gated();
	stage_store_dies();
	stage_turn();
	stage_answer_done();
	stage_turn();
	if (asker.ends == 0)
		reported();
	assert_int_equal(asker.exit_code, 4);
	assert_int_equal(did.moves, 0);
}

static void the_roll_goes_on_when_the_store_dies_and_without_it_when_it_dies_again(void **state)
{
	(void)state;
	begins_to_roll("acme/web");
	stage_store_dies();
	stage_turn();
	assert_int_equal(stage.stores_n, 2);
	assert_int_equal(did.moves, 1);
	comes_up("a:web");
	stage_store_dies();
	stage_turn();
	assert_int_equal(stage.stores_n, 2);
	comes_up("b:web");
	comes_up("c:web");
	comes_up("d:web");
	assert_int_equal(asker.exit_code, 0);
	assert_int_equal(asker.rows_n, 4);
	assert_int_equal(asker.report.respawned, 4);
	assert_string_equal(asker.report.error, "the journal is incomplete: reeve-store died");
}

static void everybody_whose_record_was_under_way_is_told_when_the_store_dies(void **state)
{
	(void)state;
	begins_to_roll("acme/two");
	stage_store_dies(); /* with two records under way */
	stage_turn();
	assert_int_equal(stage.stores_n, 2);
	assert_int_equal(did.moves, 2);
	comes_up("a:two");
	comes_up("b:two");
	stage_store_dies();
	stage_turn();
	comes_up("c:two");
	assert_int_equal(asker.exit_code, 0);
	assert_int_equal(asker.rows_n, 3);
}

/* D7: one that hangs does not hold up the rest. Its stop does not count. */
static void a_child_that_hangs_is_given_up_at_its_deadline(void **state)
{
	(void)state;
	begins_to_roll("acme/web");
	recorded("child-begin", "a:web");
	stage_advance(600 * 1000);
	assert_int_equal(did.aborts + did.kills, 0);
	go(child("a:web"), SVC_STOPPED);
	go(child("a:web"), SVC_CHECKING);
	stage_advance(60 * 1000);
	assert_int_equal(did.aborts, 0);
	stage_advance(1000);
	assert_int_equal(did.aborts, 1);
	go(child("a:web"), SVC_DEAD);
	stage_turn();
	recorded("child-end", "a:web");
	assert_string_equal(asker.rows[0].code, "deadline");
	moves("b:web");
}

static void a_client_that_reads_slowly_is_told_everything_later(void **state)
{
	(void)state;
	asker.is_full = true;
	begins_to_roll("acme/web");
	moves("a:web");
	moves("b:web");
	moves("c:web");
	moves("d:web");
	reported();
	assert_int_equal(asker.rows_n, 0);
	assert_int_equal(asker.ends, 0);
	assert_false(upgrade_is_in_flight(&core, "acme/web"));
	asker.is_full = false;
	asker.reply.on_room(&asker.reply, asker.reply.arg);
	stage_turn();
	assert_int_equal(asker.rows_n, 4);
	assert_int_equal(asker.ends, 1);
}

static void a_child_that_a_reload_drops_is_left_out(void **state)
{
	(void)state;
	begins_to_roll("acme/web");
	observer->removed(observer->arg, child("b:web"));
	moves("a:web");
	moves("c:web");
	assert_string_equal(asker.rows[1].name, "b:web");
	assert_string_equal(asker.rows[1].action, "excluded");
}

static void a_rollback_goes_to_the_generation_before(void **state)
{
	(void)state;
	pointer.generation = 5;
	upgrade_begin_rollback(&core, &asker.reply, &(struct ask_upgrade){ .bundle = "acme/web", .to = "" });
	stage_turn();
	assert_string_equal(stage_expect(MSG_STORE_PULL)->pull.to, "4");
	assert_string_equal(stage_store()->errand.reason, "rollback");
	ask("acme/web", "", &second);
	assert_string_equal(second.error_code, "busy");
}

static void a_rollback_from_the_first_generation_has_nowhere_to_go(void **state)
{
	(void)state;
	upgrade_begin_rollback(&core, &asker.reply, &(struct ask_upgrade){ .bundle = "acme/web", .to = "" });
	stage_turn();
	assert_int_equal(asker.exit_code, 4);
	assert_string_equal(asker.error_code, "no_such_version");
	assert_int_equal(stage.stores_n, 0);
}

static void a_shutdown_in_the_middle_ends_the_roll_with_the_reason(void **state)
{
	(void)state;
	begins_to_roll("acme/web");
	core.shutdown.phase = SHUTDOWN_ORDERLY;
	recorded("child-begin", "a:web");
	assert_string_equal(stage_expect(MSG_STORE_JOURNAL)->detail, "shutdown");
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		STORY(everybody_is_moved_after_one_pull),
		STORY(the_gap_is_counted_from_stop_to_ready_and_readiness_from_exec),
		STORY(a_child_that_fails_is_dead_with_the_reason_and_the_others_go_on),
		STORY(a_bundle_problem_at_the_gate_refuses_everything_and_touches_nobody),
		STORY(a_config_problem_at_the_gate_is_that_childs_own),
		STORY(a_version_that_not_one_child_could_start_is_refused),
		STORY(a_check_that_is_lost_is_asked_again_and_three_times_is_a_refusal),
		STORY(a_stopped_child_stays_stopped_and_says_deferred),
		STORY(a_child_stopped_during_the_roll_is_not_started_by_it),
		STORY(a_dead_child_gets_one_try),
		STORY(nothing_newer_and_everybody_on_it_is_a_noop),
		STORY(children_that_lag_behind_the_pointer_converge),
		STORY(the_same_request_is_shared_and_another_one_is_busy),
		STORY(upgrades_of_different_bundles_run_side_by_side),
		STORY(parallel_moves_as_many_at_a_time),
		STORY(a_bundle_that_nobody_installed_is_refused),
		STORY(a_bundle_from_a_path_is_excluded_with_the_reason),
		STORY(a_pull_that_fails_refuses_and_the_next_one_is_allowed),
		STORY(a_store_that_dies_before_the_flip_refuses),
		STORY(a_store_that_dies_over_the_flip_is_asked_again_what_the_pointer_names),
		STORY(a_flip_that_did_not_happen_is_a_refusal),
		STORY(the_roll_goes_on_when_the_store_dies_and_without_it_when_it_dies_again),
		STORY(everybody_whose_record_was_under_way_is_told_when_the_store_dies),
		STORY(a_child_that_hangs_is_given_up_at_its_deadline),
		STORY(a_client_that_reads_slowly_is_told_everything_later),
		STORY(a_child_that_a_reload_drops_is_left_out),
		STORY(a_rollback_goes_to_the_generation_before),
		STORY(a_rollback_from_the_first_generation_has_nowhere_to_go),
		STORY(a_shutdown_in_the_middle_ends_the_roll_with_the_reason),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
