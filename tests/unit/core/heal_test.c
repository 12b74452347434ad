/*
 * Heal against a small world: a reeve-store that answers what the story says, a launcher whose checks
 * find what it says, a clock that stands still until it is moved. Each test reads as one story.
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
#include "core/check.h"
#include "core/core.h"
#include "core/service.h"
#include "core/store_client.h"
#include "core/upgrade.h"
#include "sys/clock.h"

/* ---- the world ---- */

struct store_client {
	struct store_errand errand;
	enum msg            asked;
	struct store_pull   pull;
	store_answer_fn    *fn;
	void               *arg;
};

static struct {
	uint64_t            now_ms;
	struct loop_timer  *turn;        /* heal's one timer, when it is armed */
	struct store_client stores[8];
	unsigned            started, freed;
	bool                no_store;
	bool                upgrade_in_flight;
	struct pointer      pointer;     /* version.text "" none */
	unsigned            flips;
	struct check_client check;       /* the one under way */
	unsigned            checks;
	struct digest       checked;
	char                event[64];   /* the last announced */
	enum log_level      level;
} world;

uint64_t sys_now_ms(void)
{
	return world.now_ms;
}

void loop_timer_start(struct loop *l, struct loop_timer *t, uint64_t delay_ms, loop_fn *fn, void *arg)
{
	(void)l;
	assert_int_equal(delay_ms, 0);
	t->fn = fn;
	t->arg = arg;
	t->active = true;
	world.turn = t;
}

void loop_timer_stop(struct loop_timer *t)
{
	t->active = false;
}

/* Lets the loop turn once. */
static void turn(void)
{
	if (world.turn != NULL && world.turn->active) {
		world.turn->active = false;
		world.turn->fn(world.turn->arg);
	}
}

int store_client_new(struct core *core, const struct store_errand *errand, const struct store_rows *rows,
                     struct store_client **ret)
{
	(void)core, (void)rows;
	if (world.no_store)
		return -1;
	*ret = &world.stores[world.started++];
	(*ret)->errand = *errand;
	return 0;
}

void store_client_free(struct store_client *sc)
{
	world.freed += sc != NULL;
}

int store_client_ask(struct store_client *sc, enum msg type, const void *body, store_answer_fn *fn, void *arg)
{
	sc->asked = type;
	sc->fn = fn;
	sc->arg = arg;
	if (type == MSG_STORE_PULL)
		sc->pull = *(const struct store_pull *)body;
	return 0;
}

int check_begin(struct core *core, struct service *s, const struct attempt_order *order,
                const struct check_client *client, struct check **ret)
{
	(void)core, (void)s;
	assert_true(order->check_only);
	world.checks++;
	world.checked = order->digest;
	world.check = *client;
	*ret = NULL;
	return 0;
}

void check_forget(struct check *c)
{
	(void)c;
}

bool upgrade_is_in_flight(const struct core *core, const char *bundle)
{
	(void)core, (void)bundle;
	return world.upgrade_in_flight;
}

const struct pointer *bundles_pointer(const struct core *core, const char *bundle)
{
	(void)core, (void)bundle;
	return world.pointer.generation != 0 ? &world.pointer : NULL;
}

void bundles_flipped(struct core *core, const char *bundle, const struct version *version, uint64_t generation)
{
	(void)core, (void)bundle;
	world.flips++;
	world.pointer.version = *version;
	world.pointer.generation = generation;
	world.pointer.since_ms = world.now_ms;
}

void announce_event(struct core *core, enum log_level level, const char *subject, const char *event,
                    const char *fields, ...)
{
	(void)core, (void)subject, (void)fields;
	world.level = level;
	(void)snprintf(world.event, sizeof world.event, "%s", event);
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
	s->since_ms = world.now_ms;
}

static struct kept_problem damage = { .original = true, .problem = { .code = "file-altered" } };
static struct kept_problem missing = { .original = true, .problem = { .code = "not-installed" } };
static struct kept_problem misfit = { .original = true, .problem = { .code = "gate-schema" } };

static int set_up(void **state)
{
	(void)state;
	memset(&world, 0, sizeof world);
	memset(&outcome_a, 0, sizeof outcome_a);
	memset(&outcome_b, 0, sizeof outcome_b);
	memset(&outcome_own, 0, sizeof outcome_own);
	world.now_ms = 1000;
	core = (struct core){ .loop = NULL };
	if (conf_parse(text, sizeof text - 1, "reeve.ini", NULL, &core.conf) < 0)
		return -1;
	child_init(&a, "a:web", &damage);
	child_init(&b, "b:web", &damage);
	child_init(&own, "a:own", &damage);
	world.now_ms++;
	return heals_new(&core);
}

static int tear_down(void **state)
{
	(void)state;
	heals_free(&core);
	conf_unref(core.conf);
	return 0;
}

/* What reeve-store says to what it was asked last. */
static void store_says(const struct store_answer *answer)
{
	struct store_client *sc = &world.stores[world.started - 1];

	sc->fn(sc->arg, answer);
}

static void store_staged(uint8_t from, uint64_t from_seq, uint8_t to, uint64_t to_seq)
{
	const struct store_staged s = {
		.from = { .bytes = { from } }, .from_seq = from_seq, .from_version = "old",
		.to = { .bytes = { to } }, .to_seq = to_seq, .to_version = "new",
	};

	store_says(&(struct store_answer){ .ok = true, .staged = &s });
}

static void store_committed(uint64_t generation)
{
	const struct store_committed c = { .generation = generation };

	store_says(&(struct store_answer){ .ok = true, .committed = &c });
}

static void store_fails(const char *code, bool died)
{
	struct problem why;

	problem_set(&why, PROBLEM_HOST, code, "registry", "no answer");
	store_says(&(struct store_answer){ .died = died, .problem = &why });
}

static void check_finds(const char *code)
{
	struct problem_row row = { .subject = "a:web", .original = true };

	if (code != NULL) {
		problem_set(&row.problem, PROBLEM_BUNDLE, code, "bundle.json", "no");
		world.check.problem(world.check.arg, &a, &row);
	}
	world.check.done(world.check.arg, &a, &(struct check_result){ .is_complete = true });
}

/* ---- stories ---- */

static void a_damaged_tree_is_brought_again_by_its_digest_and_the_version_stays(void **state)
{
	(void)state;
	heal_begin(&a);
	assert_int_equal(world.started, 1);
	assert_int_equal(world.stores[0].asked, MSG_STORE_PULL);
	assert_true(world.stores[0].pull.repair);
	assert_int_equal(world.stores[0].pull.digest.bytes[0], 1);
	assert_string_equal(world.stores[0].errand.reason, "heal");
	assert_int_equal(outcome_a.told, 0);
	store_staged(1, 1, 1, 1);
	assert_int_equal(outcome_a.told, 1);
	assert_true(outcome_a.ok);
	assert_int_equal(world.flips, 0);
	assert_int_equal(world.freed, 1);
}

/* S2.27: a recovery is a note, not an error. */
static void a_heal_is_announced_as_information(void **state)
{
	(void)state;
	heal_begin(&a);
	store_staged(1, 1, 1, 1);
	assert_string_equal(world.event, "bundle.healed");
	assert_int_equal(world.level, LOG_INFO);
}

static void children_of_one_bundle_share_one_heal(void **state)
{
	(void)state;
	heal_begin(&a);
	heal_begin(&b);
	assert_int_equal(world.started, 1);
	store_staged(1, 1, 1, 1);
	assert_int_equal(outcome_a.told + outcome_b.told, 2);
	assert_true(outcome_a.ok && outcome_b.ok);
}

/* S2.6: the child keeps its own problem; ours comes beside it. */
static void a_failed_heal_tells_why_and_is_not_tried_again_for_half_a_minute(void **state)
{
	(void)state;
	heal_begin(&a);
	store_fails("offline", false);
	assert_false(outcome_a.ok);
	assert_string_equal(outcome_a.code, "offline");
	heal_begin(&b);
	assert_int_equal(outcome_b.told, 0);
	turn();
	assert_string_equal(outcome_b.code, "heal-cooling");
	assert_int_equal(world.started, 1);
	world.now_ms += 30 * 1000;
	heal_begin(&b);
	assert_int_equal(world.started, 2);
}

static void a_store_that_dies_is_a_failed_heal(void **state)
{
	(void)state;
	heal_begin(&a);
	store_fails("store-died", true);
	assert_int_equal(outcome_a.told, 1);
	assert_string_equal(outcome_a.code, "store-died");
	assert_false(heal_is_under_way(&core, "acme/web"));
}

/* D8: no bytes change under a roll. */
static void no_heal_while_an_upgrade_is_in_flight(void **state)
{
	(void)state;
	world.upgrade_in_flight = true;
	heal_begin(&a);
	turn();
	assert_string_equal(outcome_a.code, "heal-upgrade");
	assert_int_equal(world.started, 0);
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
	assert_int_equal(world.started, 1);
	assert_false(world.stores[0].pull.repair);
	assert_string_equal(world.stores[0].errand.reason, "install");
	store_staged(0, 0, 7, 1);
	assert_int_equal(world.checked.bytes[0], 7);
	check_finds(NULL);
	assert_int_equal(world.stores[0].asked, MSG_STORE_COMMIT);
	store_committed(1);
	assert_int_equal(world.flips, 1);
	assert_true(outcome_a.ok && outcome_b.ok);
}

/* S2.20: whoever looked before the other's install was over adopts it without a request. */
static void an_install_that_another_child_finished_is_adopted_without_a_request(void **state)
{
	(void)state;
	child_init(&a, "a:web", &missing);
	a.attempt.pinned = (struct digest){ .bytes = { 0 } };
	world.pointer = (struct pointer){ .generation = 1, .since_ms = world.now_ms + 1 };
	heal_begin(&a);
	assert_int_equal(outcome_a.told, 0);
	turn();
	assert_true(outcome_a.ok);
	assert_int_equal(world.started, 0);
}

/* S2.2, S2.4: a version that this host cannot run is replaced when a newer one can. */
static void a_version_that_the_gate_refuses_is_replaced_by_a_newer_one(void **state)
{
	(void)state;
	child_init(&a, "a:web", &misfit);
	heal_begin(&a);
	assert_false(world.stores[0].pull.repair);
	assert_string_equal(world.stores[0].pull.to != NULL ? world.stores[0].pull.to : "", "");
	store_staged(1, 1, 2, 2);
	check_finds(NULL);
	store_committed(2);
	assert_true(outcome_a.ok);
	assert_int_equal(world.flips, 1);
}

static void nothing_newer_is_no_cure(void **state)
{
	(void)state;
	child_init(&a, "a:web", &misfit);
	heal_begin(&a);
	store_staged(1, 1, 1, 1);
	assert_string_equal(outcome_a.code, "no-newer");
	assert_int_equal(world.checks, 0);
	assert_int_equal(world.flips, 0);
}

/* S2.4: a bad one that is replaced by a bad one: one pull, then the refusal, and the pointer stays. */
static void a_newer_version_that_the_gate_refuses_too_does_not_get_the_pointer(void **state)
{
	(void)state;
	child_init(&a, "a:web", &misfit);
	heal_begin(&a);
	store_staged(1, 1, 2, 2);
	check_finds("gate-platform");
	assert_string_equal(outcome_a.code, "gate-platform");
	assert_int_equal(world.flips, 0);
	assert_int_equal(world.started, 1);
	assert_int_equal(world.stores[0].asked, MSG_STORE_PULL);
}

static void a_bundle_without_a_registry_asks_nobody(void **state)
{
	(void)state;
	heal_begin(&own);
	turn();
	assert_string_equal(outcome_own.code, "heal-source");
	assert_int_equal(world.started, 0);
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
	world.no_store = true;
	heal_begin(&a);
	assert_int_equal(outcome_a.told, 0);
	turn();
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
