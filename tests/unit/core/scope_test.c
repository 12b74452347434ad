/* Who a program leaves behind, one story each. */
#include "core/scope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fake/children_story.h"

#define CHILD "[service:a]\ncommand = /bin/a\nstdout_logfile = none\nredirect_stderr = yes\n"

static const struct world_faults swept = { .no_cgroups = 1000 };
static const struct world_faults in_cgroups = { 0 };

static void begin(const char *more, const struct world_faults *faults)
{
	char settings[512];

	(void)snprintf(settings, sizeof settings, CHILD "%s", more);
	story_begin(settings, faults);
	story_pass(2000);
	assert_state("default:a", "running");
}

static void who_stays_in_the_group_has_as_long_as_the_program_had(void **state)
{
	pid_t member;

	(void)state;
	begin("stopwaitsecs = 10\n", &swept);
	member = world_fork("default:a", WORLD_MARKED | WORLD_IN_GROUP | WORLD_DEAF);
	assert_int_equal(service_want(story_child("default:a"), false), 0);
	story_pass(8000);
	assert_int_equal(service_pid(story_child("default:a")), 0);
	assert_true(world_is_alive(member));
	assert_state("default:a", "stopping");
	story_pass(3000);
	assert_false(world_has_process(member));
	assert_state("default:a", "stopped");
	story_end();
}

static void who_left_the_group_is_asked_where_there_is_a_control_group(void **state)
{
	(void)state;
	begin("stopwaitsecs = 60\n", &in_cgroups);
	for (int i = 0; i < 8; i++)
		(void)world_fork("default:a", 0); /* chance ends one of them while he is looked at */
	assert_int_equal(service_want(story_child("default:a"), false), 0);
	story_pass(2000);
	assert_state("default:a", "stopped");
	story_end();
}

static void a_dead_program_that_its_descendant_holds_is_swept_free(void **state)
{
	(void)state;
	begin("stopwaitsecs = 1\n", &swept);
	(void)world_fork("default:a", WORLD_MARKED | WORLD_DEAF | WORLD_TRACER);
	assert_int_equal(service_want(story_child("default:a"), false), 0);
	story_pass(2900);
	assert_state("default:a", "stopped");
	story_end();
}

static void who_could_not_be_swept_is_swept_later(void **state)
{
	struct world_faults faults = { .no_cgroups = 1000 };
	pid_t member;

	(void)state;
	begin("autorestart = never\nexitcodes = 0\n", &faults);
	member = world_fork("default:a", WORLD_MARKED);
	world_trouble(&(struct world_faults){ .spawn_fails = 1000 });
	world_kill_helper("reeve-launch");
	world_exit(world_program("default:a"), 0);
	story_pass(1000);
	assert_state("default:a", "clearing");
	assert_true(world_is_alive(member));
	world_calm();
	story_pass(3500); /* less than it takes to be stuck */
	assert_state("default:a", "exited");
	story_end();
}

static void who_is_stuck_and_never_swept_is_said_to_be_unknown(void **state)
{
	(void)state;
	begin("autorestart = never\n", &swept);
	(void)world_fork("default:a", WORLD_MARKED);
	world_trouble(&(struct world_faults){ .sweep_hangs = 1000 });
	world_exit(world_program("default:a"), 0);
	story_pass(6000);
	assert_state("default:a", "stuck");
	assert_non_null(strstr(story_child("default:a")->reason, "who is left could not be found out"));
	world_calm();
	story_pass(6000);
	assert_state("default:a", "running"); /* it was wanted all the time */
	story_end();
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_stays_in_the_group_has_as_long_as_the_program_had),
		cmocka_unit_test(who_left_the_group_is_asked_where_there_is_a_control_group),
		cmocka_unit_test(a_dead_program_that_its_descendant_holds_is_swept_free),
		cmocka_unit_test(who_could_not_be_swept_is_swept_later),
		cmocka_unit_test(who_is_stuck_and_never_swept_is_said_to_be_unknown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
