#include "base/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <signal.h>

#include <cmocka.h>

static void durations_take_seconds_fractions_and_one_unit(void **state)
{
	static const struct { const char *text; int result; uint64_t ms; } cases[] = {
		{ "10", 0, 10000 }, { "1.5", 0, 1500 }, { "10s", 0, 10000 }, { "1.5m", 0, 90000 },
		{ "250ms", 0, 250 }, { "2h", 0, 7200000 }, { "1d", 0, 86400000 }, { "0", 0, 0 },
		{ "", -EINVAL, 0 }, { "-1", -EINVAL, 0 }, { "1h30", -EINVAL, 0 }, { "inf", -EINVAL, 0 },
		{ "1.", -EINVAL, 0 }, { ".5", -EINVAL, 0 }, { " 1", -EINVAL, 0 }, { "1 s", -EINVAL, 0 },
		{ "99999d", -ERANGE, 0 }, { "99999999999999999999", -ERANGE, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		uint64_t ms = 0;

		assert_int_equal(parse_duration(cases[i].text, &ms), cases[i].result);
		assert_int_equal(ms, cases[i].ms);
	}
}

static void numbers_are_plain_decimal_and_in_range(void **state)
{
	static const struct { const char *text; int result; uint64_t n; } cases[] = {
		{ "0", 0, 0 }, { "42", 0, 42 }, { "18446744073709551615", 0, UINT64_MAX },
		{ "18446744073709551616", -ERANGE, 0 }, { "00", -EINVAL, 0 }, { "08", -EINVAL, 0 },
		{ "+1", -EINVAL, 0 }, { "-1", -EINVAL, 0 }, { "0x1", -EINVAL, 0 }, { "1e3", -EINVAL, 0 },
		{ "", -EINVAL, 0 }, { "1,0", -EINVAL, 0 }, { "\xd9\xa3", -EINVAL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		uint64_t n = 0;

		assert_int_equal(parse_u64(cases[i].text, UINT64_MAX, &n), cases[i].result);
		assert_int_equal(n, cases[i].n);
	}
}

static void signals_go_by_name_and_number(void **state)
{
	int signo = 0;

	(void)state;
	assert_int_equal(parse_signal("TERM", &signo), 0);
	assert_int_equal(signo, SIGTERM);
	assert_int_equal(parse_signal("sigusr1", &signo), 0);
	assert_int_equal(signo, SIGUSR1);
	assert_int_equal(parse_signal("9", &signo), 0);
	assert_int_equal(signo, SIGKILL);
	assert_int_equal(parse_signal("0", &signo), -EINVAL);
	assert_int_equal(parse_signal("NOPE", &signo), -EINVAL);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations_take_seconds_fractions_and_one_unit),
		cmocka_unit_test(numbers_are_plain_decimal_and_in_range),
		cmocka_unit_test(signals_go_by_name_and_number),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
