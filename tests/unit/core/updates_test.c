/*
 * check-updates, the list of bundles and recovery on the stage of fake/engines.h: four bundles, and a
 * reeve-store for each question.
 */
#include "core/updates.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/announce.h"
#include "core/bundle_list.h"
#include "core/bundles.h"
#include "core/core.h"
#include "core/reply.h"
#include "core/service.h"
#include "fake/engines.h"

static const char text[] =
	"[reeve]\nstore = /nowhere/store\n"
	"[registry:main]\nurl = file:///nowhere/registry\ninsecure = yes\n"
	"[bundle:a/one]\nregistry = main\n"
	"[bundle:a/two]\nregistry = main\n"
	"[bundle:b/local]\npath = /nowhere/tree\n"
	"[bundle:c/unused]\nregistry = main\n"
	"[workspace:x]\n[workspace:y]\n"
	"[service:one]\nbundle = a/one\ncommand = bin/it\nworkspaces = x, y\n"
	"[service:two]\nbundle = a/two\ncommand = bin/it\nworkspaces = y\n"
	"[service:local]\nbundle = b/local\ncommand = bin/it\nworkspaces = x\n"
	"[service:none]\ncommand = sleep\nworkspaces = x\n";

enum { CHILDREN = 5, ROWS_MAX = 8 };

static struct core core;
static struct service children[CHILDREN], *roster[CHILDREN];
static const struct digest v1 = { .bytes = { 1 } }, v2 = { .bytes = { 2 } };
static unsigned failures; /* announced */

void announce_event(struct core *c, enum log_level level, const char *subject, const char *event,
                    const char *fields, ...)
{
	(void)c, (void)level, (void)subject, (void)fields;
	failures += strstr(event, "failed") != NULL;
}

/* ---- who asks ---- */

static struct client {
	struct reply reply;
	bool         is_full;
	unsigned     rows_n, ends;
	struct {
		char     name[32], verdict[16], to[16], workspaces[32];
		bool     has_reason;
		uint32_t children, running, current;
	} rows[ROWS_MAX];
	char         error_code[32];
	uint32_t     exit_code;
} asker;

static int on_row(struct reply *r, enum msg type, const void *row, const int *fds)
{
	struct client *c = container_of(r, struct client, reply);
	__typeof__(c->rows[0]) *to = &c->rows[c->rows_n];

	assert_null(fds);
	if (type == MSG_ERROR) {
		(void)snprintf(c->error_code, sizeof c->error_code, "%s", ((const struct error_row *)row)->code);
		return 0;
	}
	if (c->is_full)
		return -EAGAIN;
	if (type == MSG_UPDATE) {
		const struct update_row *u = row;

		(void)snprintf(to->name, sizeof to->name, "%s", u->bundle);
		(void)snprintf(to->verdict, sizeof to->verdict, "%s", u->verdict);
		(void)snprintf(to->to, sizeof to->to, "%s", u->to_version);
		to->has_reason = u->reason[0] != '\0';
	} else {
		const struct bundle_row *b = row;

		assert_int_equal(type, MSG_BUNDLE);
		(void)snprintf(to->name, sizeof to->name, "%s", b->name);
		(void)snprintf(to->to, sizeof to->to, "%s", b->version);
		for (const char *w = NULL; texts_next(&b->workspaces, &w);)
			(void)snprintf(to->workspaces + strlen(to->workspaces), 16, "%s ", w);
		to->children = b->children;
		to->running = b->running;
		to->current = b->current;
	}
	c->rows_n++;
	return 0;
}

static void on_end(struct reply *r, uint32_t exit_code)
{
	struct client *c = container_of(r, struct client, reply);

	c->ends++;
	c->exit_code = exit_code;
}

static const struct reply_ops ops = { .row = on_row, .end = on_end };

static int set_up(void **state)
{
	(void)state;
	stage_clear();
	failures = 0;
	asker = (struct client){ .ends = 0 };
	reply_init(&asker.reply, &ops, 0);
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
	return bundles_new(&core);
}

static int tear_down(void **state)
{
	(void)state;
	bundles_free(&core);
	conf_unref(core.conf);
	return 0;
}

/* Names packed as they come over the wire. */
static struct texts names(const char *first, const char *second)
{
	static uint8_t buf[256];
	struct texts t = { .count = 0 };

	if (first != NULL)
		assert_int_equal(texts_add(&t, buf, sizeof buf, first), 0);
	if (second != NULL)
		assert_int_equal(texts_add(&t, buf, sizeof buf, second), 0);
	return t;
}

static void ask_updates(const char *first, const char *second)
{
	struct texts t = names(first, second);

	updates_begin(&core, &asker.reply, &t);
	stage_turn();
}

/* The reeve-store that was started as the n-th says what the registry has. */
static void registry_has(unsigned store, const char *version, const struct digest *digest)
{
	struct store_client *sc = &stage.stores[store];
	const struct store_staged s = {
		.same = digest_is_equal(digest, &v1), .from = v1, .from_version = "1.0", .from_seq = 1,
		.to = *digest, .to_version = version, .to_seq = 2,
	};

	assert_int_equal(sc->asked[0].type, MSG_STORE_CHECK);
	sc->answered_n++;
	sc->asked[0].fn(sc->asked[0].arg, &(struct store_answer){ .ok = true, .staged = &s });
	stage_turn();
}

static void registry_fails(unsigned store, enum problem_class class, const char *code)
{
	struct store_client *sc = &stage.stores[store];
	struct problem why;

	problem_set(&why, class, code, "registry", "no");
	sc->answered_n++;
	sc->asked[0].fn(sc->asked[0].arg, &(struct store_answer){ .problem = &why });
	stage_turn();
}

/* ---- check-updates ---- */

/* S2.9: rows come by name, whoever answers first; what no child depends on is nobody's. */
static void every_bundle_that_a_child_depends_on_has_its_answer(void **state)
{
	(void)state;
	ask_updates(NULL, NULL);
	assert_int_equal(stage.stores_n, 2);
	registry_has(1, "1.0", &v1);
	assert_int_equal(asker.rows_n, 0);
	registry_has(0, "2.0", &v2);
	assert_int_equal(asker.rows_n, 3);
	assert_string_equal(asker.rows[0].name, "a/one");
	assert_string_equal(asker.rows[0].verdict, "newer");
	assert_string_equal(asker.rows[0].to, "2.0");
	assert_string_equal(asker.rows[1].verdict, "same");
	assert_string_equal(asker.rows[2].verdict, "excluded");
	assert_true(asker.rows[2].has_reason);
	assert_int_equal(asker.exit_code, UPDATES_EXIT_SOME);
	assert_true(stage.stores[0].is_freed && stage.stores[1].is_freed);
}

static void nothing_newer_anywhere_is_exit_status_0(void **state)
{
	(void)state;
	ask_updates("a/one", "b/local");
	registry_has(0, "1.0", &v1);
	assert_int_equal(asker.rows_n, 2);
	assert_int_equal(asker.exit_code, UPDATES_EXIT_NONE);
}

/* S2.9, F3: the model said "all up to date" when the registry was down. */
static void what_could_not_be_asked_is_unknown_and_never_hidden(void **state)
{
	(void)state;
	ask_updates("a/one", "a/two");
	registry_fails(0, PROBLEM_HOST, "offline");
	registry_has(1, "2.0", &v2);
	assert_string_equal(asker.rows[0].verdict, "unknown");
	assert_true(asker.rows[0].has_reason);
	assert_string_equal(asker.rows[1].verdict, "newer");
	assert_int_equal(asker.exit_code, UPDATES_EXIT_UNKNOWN);
}

static void what_the_registry_offers_wrongly_is_refused_with_the_reason(void **state)
{
	(void)state;
	ask_updates("a/one", NULL);
	registry_fails(0, PROBLEM_BUNDLE, "rollback");
	assert_string_equal(asker.rows[0].verdict, "refused");
	assert_true(asker.rows[0].has_reason);
	assert_int_equal(asker.exit_code, UPDATES_EXIT_UNKNOWN);
}

static void a_store_that_cannot_be_started_is_unknown(void **state)
{
	(void)state;
	stage.no_store = true;
	ask_updates("a/one", NULL);
	assert_string_equal(asker.rows[0].verdict, "unknown");
	assert_int_equal(asker.exit_code, UPDATES_EXIT_UNKNOWN);
}

static void a_name_that_nobody_depends_on_is_refused(void **state)
{
	(void)state;
	ask_updates("a/one", "c/unused");
	assert_string_equal(asker.error_code, "not_installed");
	assert_int_equal(asker.exit_code, REPLY_NO_SUCH);
	assert_int_equal(stage.stores_n, 0);
}

static void a_client_that_reads_slowly_gets_every_row(void **state)
{
	(void)state;
	asker.is_full = true;
	ask_updates("a/one", NULL);
	registry_has(0, "2.0", &v2);
	assert_int_equal(asker.ends, 0);
	asker.is_full = false;
	asker.reply.on_room(&asker.reply, asker.reply.arg);
	stage_turn();
	assert_int_equal(asker.rows_n, 1);
	assert_int_equal(asker.ends, 1);
}

static void an_answer_that_is_not_given_goes_with_reeve(void **state)
{
	(void)state;
	ask_updates(NULL, NULL);
	bundles_free(&core);
	assert_int_equal(asker.ends, 0);
	assert_true(stage.stores[0].is_freed);
}

/* ---- bundles ---- */

/* S2.8, S2.22: who runs what, and that it is mixed. */
static void a_bundle_says_how_many_run_and_how_many_run_what_its_pointer_names(void **state)
{
	const struct version two = { .text = "2.0", .seq = 2, .digest = v2 };
	struct texts all = names(NULL, NULL);

	(void)state;
	bundles_flipped(&core, "a/one", &two, 2);
	children[2].digest = v2;
	children[3].state = SVC_DEAD;
	bundle_list_begin(&core, &asker.reply, &all);
	assert_int_equal(asker.rows_n, 3);
	assert_string_equal(asker.rows[0].name, "a/one");
	assert_string_equal(asker.rows[0].to, "2.0");
	assert_string_equal(asker.rows[0].workspaces, "x y ");
	assert_int_equal(asker.rows[0].children, 2);
	assert_int_equal(asker.rows[0].running, 1);
	assert_int_equal(asker.rows[0].current, 1);
	assert_string_equal(asker.rows[1].name, "a/two");
	assert_string_equal(asker.rows[1].to, "");
	assert_int_equal(asker.exit_code, REPLY_OK);
}

static void a_list_goes_on_where_its_reader_stopped(void **state)
{
	struct texts all = names(NULL, NULL);

	(void)state;
	asker.is_full = true;
	bundle_list_begin(&core, &asker.reply, &all);
	assert_int_equal(asker.rows_n, 0);
	asker.is_full = false;
	asker.reply.on_room(&asker.reply, asker.reply.arg);
	assert_int_equal(asker.rows_n, 3);
	assert_int_equal(asker.ends, 1);
}

/* ---- recovery and clean-up ---- */

static unsigned ready;

static void on_ready(struct core *c)
{
	assert_true(bundles_are_ready(c));
	ready++;
}

static void children_wait_for_recovery_and_the_pointers_are_known_then(void **state)
{
	const struct store_current now = { .bundle = "a/one", .version = "1.0", .seq = 1, .digest = v1, .generation = 3 };
	const struct store_current foreign = { .bundle = "z/gone", .version = "1.0", .seq = 1, .digest = v1 };

	(void)state;
	ready = 0;
	bundles_recover(&core, on_ready);
	assert_false(bundles_are_ready(&core));
	(void)stage_expect(MSG_STORE_RECOVER);
	stage_answer_done();
	(void)stage_expect(MSG_STORE_LIST);
	stage_store()->rows.current(stage_store()->rows.arg, &foreign);
	stage_store()->rows.current(stage_store()->rows.arg, &now);
	stage_answer_done();
	assert_int_equal(ready, 1);
	assert_int_equal(bundles_pointer(&core, "a/one")->generation, 3);
	assert_null(bundles_pointer(&core, "z/gone"));
	assert_null(bundles_pointer(&core, "a/two"));
	assert_int_equal(failures, 0);
}

static void a_recovery_that_fails_dies_or_hangs_is_told_and_children_start(void **state)
{
	(void)state;
	for (int how = 0; how < 3; how++) {
		ready = 0;
		failures = 0;
		bundles_recover(&core, on_ready);
		if (how == 0) {
			stage_answer_failed("read-only");
			stage_answer_failed("read-only");
		} else if (how == 1) {
			stage_store_dies();
		} else {
			stage_advance(30 * 1000);
		}
		assert_int_equal(ready, 1);
		assert_true(failures > 0);
	}
	stage.no_store = true;
	ready = 0;
	bundles_recover(&core, on_ready);
	assert_int_equal(ready, 1);
}

static void a_clean_up_is_told_what_runs_beside_the_pointers(void **state)
{
	const struct version two = { .text = "2.0", .seq = 2, .digest = v2 };

	(void)state;
	bundles_flipped(&core, "a/one", &two, 2);
	bundles_flipped(&core, "a/two", &two, 2);
	bundles_collect(&core);
	assert_int_equal(stage_store()->told, 4); /* two of one, two, and the local one; nobody is on the pointer */
	bundles_collect(&core);
	assert_int_equal(stage.stores_n, 1);
	(void)stage_expect(MSG_STORE_GC);
	stage_answer_done();
	assert_int_equal(stage.stores_n, 2); /* it was asked for again meanwhile */
	stage_answer_failed("busy");
	assert_int_equal(stage.stores_n, 2);
	assert_int_equal(failures, 1);
}

static void whoever_runs_what_the_pointer_names_needs_no_word(void **state)
{
	const struct version one = { .text = "1.0", .seq = 1, .digest = v1 };

	(void)state;
	bundles_flipped(&core, "a/one", &one, 1);
	bundles_flipped(&core, "a/two", &one, 1);
	children[2].state = SVC_STOPPED;
	bundles_collect(&core);
	assert_int_equal(stage_store()->told, 1); /* b/local has no pointer */
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		STORY(every_bundle_that_a_child_depends_on_has_its_answer),
		STORY(nothing_newer_anywhere_is_exit_status_0),
		STORY(what_could_not_be_asked_is_unknown_and_never_hidden),
		STORY(what_the_registry_offers_wrongly_is_refused_with_the_reason),
		STORY(a_store_that_cannot_be_started_is_unknown),
		STORY(a_name_that_nobody_depends_on_is_refused),
		STORY(a_client_that_reads_slowly_gets_every_row),
		STORY(an_answer_that_is_not_given_goes_with_reeve),
		STORY(a_bundle_says_how_many_run_and_how_many_run_what_its_pointer_names),
		STORY(a_list_goes_on_where_its_reader_stopped),
		STORY(children_wait_for_recovery_and_the_pointers_are_known_then),
		STORY(a_recovery_that_fails_dies_or_hangs_is_told_and_children_start),
		STORY(a_clean_up_is_told_what_runs_beside_the_pointers),
		STORY(whoever_runs_what_the_pointer_names_needs_no_word),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
