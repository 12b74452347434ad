#include "core/upgrade_plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"

static const struct digest old = { .bytes = { 1 } }, target = { .bytes = { 2 } };

static enum upgrade_action plan(enum svc_state state, bool wanted, const struct digest *running, bool retry_dead)
{
	struct upgrade_facts facts = {
		.state = state, .wanted = wanted, .running = *running, .retry_dead = retry_dead,
	};

	return upgrade_plan(&facts, &target);
}

/* S2.12: everybody who is up moves. */
static void whoever_is_up_on_another_version_is_respawned(void **state)
{
	static const enum svc_state up[] = {
		SVC_CHECKING, SVC_STARTING, SVC_RUNNING, SVC_BACKOFF, SVC_STOPPING,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(up); i++)
		assert_int_equal(plan(up[i], true, &old, true), ACTION_RESPAWN);
}

/* D5: the original started what somebody had stopped on purpose. */
static void whoever_is_meant_to_be_down_is_never_started(void **state)
{
	(void)state;
	for (int s = 0; s < SVC_STATE_COUNT; s++)
		if (s != SVC_DEAD)
			assert_false(upgrade_action_moves(plan((enum svc_state)s, false, &old, true)));
	assert_int_equal(plan(SVC_STOPPED, false, &target, true), ACTION_DEFERRED);
	assert_int_equal(plan(SVC_EXITED, true, &old, true), ACTION_DEFERRED);
	assert_int_equal(plan(SVC_STUCK, true, &old, true), ACTION_DEFERRED);
}

/* D4, S2.10: what counts is the digest that runs, not the name of a version. */
static void whoever_runs_the_target_already_is_left_alone(void **state)
{
	(void)state;
	assert_int_equal(plan(SVC_RUNNING, true, &target, true), ACTION_CURRENT);
	assert_int_equal(plan(SVC_STARTING, true, &target, true), ACTION_CURRENT);
	assert_int_equal(plan(SVC_BACKOFF, true, &target, true), ACTION_RESPAWN);
	assert_int_equal(plan(SVC_CHECKING, true, &target, true), ACTION_RESPAWN);
}

static void the_dead_get_one_try_unless_the_bundle_says_no(void **state)
{
	(void)state;
	assert_int_equal(plan(SVC_DEAD, true, &old, true), ACTION_RETRY);
	assert_int_equal(plan(SVC_DEAD, true, &target, true), ACTION_RETRY);
	assert_int_equal(plan(SVC_DEAD, true, &old, false), ACTION_DEFERRED);
}

/* S2.30: upgraded = the digests differ, ok = no failures. */
static void the_result_and_exit_code_follow_from_the_counts(void **state)
{
	static const struct {
		struct upgrade_row row;
		bool               refused;
		const char        *result;
		bool               ok;
		uint32_t           exit_code;
	} cases[] = {
		{ { .upgraded = true, .respawned = 3, .deferred = 1 }, false, "ok", true, 0 },
		{ { .upgraded = true, .deferred = 4 }, false, "ok", true, 0 },
		{ { .upgraded = false, .respawned = 1, .current = 2 }, false, "ok", true, 0 },
		{ { .upgraded = false, .current = 3, .deferred = 1 }, false, "noop", true, 0 },
		{ { .upgraded = true, .respawned = 2, .failed = 1 }, false, "partial", false, 1 },
		{ { .upgraded = false, .failed = 1 }, false, "partial", false, 1 },
		{ { .excluded = 2 }, true, "refused", false, 4 },
		{ { .upgraded = false }, true, "refused", false, 4 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct upgrade_row row = cases[i].row;

		upgrade_conclude(&row, cases[i].refused);
		assert_string_equal(row.result, cases[i].result);
		assert_int_equal(row.ok, cases[i].ok);
		assert_int_equal(row.exit_code, cases[i].exit_code);
	}
}

/* No silent skip: every child lands in exactly one count. */
static void every_child_is_counted_once(void **state)
{
	struct upgrade_row row = { .failed = 0 };

	(void)state;
	upgrade_count(&row, ACTION_RESPAWN, true);
	upgrade_count(&row, ACTION_RETRY, true);
	upgrade_count(&row, ACTION_RESPAWN, false);
	upgrade_count(&row, ACTION_RETRY, false);
	upgrade_count(&row, ACTION_DEFERRED, true);
	upgrade_count(&row, ACTION_CURRENT, true);
	upgrade_count(&row, ACTION_EXCLUDED, false);
	assert_int_equal(row.respawned, 2);
	assert_int_equal(row.failed, 2);
	assert_int_equal(row.deferred, 1);
	assert_int_equal(row.current, 1);
	assert_int_equal(row.excluded, 1);
}

/* S2.27: nothing is ever printed without a word. */
static void every_action_has_a_word(void **state)
{
	(void)state;
	for (int a = 0; a < ACTION_COUNT; a++)
		assert_non_null(upgrade_action_name((enum upgrade_action)a));
	assert_string_equal(upgrade_action_name(ACTION_COUNT), "?");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whoever_is_up_on_another_version_is_respawned),
		cmocka_unit_test(whoever_is_meant_to_be_down_is_never_started),
		cmocka_unit_test(whoever_runs_the_target_already_is_left_alone),
		cmocka_unit_test(the_dead_get_one_try_unless_the_bundle_says_no),
		cmocka_unit_test(the_result_and_exit_code_follow_from_the_counts),
		cmocka_unit_test(every_child_is_counted_once),
		cmocka_unit_test(every_action_has_a_word),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
