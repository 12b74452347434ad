#include "log/stamp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"

static void moments_read_as_rfc_3339_has_them(void **state)
{
	static const struct { int64_t second; uint32_t microsecond; const char *text; } cases[] = {
		{ 0, 0, "1970-01-01T00:00:00.000000Z" },
		{ 1795268725, 123456, "2026-11-21T13:45:25.123456Z" },
		{ 1795268725, 7, "2026-11-21T13:45:25.000007Z" },
		{ 1795268726, 999999, "2026-11-21T13:45:26.999999Z" },
		{ 1795268725, 0, "2026-11-21T13:45:25.000000Z" },        /* the clock jumped back */
		{ 951782400, 0, "2000-02-29T00:00:00.000000Z" },
		{ 4102444800, 0, "2100-01-01T00:00:00.000000Z" },
		{ 253402300799, 1, "9999-12-31T23:59:59.000001Z" },
		{ 253402300800, 1, "9999-12-31T23:59:59.999999Z" },
		{ INT64_MAX, 1, "9999-12-31T23:59:59.999999Z" },
		{ -1, 1, "1970-01-01T00:00:00.000000Z" },
	};
	struct stamp stamp = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(stamp_at(&stamp, cases[i].second, cases[i].microsecond), cases[i].text);
}

static void now_is_after_the_time_this_was_written(void **state)
{
	struct stamp stamp = { 0 };

	(void)state;
	assert_true(strcmp(stamp_now(&stamp), "2020-01-01T00:00:00.000000Z") > 0);
	assert_int_equal(strlen(stamp.text), 27);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moments_read_as_rfc_3339_has_them),
		cmocka_unit_test(now_is_after_the_time_this_was_written),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
