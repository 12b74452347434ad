#include "log/timeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void a_moment_begins_where_the_first_byte_after_a_pause_is(void **state)
{
	struct timeline t = { 0 };

	(void)state;
	timeline_add(&t, 10000, 0);
	timeline_add(&t, 10400, 70);
	timeline_add(&t, 20000, 100);
	assert_int_equal(timeline_find(&t, 1), 0);
	assert_int_equal(timeline_find(&t, 10400), 0);
	assert_int_equal(timeline_find(&t, 10401), 100);
	assert_int_equal(timeline_find(&t, 20000), 100);
	assert_true(timeline_find(&t, 20001) == UINT64_MAX);
	timeline_done(&t);
}

static void without_a_byte_everything_may_be_young(void **state)
{
	struct timeline t = { 0 };

	(void)state;
	assert_int_equal(timeline_find(&t, 5), 0);
	timeline_done(&t);
}

static void a_clock_that_is_set_back_stands_still(void **state)
{
	struct timeline t = { 0 };

	(void)state;
	timeline_add(&t, 50000, 0);
	timeline_add(&t, 1000, 10);
	timeline_add(&t, 2000, 20);
	timeline_add(&t, 60000, 30);
	assert_int_equal(timeline_find(&t, 50000), 0);
	assert_int_equal(timeline_find(&t, 50001), 30);
	timeline_done(&t);
}

static void a_long_past_becomes_coarser_and_loses_nothing(void **state)
{
	struct timeline t = { 0 };

	(void)state;
	for (uint64_t second = 1; second <= 100000; second++)
		timeline_add(&t, second * 1000, second * 10);
	assert_true(t.count <= TIMELINE_MAX);
	assert_int_equal(timeline_find(&t, 1), 10);
	for (uint64_t second = 1; second <= 100000; second += 37)
		assert_true(timeline_find(&t, second * 1000) <= second * 10);
	assert_true(timeline_find(&t, 99999000) >= 99998 * 10);
	assert_true(timeline_find(&t, 50000000) > 40000 * 10); /* half a day ago: good to two hours and a half */
	timeline_done(&t);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_moment_begins_where_the_first_byte_after_a_pause_is),
		cmocka_unit_test(without_a_byte_everything_may_be_young),
		cmocka_unit_test(a_clock_that_is_set_back_stands_still),
		cmocka_unit_test(a_long_past_becomes_coarser_and_loses_nothing),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
