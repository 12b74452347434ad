/* Helpers that are stopped, cannot be had, or meet a clock that jumps. */
#include "core/helper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/service_row.h"
#include "fake/children_story.h"
#include "sys/clock.h"

#define CHILD "[service:a]\ncommand = /bin/a\nstdout_logfile = none\nredirect_stderr = yes\n"

static void one_that_somebody_stopped_goes_on(void **state)
{
	(void)state;
	story_begin(CHILD, &(struct world_faults){ 0 });
	story_pass(2000);
	world_stop_helper("reeve-launch");
	world_stop_helper("reeve-log");
	assert_int_equal(service_restart(story_child("default:a")), 0);
	story_pass(3000); /* less than what a launcher that hangs is given */
	assert_state("default:a", "running");
	assert_int_equal(story_core.launcher.helper.failures, 0);
	story_end();
}

static void a_child_that_waits_for_reeve_launch_says_so(void **state)
{
	struct service_row_room room;
	struct child_row row;

	(void)state;
	story_begin(CHILD, &(struct world_faults){ .spawn_fails = 1000 });
	story_pass(30000);
	assert_state("default:a", "checking");
	service_fill_row(story_child("default:a"), sys_now_ms(), &room, &row);
	assert_non_null(strstr(row.reason, "reeve-launch cannot be started: "));
	world_calm();
	story_pass(30000);
	assert_state("default:a", "running");
	service_fill_row(story_child("default:a"), sys_now_ms(), &room, &row);
	assert_string_equal(row.reason, "");
	story_end();
}

static void a_wall_clock_that_jumps_moves_no_timer(void **state)
{
	static const int64_t jumps[] = { -1600000000000, 1600000000000, -3600000, 3600000 };

	(void)state;
	for (size_t i = 0; i < sizeof jumps / sizeof jumps[0]; i++) {
		uint64_t wall_ms;

		story_begin(CHILD "backoff = 10s\nbackoff_max = 10s\nautorestart = always\n", &(struct world_faults){ 0 });
		story_pass(500);
		wall_ms = sys_wall_ms();
		world_jump_wall(jumps[i]);
		assert_true(sys_wall_ms() != wall_ms);
		assert_state("default:a", "starting");
		story_pass(700); /* startsecs is 1 s */
		assert_state("default:a", "running");
		world_exit(world_program("default:a"), 1);
		story_pass(8000);
		assert_state("default:a", "backoff");
		world_jump_wall(-jumps[i]);
		story_pass(500);
		assert_state("default:a", "backoff");
		story_pass(4000);
		assert_state("default:a", "running");
		story_end();
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_that_somebody_stopped_goes_on),
		cmocka_unit_test(a_child_that_waits_for_reeve_launch_says_so),
		cmocka_unit_test(a_wall_clock_that_jumps_moves_no_timer),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
