#include "wire/socket_path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>

#include <cmocka.h>

static void assert_place(unsigned n, uid_t uid, const char *runtime_dir, const char *expected)
{
	char path[64];

	assert_int_equal(socket_path_place(n, uid, runtime_dir, path, sizeof path), 0);
	assert_string_equal(path, expected);
}

static void each_user_has_a_socket_of_his_own(void **state)
{
	(void)state;
	assert_place(0, 0, "/run/user/0", REEVE_RUN_DIR "/reeve.sock");
	assert_place(0, 1000, "/run/user/1000", "/run/user/1000/reeve.sock");
	assert_place(0, 1000, NULL, "/tmp/reeve-1000/reeve.sock");
	assert_place(0, 1000, "not/absolute", "/tmp/reeve-1000/reeve.sock");
}

static void where_the_usual_place_is_missing_there_are_others(void **state)
{
	char path[64], again[64];

	(void)state;
	assert_place(1, 0, NULL, "/tmp/reeve-0/reeve.sock");
	assert_place(1, 1000, "/run/user/1000", "/tmp/reeve-1000/reeve.sock");
	assert_int_equal(socket_path_place(2, 1000, NULL, path, sizeof path), 0);
	assert_int_equal(socket_path_place(2, 1000, NULL, again, sizeof again), 0);
	assert_memory_equal(path, "@reeve-1000-", 12);
	assert_string_equal(path, again);
	assert_int_equal(socket_path_place(3, 1000, NULL, path, sizeof path), -ENOENT);
}

static void a_path_that_does_not_fit_is_said_to_be_too_long(void **state)
{
	char path[20];

	(void)state;
	assert_int_equal(socket_path_place(0, 1000, "/a/very/long/folder/name", path, sizeof path), -ENAMETOOLONG);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_user_has_a_socket_of_his_own),
		cmocka_unit_test(where_the_usual_place_is_missing_there_are_others),
		cmocka_unit_test(a_path_that_does_not_fit_is_said_to_be_too_long),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
