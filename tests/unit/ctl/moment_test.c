#include "ctl/moment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

/* 2026-11-21T13:45:25.123Z */
static const uint64_t now_ms = 1795268725123;

static void a_moment_is_rfc_3339_or_so_long_ago(void **state)
{
	static const struct { const char *text; uint64_t ms; } cases[] = {
		{ "2026-11-21T13:45:25.123Z", 1795268725123 }, { "2026-11-21T13:45:25Z", 1795268725000 },
		{ "2026-11-21 13:45:25z", 1795268725000 }, { "2026-11-21t13:45:25.123456789Z", 1795268725123 },
		{ "2026-11-21T15:45:25+02:00", 1795268725000 }, { "2026-11-21T09:15:25-04:30", 1795268725000 },
		{ "1970-01-01T00:00:00Z", 0 }, { "2016-12-31T23:59:60Z", 1483228800000 }, { "2024-02-29T00:00:00Z", 1709164800000 },
		{ "10m", 1795268725123 - 600000 }, { "2h", 1795268725123 - 7200000 }, { "1.5s", 1795268725123 - 1500 },
		{ "0", 1795268725123 }, { "90", 1795268725123 - 90000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint64_t ms = 1;

		if (moment_parse(cases[i].text, now_ms, &ms) < 0)
			fail_msg("%s is refused", cases[i].text);
		assert_int_equal(ms, cases[i].ms);
	}
}

static void the_clock_on_the_wall_was_there_a_day_ago_at_most(void **state)
{
	uint64_t ms;

	(void)state;
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	assert_int_equal(moment_parse("14:45", now_ms, &ms), 0);
	assert_int_equal(ms, 1795268700000);
	assert_int_equal(moment_parse("14:45:25", now_ms, &ms), 0);
	assert_int_equal(ms, 1795268725000);
	assert_int_equal(moment_parse("14:46", now_ms, &ms), 0); /* yesterday's */
	assert_int_equal(ms, 1795268760000 - 86400000);
	assert_int_equal(moment_parse("00:00", now_ms, &ms), 0);
	assert_int_equal(ms, 1795215600000);
	setenv("TZ", "UTC", 1);
	tzset();
}

static void what_is_no_moment_is_refused(void **state)
{
	static const char *const refused[] = {
		"", " ", "now", "yesterday", "-10m", "10x", "10 m", "24:00", "23:60", "1:30", "01:2", "13:45:61", "13:45:",
		"2026-11-21", "2026-11-21T13:45Z", "2026-11-21T13:45:25", "2026-11-21T13:45:25.Z", "2026-11-21T13:45:25+02",
		"2026-11-21T13:45:25+0200", "2026-11-21T13:45:25Zx", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
		"2026-04-31T00:00:00Z", "2026-02-29T00:00:00Z", "2026-11-00T00:00:00Z", "1969-12-31T23:59:59Z",
		"1970-01-01T00:00:00+00:01", "99999999999999999999", "2026-11-21T24:00:00Z", "\xd9\xa1\xd9\xa0m", "9999d",
		"0x10", "1e3", "10m\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		uint64_t ms;

		if (moment_parse(refused[i], now_ms, &ms) != -22)
			fail_msg("'%s' is taken", refused[i]);
	}
}

static void a_line_may_begin_with_its_time(void **state)
{
	static const struct { const char *line; bool has; } cases[] = {
		{ "2026-11-21T13:45:25.123456Z acme:mail | hello", true }, { "2026-11-21 13:45:25.123+00:00 hello", true },
		{ "{\"time\":\"2026-11-21T13:45:25.123456Z\",\"child\":\"acme:mail\"}", true },
		{ "hello 2026-11-21T13:45:25.123456Z", false }, { "{\"time\":\"soon\"}", false }, { "", false },
		{ "2026-11-21T13:45:25", false }, { " 2026-11-21T13:45:25Z", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint64_t ms = 0;

		if (moment_of_line(cases[i].line, strlen(cases[i].line), &ms) != cases[i].has)
			fail_msg("%s", cases[i].line);
		if (cases[i].has)
			assert_int_equal(ms, now_ms);
	}
	/* The bytes end where they are said to, not at a NUL. */
	assert_false(moment_of_line("2026-11-21T13:45:25Z", 19, &(uint64_t){ 0 }));
	assert_true(moment_of_line("2026-11-21T13:45:25Z", 20, &(uint64_t){ 0 }));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_moment_is_rfc_3339_or_so_long_ago),
		cmocka_unit_test(the_clock_on_the_wall_was_there_a_day_ago_at_most),
		cmocka_unit_test(what_is_no_moment_is_refused),
		cmocka_unit_test(a_line_may_begin_with_its_time),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
