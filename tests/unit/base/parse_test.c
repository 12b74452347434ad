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

static void signed_numbers_have_a_minus_or_nothing(void **state)
{
	static const struct { const char *text; int result; int64_t n; } cases[] = {
		{ "0", 0, 0 }, { "-5", 0, -5 }, { "10", 0, 10 }, { "-11", -ERANGE, 0 }, { "11", -ERANGE, 0 }, { "-0", -EINVAL, 0 },
		{ "--1", -EINVAL, 0 }, { "+1", -EINVAL, 0 }, { "-", -EINVAL, 0 }, { "9223372036854775808", -ERANGE, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int64_t n = 0;

		assert_int_equal(parse_i64(cases[i].text, -10, 10, &n), cases[i].result);
		assert_int_equal(n, cases[i].n);
	}
}

static void sizes_are_multiples_of_1024(void **state)
{
	static const struct { const char *text; int result; uint64_t n; } cases[] = {
		{ "0", 0, 0 }, { "1024", 0, 1024 }, { "1KB", 0, 1024 }, { "1kb", 0, 1024 }, { "3Mb", 0, 3 << 20 },
		{ "16GB", 0, 16ULL << 30 }, { "17179869183GB", 0, 17179869183ULL << 30 }, { "17179869184GB", -ERANGE, 0 },
		{ "1k", -EINVAL, 0 }, { "1.5MB", -EINVAL, 0 }, { "KB", -EINVAL, 0 }, { "", -EINVAL, 0 }, { "1 KB", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 }, { "01", -EINVAL, 0 }, { "1TB", -EINVAL, 0 }, { "1KBKB", -EINVAL, 0 },
		{ "99999999999999999999999999", -EINVAL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		uint64_t n = 0;

		assert_int_equal(parse_size(cases[i].text, &n), cases[i].result);
		assert_int_equal(n, cases[i].n);
	}
}

static void modes_are_octal(void **state)
{
	static const struct { const char *text; int result; uint32_t mode; } cases[] = {
		{ "0", 0, 0 }, { "022", 0, 022 }, { "7777", 0, 07777 }, { "00644", 0, 0644 }, { "10000", -ERANGE, 0 },
		{ "000644", -EINVAL, 0 }, { "8", -EINVAL, 0 }, { "", -EINVAL, 0 }, { "-1", -EINVAL, 0 }, { "0x1f", -EINVAL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		uint32_t mode = 0;

		assert_int_equal(parse_mode(cases[i].text, &mode), cases[i].result);
		assert_int_equal(mode, cases[i].mode);
	}
}

static void hex_is_lower_case_and_of_one_length(void **state)
{
	uint8_t bytes[2] = { 1, 2 };
	char text[5];

	(void)state;
	assert_int_equal(parse_hex("00ff", bytes, 2), 0);
	assert_int_equal(bytes[1], 0xff);
	format_hex(bytes, 2, text);
	assert_string_equal(text, "00ff");
	assert_int_equal(parse_hex("00FF", bytes, 2), -EINVAL);
	assert_int_equal(parse_hex("00f", bytes, 2), -EINVAL);
	assert_int_equal(parse_hex("00fff", bytes, 2), -EINVAL);
	assert_int_equal(parse_hex("0g00", bytes, 2), -EINVAL);
	assert_int_equal(bytes[1], 0xff); /* written on success only */
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations_take_seconds_fractions_and_one_unit),
		cmocka_unit_test(numbers_are_plain_decimal_and_in_range),
		cmocka_unit_test(signals_go_by_name_and_number),
		cmocka_unit_test(signed_numbers_have_a_minus_or_nothing),
		cmocka_unit_test(sizes_are_multiples_of_1024),
		cmocka_unit_test(modes_are_octal),
		cmocka_unit_test(hex_is_lower_case_and_of_one_length),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
