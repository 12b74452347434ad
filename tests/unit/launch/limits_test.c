#include "launch/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>

#include <cmocka.h>

static void limits_take_one_value_or_two_in_plain_numbers_or_sizes(void **state)
{
	static const struct { const char *text; int resource; rlim_t soft, hard; } cases[] = {
		{ "nofile=1024:4096", RLIMIT_NOFILE, 1024, 4096 },
		{ "nofile=1024", RLIMIT_NOFILE, 1024, 1024 },
		{ "core=unlimited", RLIMIT_CORE, RLIM_INFINITY, RLIM_INFINITY },
		{ "core=0:unlimited", RLIMIT_CORE, 0, RLIM_INFINITY },
		{ "as=2GB", RLIMIT_AS, (rlim_t)2 << 30, (rlim_t)2 << 30 },
		{ "stack=8MB:unlimited", RLIMIT_STACK, 8 << 20, RLIM_INFINITY },
		{ "nproc=0", RLIMIT_NPROC, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct limit l;

		assert_int_equal(limits_parse(cases[i].text, &l), 0);
		assert_int_equal(l.resource, cases[i].resource);
		assert_true(l.value.rlim_cur == cases[i].soft && l.value.rlim_max == cases[i].hard);
	}
}

static void what_is_no_limit_is_refused_by_its_reason(void **state)
{
	static const struct { const char *text; int result; } cases[] = {
		{ "", -EINVAL }, { "nofile", -EINVAL }, { "nofile=", -EINVAL }, { "=5", -ENOENT },
		{ "files=5", -ENOENT }, { "NOFILE=5", -ENOENT }, { "nofil=5", -ENOENT }, { "nofilee=5", -ENOENT },
		{ "nofile=-1", -EINVAL }, { "nofile=1:", -EINVAL }, { "nofile=:1", -EINVAL }, { "nofile=1:2:3", -EINVAL },
		{ "nofile=5:4", -ERANGE }, { "nofile=unlimited:4", -ERANGE }, { "nofile=1e3", -EINVAL },
		{ "nofile=99999999999999999999", -ERANGE }, { "as=99999999999999999GB", -ERANGE },
		{ "nofile=00000000000000000000000000000000000001", -EINVAL },
		{ "nofile=1:00000000000000000000000000000000000001", -EINVAL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct limit l = { .resource = -7 };

		if (limits_parse(cases[i].text, &l) != cases[i].result)
			fail_msg("'%s'", cases[i].text);
	}
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_take_one_value_or_two_in_plain_numbers_or_sizes),
		cmocka_unit_test(what_is_no_limit_is_refused_by_its_reason),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
