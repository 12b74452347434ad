/* Whose end is reeve's, and with which status. */
#include "core/ending.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/exit_code.h"
#include "core/reload.h"
#include "fake/children_story.h"

#define QUIET "stdout_logfile = none\nredirect_stderr = yes\n"
#define OTHER "[service:other]\ncommand = /bin/other\n" QUIET
#define MAIN "[service:main]\ncommand = /bin/main\n" QUIET

static const struct world_faults none;

static void exit_main(int status)
{
	assert_int_not_equal(world_program("default:main"), 0);
	world_exit(world_program("default:main"), status);
}

static void a_critical_child_that_is_never_started_again_ends_reeve_with_its_status(void **state)
{
	(void)state;
	story_begin(MAIN "critical = yes\nautorestart = never\n" OTHER, &none);
	story_pass(3000);
	exit_main(7);
	assert_int_equal(story_exit_code(), 7);
}

static void one_that_ended_well_ends_reeve_with_0(void **state)
{
	(void)state;
	story_begin(MAIN "critical = yes\nautorestart = on-failure\n" OTHER, &none);
	story_pass(3000);
	exit_main(0);
	assert_int_equal(story_exit_code(), 0);
}

static void one_that_is_started_again_ends_nothing(void **state)
{
	(void)state;
	story_begin(MAIN "critical = yes\nautorestart = always\n" OTHER, &none);
	story_pass(3000);
	exit_main(0);
	story_pass(5000);
	assert_state("default:main", "running");
	story_end();
}

static void one_that_is_refused_ends_reeve_with_a_code_of_its_own(void **state)
{
	int code;

	(void)state;
	story_begin(MAIN "critical = yes\n" OTHER, &(struct world_faults){ .preflight_fails = 1000 });
	code = story_exit_code();
	assert_true(code == EXIT_CRITICAL || code == EXIT_REFUSED);
}

static void one_that_a_person_stops_ends_nothing(void **state)
{
	(void)state;
	story_begin(MAIN "critical = yes\n" OTHER, &none);
	story_pass(3000);
	assert_int_equal(service_want(story_child("default:main"), false), 0);
	story_pass(5000);
	assert_state("default:main", "stopped");
	story_end();
}

static void after_a_stop_exit_code_from_has_the_word(void **state)
{
	(void)state;
	story_begin("exit_code_from = default:main\n" MAIN OTHER, &none);
	story_pass(3000);
	shutdown_begin(&story_core.shutdown, "a person");
	assert_int_equal(story_exit_code(), 128 + SIGTERM);
}

static void exit_code_from_has_the_word_when_another_critical_child_ended_it(void **state)
{
	(void)state;
	story_begin("exit_code_from = default:other\n" MAIN "critical = yes\nautorestart = never\n" OTHER, &none);
	story_pass(3000);
	exit_main(3);
	assert_int_equal(story_exit_code(), 128 + SIGTERM);
}

static void without_a_run_of_its_child_exit_code_from_says_nothing(void **state)
{
	(void)state;
	story_begin("exit_code_from = default:main\n" MAIN "autostart = no\n" OTHER, &none);
	story_pass(3000);
	shutdown_begin(&story_core.shutdown, "a person");
	assert_int_equal(story_exit_code(), EXIT_DONE);
}

/* The main child has ended reeve, and the other does not mind SIGTERM. */
static void begin_a_slow_end(void)
{
	story_begin(MAIN "critical = yes\nautorestart = never\n" OTHER "stopwaitsecs = 60s\n",
	            &(struct world_faults){ .child_ignores_term = 1000 });
	story_pass(3000);
	exit_main(7);
	story_pass(100);
	assert_int_equal(story_core.shutdown.phase, SHUTDOWN_ORDERLY);
}

static void the_first_word_from_outside_costs_nobody_his_grace(void **state)
{
	(void)state;
	begin_a_slow_end();
	shutdown_ask(&story_core.shutdown, "a person");
	assert_int_equal(story_core.shutdown.phase, SHUTDOWN_ORDERLY);
	assert_int_equal(story_exit_code(), 7);
}

static void two_words_in_two_seconds_are_a_hurry_whenever_they_come(void **state)
{
	(void)state;
	begin_a_slow_end();
	shutdown_ask(&story_core.shutdown, "a person");
	story_pass(3000);
	shutdown_ask(&story_core.shutdown, "a person");
	assert_int_equal(story_core.shutdown.phase, SHUTDOWN_ORDERLY);
	story_pass(1500);
	shutdown_ask(&story_core.shutdown, "a person");
	assert_int_equal(story_core.shutdown.phase, SHUTDOWN_KILLING);
	assert_int_equal(story_exit_code(), 7);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_critical_child_that_is_never_started_again_ends_reeve_with_its_status),
		cmocka_unit_test(one_that_ended_well_ends_reeve_with_0),
		cmocka_unit_test(one_that_is_started_again_ends_nothing),
		cmocka_unit_test(one_that_is_refused_ends_reeve_with_a_code_of_its_own),
		cmocka_unit_test(one_that_a_person_stops_ends_nothing),
		cmocka_unit_test(after_a_stop_exit_code_from_has_the_word),
		cmocka_unit_test(exit_code_from_has_the_word_when_another_critical_child_ended_it),
		cmocka_unit_test(the_first_word_from_outside_costs_nobody_his_grace),
		cmocka_unit_test(two_words_in_two_seconds_are_a_hurry_whenever_they_come),
		cmocka_unit_test(without_a_run_of_its_child_exit_code_from_says_nothing),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
