#include "bundle/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>

#include <cmocka.h>

static void dates_go_both_ways(void **state)
{
	static const struct { const char *text; int64_t seconds; } cases[] = {
		{ "1970-01-01T00:00:00Z", 0 }, { "2000-02-29T12:34:56Z", 951827696 },
		{ "2026-11-21T10:00:00Z", 1795255200 }, { "9999-12-31T23:59:59Z", 253402300799 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int64_t seconds = -1;

		assert_int_equal(date_parse(cases[i].text, &seconds), 0);
		assert_int_equal(seconds, cases[i].seconds);
		assert_string_equal(date_format(seconds).text, cases[i].text);
	}
}

static void what_is_no_date_in_utc_is_refused(void **state)
{
	static const char *const cases[] = {
		"", "2026", "2026-11-21", "2026-11-21T10:00:00", "2026-11-21T10:00:00+00:00",
		"2026-11-21t10:00:00z", "2026-11-21 10:00:00Z", "2026-11-21T10:00:00.5Z",
		"2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-10T00:00:00Z",
		"2026-01-32T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
		"2016-12-31T23:59:60Z", "0000-01-01T00:00:00Z", "1969-12-31T23:59:59Z",
		"+10000-01-01T00:00Z", "-026-01-01T00:00:00Z", "2026-11-21T10:00:00Z ",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int64_t seconds = 7;

		if (date_parse(cases[i], &seconds) != -EINVAL || seconds != 7)
			fail_msg("%s was taken", cases[i]);
	}
}

static void moments_beyond_the_calendar_become_its_ends(void **state)
{
	(void)state;
	assert_string_equal(date_format(-1).text, "1970-01-01T00:00:00Z");
	assert_string_equal(date_format(INT64_MAX).text, "9999-12-31T23:59:59Z");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_go_both_ways),
		cmocka_unit_test(what_is_no_date_in_utc_is_refused),
		cmocka_unit_test(moments_beyond_the_calendar_become_its_ends),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
