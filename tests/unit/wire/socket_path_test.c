#include "wire/socket_path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>

#include <cmocka.h>

static void each_user_has_a_socket_of_his_own(void **state)
{
	char path[64];

	(void)state;
	assert_int_equal(socket_path_default(0, "/run/user/0", path, sizeof path), 0);
	assert_string_equal(path, REEVE_RUN_DIR "/reeve.sock");
	assert_int_equal(socket_path_default(1000, "/run/user/1000", path, sizeof path), 0);
	assert_string_equal(path, "/run/user/1000/reeve.sock");
	assert_int_equal(socket_path_default(1000, NULL, path, sizeof path), 0);
	assert_string_equal(path, "/tmp/reeve-1000/reeve.sock");
	assert_int_equal(socket_path_default(1000, "not/absolute", path, sizeof path), 0);
	assert_string_equal(path, "/tmp/reeve-1000/reeve.sock");
}

static void a_path_that_does_not_fit_is_said_to_be_too_long(void **state)
{
	char path[20];

	(void)state;
	assert_int_equal(socket_path_default(1000, "/a/very/long/folder/name", path, sizeof path), -ENAMETOOLONG);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_user_has_a_socket_of_his_own),
		cmocka_unit_test(a_path_that_does_not_fit_is_said_to_be_too_long),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
