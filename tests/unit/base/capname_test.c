#include "base/capname.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void a_name_stands_for_its_number_and_the_number_for_it(void **state)
{
	(void)state;
	for (unsigned i = 0; i <= CAP_LAST_CAP; i++) {
		const char *name = capname(i);
		unsigned got = 999;

		assert_int_equal(strncmp(name, "cap_", 4), 0);
		assert_int_equal(capname_parse(name, strlen(name), &got), 0);
		assert_int_equal(got, i);
		assert_int_equal(capname_parse(name + 4, strlen(name + 4), &got), 0);
		assert_int_equal(got, i);
	}
	assert_string_equal(capname(CAP_NET_BIND_SERVICE), "cap_net_bind_service");
	assert_string_equal(capname(CAP_CHECKPOINT_RESTORE), "cap_checkpoint_restore");
}

static void a_number_beyond_the_last_has_no_name_and_no_fault(void **state)
{
	(void)state;
	assert_non_null(strstr(capname(CAP_LAST_CAP + 1), "without a name"));
	assert_non_null(strstr(capname(UINT32_MAX), "without a name"));
}

static void what_is_no_name_is_refused(void **state)
{
	static const char *const never[] = {
		"", "cap", "cap_", "_", "kil", "killl", "cap_cap_kill", "0", "5", "kill ", " kill", "k\xc3\xafll", "\xff", "KILL\n",
	};
	unsigned got = 999;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(never); i++)
		assert_int_equal(capname_parse(never[i], strlen(never[i]), &got), -ENOENT);
	assert_int_equal(capname_parse("kill,chown", 3, &got), -ENOENT);
	assert_int_equal(got, 999);
	assert_int_equal(capname_parse("kill,chown", 4, &got), 0);
	assert_int_equal(capname_parse("CAP_Kill,chown", 8, &got), 0);
	assert_int_equal(got, CAP_KILL);
}

static void the_nearest_name_is_found_in_any_spelling(void **state)
{
	char huge[4096];

	(void)state;
	assert_string_equal(capname_nearest("NET_BIND_SERVCE"), "cap_net_bind_service");
	assert_string_equal(capname_nearest("cap_sysadmin"), "cap_sys_admin");
	memset(huge, 'x', sizeof huge - 1);
	huge[sizeof huge - 1] = '\0';
	assert_null(capname_nearest(huge));
}

/* A kernel newer than the headers shows here that the table wants a row. */
static void the_kernel_here_has_none_that_is_not_known(void **state)
{
	FILE *f = fopen("/proc/sys/kernel/cap_last_cap", "r");
	char line[16] = "";

	(void)state;
	if (f == NULL)
		skip();
	assert_non_null(fgets(line, sizeof line, f));
	assert_int_equal(fclose(f), 0);

	unsigned last = 0;

	for (const char *p = line; *p >= '0' && *p <= '9'; p++)
		last = last * 10 + (unsigned)(*p - '0');
	assert_true(last > 30);
	assert_null(strstr(capname(last), "without a name"));
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_stands_for_its_number_and_the_number_for_it),
		cmocka_unit_test(a_number_beyond_the_last_has_no_name_and_no_fault),
		cmocka_unit_test(what_is_no_name_is_refused),
		cmocka_unit_test(the_nearest_name_is_found_in_any_spelling),
		cmocka_unit_test(the_kernel_here_has_none_that_is_not_known),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
