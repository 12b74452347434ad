/* Stories of children, in a world where nothing goes wrong but what the story says. */
#include "core/service.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/check.h"
#include "core/core.h"
#include "core/reload.h"
#include "fake/world.h"

static struct core core;
static struct loop *loop;

#define HEAD "[reeve]\nhelper_dir = /helpers\nloglevel = error\n"
#define BODY "stdout_logfile = none\nredirect_stderr = yes\n"

static struct conf *parse(const char *text)
{
	struct conf *conf;

	assert_int_equal(conf_parse(text, strlen(text), "/etc/reeve/reeve.ini", (char *[]){ NULL }, &conf), 0);
	if (conf->errors_n > 0)
		fail_msg("%s", conf->errors[0].text);
	return conf;
}

static void begin_with(const char *text, const struct world_faults *faults)
{
	world_begin(7, faults);
	assert_int_equal(loop_new(&loop), 0);
	core = (struct core){ .is_init = false };
	assert_int_equal(core_init(&core, loop, parse(text)), 0);
	core_start(&core);
	(void)world_settle();
}

static void begin(const char *text)
{
	begin_with(text, &(struct world_faults){ 0 });
}

/* Everything ends in order, and nothing is left open. */
static void end(void)
{
	shutdown_begin(&core.shutdown, "the end of the story");
	while (world_run(1000))
		;
	core_done(&core);
	loop_free(loop);
	world_end();
}

static struct service *child(const char *name)
{
	struct service *s = roster_find(&core.roster, name);

	assert_non_null(s);
	return s;
}

#define assert_state(name, expected) assert_string_equal(state_name(child(name)->state), expected)

static void pass(uint64_t ms)
{
	assert_true(world_run(ms));
}

/* ---- starting ---- */

static void a_start_runs_after_startsecs_and_not_before(void **state)
{
	(void)state;
	begin(HEAD "[service:a]\ncommand = /bin/a\nstartsecs = 1s\n" BODY);
	assert_state("default:a", "checking");
	pass(100);
	assert_state("default:a", "starting");
	assert_int_equal(service_pid(child("default:a")), world_program("default:a"));
	pass(850);
	assert_state("default:a", "starting");
	pass(200);
	assert_state("default:a", "running");
	end();
}

static void lower_priorities_are_ordered_first(void **state)
{
	(void)state;
	begin(HEAD "[service:late]\ncommand = /bin/a\npriority = 9\n" BODY
	           "[service:early]\ncommand = /bin/a\npriority = 1\n" BODY);
	assert_true(child("default:early")->attempt.id < child("default:late")->attempt.id);
	end();
}

static void who_has_no_autostart_waits_to_be_asked(void **state)
{
	(void)state;
	begin(HEAD "[service:a]\ncommand = /bin/a\nautostart = no\n" BODY);
	pass(5000);
	assert_state("default:a", "stopped");
	assert_int_equal(service_want(child("default:a"), true), 0);
	pass(2000);
	assert_state("default:a", "running");
	end();
}

static void problems_of_the_host_are_kept_and_not_tried_again(void **state)
{
	(void)state;
	begin_with(HEAD "[service:a]\ncommand = /bin/a\n" BODY, &(struct world_faults){ .preflight_fails = 1000 });
	pass(60000);
	assert_state("default:a", "dead");
	assert_true(child("default:a")->problems.kept > 0);
	assert_true(child("default:a")->problems.first->original);
	assert_true(strlen(child("default:a")->reason) > 0);
	assert_int_equal(child("default:a")->attempt.id, 1);
	end();
}

static void a_start_by_hand_forgets_what_was_found_before(void **state)
{
	(void)state;
	begin_with(HEAD "[service:a]\ncommand = /bin/a\n" BODY, &(struct world_faults){ .preflight_fails = 1000 });
	pass(100);
	world_calm();
	assert_int_equal(service_want(child("default:a"), true), 0);
	pass(2000);
	assert_state("default:a", "running");
	assert_int_equal(child("default:a")->problems.seen, 0);
	assert_string_equal(child("default:a")->reason, "");
	end();
}

static void the_death_of_reeve_launch_costs_a_child_nothing(void **state)
{
	(void)state;
	begin_with(HEAD "[service:a]\ncommand = /bin/a\n" BODY, &(struct world_faults){ .launcher_dies = 1000 });
	world_calm();
	pass(5000);
	assert_state("default:a", "running");
	assert_int_equal(child("default:a")->restarts, 0);
	assert_int_equal(child("default:a")->failures, 0);
	end();
}

static void a_reeve_launch_that_hangs_is_replaced(void **state)
{
	(void)state;
	begin_with(HEAD "[service:a]\ncommand = /bin/a\n" BODY "[service:b]\ncommand = /bin/b\n" BODY,
	           &(struct world_faults){ .launcher_hangs = 1000 });
	world_calm(); /* it took the first order, and will never take the second */
	pass(30000);
	assert_state("default:a", "running");
	assert_state("default:b", "running");
	end();
}

static void a_status_pipe_full_of_rubbish_is_a_lost_launch(void **state)
{
	(void)state;
	begin_with(HEAD "[service:a]\ncommand = /bin/a\n" BODY, &(struct world_faults){ .status_garbled = 1000 });
	pass(60);
	world_calm();
	pass(5000);
	assert_state("default:a", "running");
	end();
}

/* ---- ending ---- */

static void crash(const char *name, int status)
{
	assert_int_not_equal(world_program(name), 0);
	world_exit(world_program(name), status);
	pass(0);
}

static void a_crash_is_answered_with_growing_pauses(void **state)
{
	uint64_t before = 0;

	(void)state;
	begin(HEAD "[service:a]\ncommand = /bin/a\nbackoff = 1s\nbackoff_max = 16s\nstartsecs = 1ms\n" BODY);
	for (unsigned i = 0; i < 4; i++) {
		uint64_t wait_ms;

		pass(100);
		crash("default:a", 1);
		assert_state("default:a", "backoff");
		wait_ms = service_next_in_ms(child("default:a"), child("default:a")->since_ms);
		assert_in_range(wait_ms, before * 3 / 2, 20000);
		before = wait_ms;
		pass(wait_ms);
	}
	assert_int_equal(child("default:a")->restarts, 4);
	end();
}

static void running_long_enough_makes_the_next_pause_short_again(void **state)
{
	(void)state;
	begin(HEAD "[service:a]\ncommand = /bin/a\nbackoff = 1s\nbackoff_max = 2s\nstartsecs = 1ms\n" BODY);
	for (unsigned i = 0; i < 3; i++) {
		pass(4000);
		crash("default:a", 1);
	}
	assert_int_equal(child("default:a")->failures, 3);
	pass(4000 + 10000);
	assert_int_equal(child("default:a")->failures, 0);
	crash("default:a", 1);
	assert_in_range(service_next_in_ms(child("default:a"), child("default:a")->since_ms), 900, 1100);
	end();
}

static void startretries_ends_in_dead_with_the_exit_as_reason(void **state)
{
	(void)state;
	begin(HEAD "[service:a]\ncommand = /bin/a\nstartretries = 2\nbackoff = 10ms\nstartsecs = 10s\n" BODY);
	for (unsigned i = 0; i < 3; i++) {
		pass(1000);
		crash("default:a", 5);
	}
	assert_state("default:a", "dead");
	assert_non_null(strstr(child("default:a")->reason, "status 5"));
	end();
}

static void a_healthy_child_does_not_wait_behind_a_crowd_of_crashers(void **state)
{
	(void)state;
	begin(HEAD "restart_rate = 1\nrestart_burst = 1\n"
	           "[service:bad]\ncommand = /bin/bad\nnumprocs = 40\nbackoff = 10ms\nbackoff_max = 20ms\nstartsecs = 1s\n" BODY
	           "[service:good]\ncommand = /bin/good\nbackoff = 10ms\nstartsecs = 1ms\n" BODY);
	pass(200);
	for (unsigned round = 0; round < 8; round++) {
		for (unsigned i = 0; i < 40; i++) {
			char name[32];

			(void)snprintf(name, sizeof name, "default:bad-%02u", i);
			if (world_program(name) != 0)
				world_exit(world_program(name), 1);
		}
		pass(5000);
	}
	crash("default:good", 1);
	pass(3000); /* forty others wait for a token a second */
	assert_state("default:good", "running");
	end();
}

/* ---- stopping ---- */

static void stop_while_checking_kills_the_launching_process(void **state)
{
	pid_t pid;

	(void)state;
	begin_with(HEAD "[service:a]\ncommand = /bin/a\n" BODY, &(struct world_faults){ .preflight_hangs = 1000 });
	pass(1000);
	pid = service_pid(child("default:a"));
	assert_int_not_equal(pid, 0);
	assert_int_equal(service_want(child("default:a"), false), 0);
	assert_state("default:a", "stopping");
	assert_false(world_is_alive(pid));
	pass(0);
	assert_state("default:a", "stopped");
	assert_false(world_has_process(pid));
	end();
}

static void stop_before_the_order_is_taken_takes_it_back(void **state)
{
	(void)state;
	begin_with(HEAD "[service:a]\ncommand = /bin/a\n" BODY, &(struct world_faults){ .spawn_fails = 1000 });
	pass(10);
	assert_state("default:a", "checking");
	assert_int_equal(service_want(child("default:a"), false), 0);
	pass(0);
	assert_state("default:a", "stopped");
	world_calm();
	pass(60000);
	assert_state("default:a", "stopped");
	end();
}

static void the_deaf_are_killed_after_stopwaitsecs(void **state)
{
	(void)state;
	begin_with(HEAD "[service:a]\ncommand = /bin/a\nstopwaitsecs = 3s\n" BODY,
	           &(struct world_faults){ .child_ignores_term = 1000 });
	pass(2000);
	assert_int_equal(service_want(child("default:a"), false), 0);
	pass(2900);
	assert_state("default:a", "stopping");
	pass(200);
	assert_state("default:a", "stopped");
	assert_int_equal(child("default:a")->exit.code, SIGKILL);
	end();
}

static void whom_sigkill_does_not_end_is_stuck_and_says_where(void **state)
{
	(void)state;
	begin_with(HEAD "shutdown_timeout = 1s\n[service:a]\ncommand = /bin/a\nstopwaitsecs = 1s\n" BODY,
	           &(struct world_faults){ .child_ignores_term = 1000, .child_immune = 1000 });
	pass(2000);
	assert_int_equal(service_want(child("default:a"), false), 0);
	pass(6500);
	assert_state("default:a", "stuck");
	assert_non_null(strstr(child("default:a")->reason, "nfs_wait"));
	assert_int_equal(service_want(child("default:a"), true), 0);
	assert_state("default:a", "stuck");
	pass(30000); /* the disk answers at last */
	world_calm();
	pass(3000);
	assert_state("default:a", "running");
	end();
}

static void start_while_stopping_starts_when_it_is_gone(void **state)
{
	(void)state;
	begin_with(HEAD "[service:a]\ncommand = /bin/a\nstopwaitsecs = 3s\n" BODY,
	           &(struct world_faults){ .child_ignores_term = 1000 });
	pass(2000);
	assert_int_equal(service_want(child("default:a"), false), 0);
	assert_int_equal(service_want(child("default:a"), true), 0);
	assert_state("default:a", "stopping");
	pass(6000);
	assert_state("default:a", "running");
	end();
}

static void the_last_wish_counts(void **state)
{
	(void)state;
	begin(HEAD "[service:a]\ncommand = /bin/a\n" BODY);
	pass(2000);
	assert_int_equal(service_want(child("default:a"), true), 0);
	assert_int_equal(service_restart(child("default:a")), 0);
	assert_int_equal(service_want(child("default:a"), false), 0);
	pass(5000);
	assert_state("default:a", "stopped");
	end();
}

/* ---- the rest ---- */

static void an_upgrade_gives_one_try(void **state)
{
	(void)state;
	begin(HEAD "[service:a]\ncommand = /bin/a\nstartsecs = 1s\nbackoff = 10ms\n" BODY);
	pass(2000);
	assert_int_equal(service_move_to_current(child("default:a")), 0);
	pass(500);
	assert_state("default:a", "starting");
	crash("default:a", 1);
	assert_state("default:a", "dead");
	end();
}

static void a_signal_needs_a_program_to_go_to(void **state)
{
	(void)state;
	begin(HEAD "[service:a]\ncommand = /bin/a\nautostart = no\n" BODY);
	assert_int_equal(service_signal(child("default:a"), SIGUSR1), -ESRCH);
	assert_int_equal(service_want(child("default:a"), true), 0);
	pass(2000);
	assert_int_equal(service_signal(child("default:a"), SIGUSR1), 0);
	end();
}

static unsigned checks_done;
static struct check_result last_result;

static void check_done(void *arg, struct service *s, const struct check_result *result)
{
	(void)arg;
	(void)s;
	checks_done++;
	last_result = *result;
}

static void a_check_starts_nothing_and_disturbs_nobody(void **state)
{
	const struct attempt_order order = { .full = true };
	const struct check_client client = { .done = check_done };
	pid_t before;

	(void)state;
	checks_done = 0;
	begin(HEAD "[service:a]\ncommand = /bin/a\n" BODY);
	pass(2000);
	before = service_pid(child("default:a"));
	assert_int_equal(check_begin(&core, child("default:a"), &order, &client, NULL), 0);
	assert_int_equal(checks_done, 0);
	pass(1000);
	assert_int_equal(checks_done, 1);
	assert_true(last_result.is_complete);
	assert_int_equal(last_result.problems, 0);
	assert_int_equal(service_pid(child("default:a")), before);
	end();
}

static void who_is_removed_while_checked_is_told_and_then_gone(void **state)
{
	const struct attempt_order order = { .full = false };
	const struct check_client client = { .done = check_done };

	(void)state;
	checks_done = 0;
	begin_with(HEAD "[service:a]\ncommand = /bin/a\nautostart = no\n" BODY, &(struct world_faults){ .preflight_hangs = 1000 });
	assert_int_equal(check_begin(&core, child("default:a"), &order, &client, NULL), 0);
	pass(100);
	assert_int_equal(reload_apply(&core, parse(HEAD), NULL, NULL), 0);
	pass(100);
	assert_int_equal(checks_done, 1);
	assert_false(last_result.is_complete);
	assert_null(roster_find(&core.roster, "default:a"));
	end();
}

static void nobody_is_started_once_the_shutdown_has_begun(void **state)
{
	(void)state;
	begin_with(HEAD "[service:a]\ncommand = /bin/a\n" BODY "[service:b]\ncommand = /bin/b\nautostart = no\n" BODY,
	           &(struct world_faults){ .child_ignores_term = 1000 });
	pass(2000);
	shutdown_begin(&core.shutdown, "the story");
	assert_int_equal(service_want(child("default:b"), true), -ESHUTDOWN);
	assert_int_equal(service_restart(child("default:a")), -ESHUTDOWN);
	assert_state("default:b", "stopped");
	end();
}

/* More than are told or buried in one turn of the loop. */
static void a_crowd_of_one_priority_stops_before_the_next_is_told(void **state)
{
	struct roster *r = &core.roster;
	size_t left;

	(void)state;
	begin(HEAD "[service:front]\ncommand = /bin/a\nnumprocs = 250\npriority = 5\n" BODY
	           "[service:back]\ncommand = /bin/b\npriority = 1\n" BODY);
	pass(3000);
	shutdown_begin(&core.shutdown, "the story");
	do {
		assert_true(world_run(1));
		left = 0;
		for (size_t i = 0; i < r->count; i++)
			left += r->all[i] != child("default:back") && r->all[i]->state != SVC_STOPPED;
		if (left > 0)
			assert_state("default:back", "running");
	} while (left > 0);
	assert_state("default:back", "stopping");
	end();
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_start_runs_after_startsecs_and_not_before),
		cmocka_unit_test(lower_priorities_are_ordered_first),
		cmocka_unit_test(who_has_no_autostart_waits_to_be_asked),
		cmocka_unit_test(problems_of_the_host_are_kept_and_not_tried_again),
		cmocka_unit_test(a_start_by_hand_forgets_what_was_found_before),
		cmocka_unit_test(the_death_of_reeve_launch_costs_a_child_nothing),
		cmocka_unit_test(a_reeve_launch_that_hangs_is_replaced),
		cmocka_unit_test(a_status_pipe_full_of_rubbish_is_a_lost_launch),
		cmocka_unit_test(a_crash_is_answered_with_growing_pauses),
		cmocka_unit_test(running_long_enough_makes_the_next_pause_short_again),
		cmocka_unit_test(startretries_ends_in_dead_with_the_exit_as_reason),
		cmocka_unit_test(a_healthy_child_does_not_wait_behind_a_crowd_of_crashers),
		cmocka_unit_test(stop_while_checking_kills_the_launching_process),
		cmocka_unit_test(stop_before_the_order_is_taken_takes_it_back),
		cmocka_unit_test(the_deaf_are_killed_after_stopwaitsecs),
		cmocka_unit_test(whom_sigkill_does_not_end_is_stuck_and_says_where),
		cmocka_unit_test(start_while_stopping_starts_when_it_is_gone),
		cmocka_unit_test(the_last_wish_counts),
		cmocka_unit_test(an_upgrade_gives_one_try),
		cmocka_unit_test(a_signal_needs_a_program_to_go_to),
		cmocka_unit_test(a_check_starts_nothing_and_disturbs_nobody),
		cmocka_unit_test(who_is_removed_while_checked_is_told_and_then_gone),
		cmocka_unit_test(a_crowd_of_one_priority_stops_before_the_next_is_told),
		cmocka_unit_test(nobody_is_started_once_the_shutdown_has_begun),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
