/* How an upgrade begins, is judged and flips, and who is told. */
#include "core/upgrade.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "fake/upgrade_story.h"

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

/* S2.16: the same request shares the answer, another one is told to wait, and afterwards all is free again. */
static void the_same_request_is_shared_and_another_one_is_busy(void **state)
{
	struct client other = { .ends = 0 };

	(void)state;
	reply_init(&other.reply, &upgrade_ops, 0);
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

#define STORY(name) cmocka_unit_test_setup_teardown(name, upgrade_story_set_up, upgrade_story_tear_down)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		STORY(a_bundle_problem_at_the_gate_refuses_everything_and_touches_nobody),
		STORY(a_config_problem_at_the_gate_is_that_childs_own),
		STORY(a_version_that_not_one_child_could_start_is_refused),
		STORY(a_check_that_is_lost_is_asked_again_and_three_times_is_a_refusal),
		STORY(nothing_newer_and_everybody_on_it_is_a_noop),
		STORY(the_same_request_is_shared_and_another_one_is_busy),
		STORY(upgrades_of_different_bundles_run_side_by_side),
		STORY(a_bundle_that_nobody_installed_is_refused),
		STORY(a_bundle_from_a_path_is_excluded_with_the_reason),
		STORY(a_pull_that_fails_refuses_and_the_next_one_is_allowed),
		STORY(a_store_that_dies_before_the_flip_refuses),
		STORY(a_store_that_dies_over_the_flip_is_asked_again_what_the_pointer_names),
		STORY(a_flip_that_did_not_happen_is_a_refusal),
		STORY(a_client_that_reads_slowly_is_told_everything_later),
		STORY(a_rollback_goes_to_the_generation_before),
		STORY(a_rollback_from_the_first_generation_has_nowhere_to_go),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
