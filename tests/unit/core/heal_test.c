/*
 * Heal on the stage of fake/engines.h: two children of one bundle and one of another, and what they
 * are told.
 */
#include "core/heal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/announce.h"
#include "core/bundles.h"
#include "core/core.h"
#include "core/service.h"
#include "core/upgrade.h"
#include "fake/engines.h"

/* ---- the rooms beside it ---- */

static struct pointer pointer;   /* generation 0: none */
static bool upgrade_in_flight;
static unsigned flips;
static struct {
	char           event[64];   /* the last announced */
	enum log_level level;
} announced;

bool upgrade_is_in_flight(const struct core *core, const char *bundle)
{
	(void)core, (void)bundle;
	return upgrade_in_flight;
}

const struct pointer *bundles_pointer(const struct core *core, const char *bundle)
{
	(void)core, (void)bundle;
	return pointer.generation != 0 ? &pointer : NULL;
}

void bundles_flipped(struct core *core, const char *bundle, const struct version *version, uint64_t generation)
{
	(void)core, (void)bundle;
	flips++;
	pointer.version = *version;
	pointer.generation = generation;
	pointer.since_ms = stage_now_ms;
}

void announce_event(struct core *core, enum log_level level, const char *subject, const char *event,
                    const char *fields, ...)
{
	(void)core, (void)subject, (void)fields;
	announced.level = level;
	(void)snprintf(announced.event, sizeof announced.event, "%s", event);
}

/* ---- two children of one bundle ---- */

static const char text[] =
	"[reeve]\nstore = /nowhere/store\n"
	"[registry:main]\nurl = file:///nowhere/registry\ninsecure = yes\n"
	"[bundle:acme/web]\nregistry = main\n"
	"[bundle:acme/local]\npath = /nowhere/tree\n"
	"[workspace:a]\n[workspace:b]\n"
	"[service:web]\nbundle = acme/web\ncommand = bin/web\nworkspaces = a, b\n"
	"[service:own]\nbundle = acme/local\ncommand = bin/own\nworkspaces = a\n";

static struct core core;
static struct service a, b, own;
static struct outcome {
	unsigned told;
	bool     ok;
	char     code[32];
} outcome_a, outcome_b, outcome_own;

void service_heal_ended(struct service *s, bool ok, const struct problem *why)
{
	struct outcome *o = s == &a ? &outcome_a : s == &b ? &outcome_b : &outcome_own;

	o->told++;
	o->ok = ok;
	assert_int_equal(ok, why == NULL);
	(void)snprintf(o->code, sizeof o->code, "%s", why != NULL ? why->code : "");
}

static void child_init(struct service *s, const char *name, struct kept_problem *problem)
{
	*s = (struct service){ .core = &core, .conf_owner = core.conf, .conf = conf_child(core.conf, name) };
	assert_non_null(s->conf);
	s->problems.first = problem;
	s->attempt.pinned = (struct digest){ .bytes = { 1 } };
	s->since_ms = stage_now_ms;
}

static struct kept_problem damage = { .original = true, .problem = { .code = "file-altered" } };
static struct kept_problem missing = { .original = true, .problem = { .code = "not-installed" } };
static struct kept_problem misfit = { .original = true, .problem = { .code = "gate-schema" } };

static int set_up(void **state)
{
	(void)state;
	stage_clear();
	pointer = (struct pointer){ .generation = 0 };
	upgrade_in_flight = false;
	flips = 0;
	memset(&outcome_a, 0, sizeof outcome_a);
	memset(&outcome_b, 0, sizeof outcome_b);
	memset(&outcome_own, 0, sizeof outcome_own);
	core = (struct core){ .loop = NULL };
	if (conf_parse(text, sizeof text - 1, "reeve.ini", NULL, &core.conf) < 0)
		return -1;
	child_init(&a, "a:web", &damage);
	child_init(&b, "b:web", &damage);
	child_init(&own, "a:own", &damage);
	stage_advance(1);
	return heals_new(&core);
}

static int tear_down(void **state)
{
	(void)state;
	heals_free(&core);
	conf_unref(core.conf);
	return 0;
}

static void store_staged(uint8_t from, uint64_t from_seq, uint8_t to, uint64_t to_seq)
{
	const struct store_staged s = {
		.from = { .bytes = { from } }, .from_seq = from_seq, .from_version = "old",
		.to = { .bytes = { to } }, .to_seq = to_seq, .to_version = "new",
	};

	stage_answer_staged(&s);
}

/* ---- stories ---- */

static void a_damaged_tree_is_brought_again_by_its_digest_and_the_version_stays(void **state)
{
	(void)state;
	heal_begin(&a);
	assert_int_equal(stage.stores_n, 1);
	(void)stage_expect(MSG_STORE_PULL);
	assert_true(stage_expect(MSG_STORE_PULL)->pull.repair);
	assert_int_equal(stage_expect(MSG_STORE_PULL)->pull.digest.bytes[0], 1);
	assert_string_equal(stage_store()->errand.reason, "heal");
	assert_int_equal(outcome_a.told, 0);
	store_staged(1, 1, 1, 1);
	assert_int_equal(outcome_a.told, 1);
	assert_true(outcome_a.ok);
	assert_int_equal(flips, 0);
	assert_true(stage.stores[0].is_freed);
}

/* S2.27: a recovery is a note, not an error. */
static void a_heal_is_announced_as_information(void **state)
{
	(void)state;
	heal_begin(&a);
	store_staged(1, 1, 1, 1);
	assert_string_equal(announced.event, "bundle.healed");
	assert_int_equal(announced.level, LOG_INFO);
}

static void children_of_one_bundle_share_one_heal(void **state)
{
	(void)state;
	heal_begin(&a);
	heal_begin(&b);
	assert_int_equal(stage.stores_n, 1);
	store_staged(1, 1, 1, 1);
	assert_int_equal(outcome_a.told + outcome_b.told, 2);
	assert_true(outcome_a.ok && outcome_b.ok);
}

/* S2.6: the child keeps its own problem; ours comes beside it. */
static void a_failed_heal_tells_why_and_is_not_tried_again_for_half_a_minute(void **state)
{
	(void)state;
	heal_begin(&a);
	stage_answer_failed("offline");
	assert_false(outcome_a.ok);
	assert_string_equal(outcome_a.code, "offline");
	heal_begin(&b);
	assert_int_equal(outcome_b.told, 0);
	stage_turn();
	assert_string_equal(outcome_b.code, "heal-cooling");
	assert_int_equal(stage.stores_n, 1);
	stage_advance(30 * 1000);
	heal_begin(&b);
	assert_int_equal(stage.stores_n, 2);
}

static void a_store_that_dies_is_a_failed_heal(void **state)
{
	(void)state;
	heal_begin(&a);
	stage_store_dies();
	assert_int_equal(outcome_a.told, 1);
	assert_string_equal(outcome_a.code, "store-died");
	assert_false(heal_is_under_way(&core, "acme/web"));
}

/* D8: no bytes change under a roll. */
static void no_heal_while_an_upgrade_is_in_flight(void **state)
{
	(void)state;
	upgrade_in_flight = true;
	heal_begin(&a);
	stage_turn();
	assert_string_equal(outcome_a.code, "heal-upgrade");
	assert_int_equal(stage.stores_n, 0);
}

/* S2.20: the first install pulls the latest, once for all who ask. */
static void the_first_install_is_one_pull_for_everybody(void **state)
{
	(void)state;
	child_init(&a, "a:web", &missing);
	child_init(&b, "b:web", &missing);
	a.attempt.pinned = b.attempt.pinned = (struct digest){ .bytes = { 0 } };
	heal_begin(&a);
	heal_begin(&b);
	assert_int_equal(stage.stores_n, 1);
	assert_false(stage_expect(MSG_STORE_PULL)->pull.repair);
	assert_string_equal(stage_store()->errand.reason, "install");
	store_staged(0, 0, 7, 1);
	assert_int_equal(stage.checks[0].digest.bytes[0], 7);
	stage_check_finds(PROBLEM_BUNDLE, NULL);
	(void)stage_expect(MSG_STORE_COMMIT);
	stage_answer_committed(1);
	assert_int_equal(flips, 1);
	assert_true(outcome_a.ok && outcome_b.ok);
}

/* S2.20: whoever looked before the other's install was over adopts it without a request. */
static void an_install_that_another_child_finished_is_adopted_without_a_request(void **state)
{
	(void)state;
	child_init(&a, "a:web", &missing);
	a.attempt.pinned = (struct digest){ .bytes = { 0 } };
	pointer = (struct pointer){ .generation = 1, .since_ms = stage_now_ms + 1 };
	heal_begin(&a);
	assert_int_equal(outcome_a.told, 0);
	stage_turn();
	assert_true(outcome_a.ok);
	assert_int_equal(stage.stores_n, 0);
}

/* S2.2, S2.4: a version that this host cannot run is replaced when a newer one can. */
static void a_version_that_the_gate_refuses_is_replaced_by_a_newer_one(void **state)
{
	(void)state;
	child_init(&a, "a:web", &misfit);
	heal_begin(&a);
	assert_false(stage_expect(MSG_STORE_PULL)->pull.repair);
	assert_string_equal(stage_expect(MSG_STORE_PULL)->pull.to != NULL ? stage_expect(MSG_STORE_PULL)->pull.to : "", "");
	store_staged(1, 1, 2, 2);
	stage_check_finds(PROBLEM_BUNDLE, NULL);
	stage_answer_committed(2);
	assert_true(outcome_a.ok);
	assert_int_equal(flips, 1);
}

static void nothing_newer_is_no_cure(void **state)
{
	(void)state;
	child_init(&a, "a:web", &misfit);
	heal_begin(&a);
	store_staged(1, 1, 1, 1);
	assert_string_equal(outcome_a.code, "no-newer");
	assert_int_equal(stage.checks_begun, 0);
	assert_int_equal(flips, 0);
}

/* S2.4: a bad one that is replaced by a bad one: one pull, then the refusal, and the pointer stays. */
static void a_newer_version_that_the_gate_refuses_too_does_not_get_the_pointer(void **state)
{
	(void)state;
	child_init(&a, "a:web", &misfit);
	heal_begin(&a);
	store_staged(1, 1, 2, 2);
	stage_check_finds(PROBLEM_BUNDLE, "gate-platform");
	assert_string_equal(outcome_a.code, "gate-platform");
	assert_int_equal(flips, 0);
	assert_int_equal(stage.stores_n, 1);
	assert_int_equal(stage.stores[0].asked_n, 1);
}

static void a_bundle_without_a_registry_asks_nobody(void **state)
{
	(void)state;
	heal_begin(&own);
	stage_turn();
	assert_string_equal(outcome_own.code, "heal-source");
	assert_int_equal(stage.stores_n, 0);
}

static void whoever_is_stopped_meanwhile_is_not_told(void **state)
{
	(void)state;
	heal_begin(&a);
	heal_begin(&b);
	heal_forget(&a);
	store_staged(1, 1, 1, 1);
	assert_int_equal(outcome_a.told, 0);
	assert_int_equal(outcome_b.told, 1);
	heal_forget(&own); /* never waited */
}

static void nobody_is_told_from_within_the_request(void **state)
{
	(void)state;
	stage.no_store = true;
	heal_begin(&a);
	assert_int_equal(outcome_a.told, 0);
	stage_turn();
	assert_string_equal(outcome_a.code, "store-start");
	assert_false(heal_is_under_way(&core, "acme/web"));
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		STORY(a_damaged_tree_is_brought_again_by_its_digest_and_the_version_stays),
		STORY(a_heal_is_announced_as_information),
		STORY(children_of_one_bundle_share_one_heal),
		STORY(a_failed_heal_tells_why_and_is_not_tried_again_for_half_a_minute),
		STORY(a_store_that_dies_is_a_failed_heal),
		STORY(no_heal_while_an_upgrade_is_in_flight),
		STORY(the_first_install_is_one_pull_for_everybody),
		STORY(an_install_that_another_child_finished_is_adopted_without_a_request),
		STORY(a_version_that_the_gate_refuses_is_replaced_by_a_newer_one),
		STORY(nothing_newer_is_no_cure),
		STORY(a_newer_version_that_the_gate_refuses_too_does_not_get_the_pointer),
		STORY(a_bundle_without_a_registry_asks_nobody),
		STORY(whoever_is_stopped_meanwhile_is_not_told),
		STORY(nobody_is_told_from_within_the_request),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
