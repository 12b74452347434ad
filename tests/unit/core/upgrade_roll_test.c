/* How the children are moved, one after the other or side by side. */
#include "fake/upgrade_story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

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

static void a_shutdown_in_the_middle_ends_the_roll_with_the_reason(void **state)
{
	(void)state;
	begins_to_roll("acme/web");
	core.shutdown.phase = SHUTDOWN_ORDERLY;
	recorded("child-begin", "a:web");
	assert_string_equal(stage_expect(MSG_STORE_JOURNAL)->detail, "shutdown");
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, upgrade_story_set_up, upgrade_story_tear_down)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		STORY(everybody_is_moved_after_one_pull),
		STORY(the_gap_is_counted_from_stop_to_ready_and_readiness_from_exec),
		STORY(a_child_that_fails_is_dead_with_the_reason_and_the_others_go_on),
		STORY(a_stopped_child_stays_stopped_and_says_deferred),
		STORY(a_child_stopped_during_the_roll_is_not_started_by_it),
		STORY(a_dead_child_gets_one_try),
		STORY(children_that_lag_behind_the_pointer_converge),
		STORY(parallel_moves_as_many_at_a_time),
		STORY(the_roll_goes_on_when_the_store_dies_and_without_it_when_it_dies_again),
		STORY(everybody_whose_record_was_under_way_is_told_when_the_store_dies),
		STORY(a_child_that_hangs_is_given_up_at_its_deadline),
		STORY(a_child_that_a_reload_drops_is_left_out),
		STORY(a_shutdown_in_the_middle_ends_the_roll_with_the_reason),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
