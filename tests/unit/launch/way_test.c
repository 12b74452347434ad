#include "launch/way.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/own.h"
#include "base/path.h"

static char place[64], real[PATH_MAX];

static const char *at(const char *name)
{
	static char path[2][PATH_MAX];
	static unsigned turn;

	turn = !turn;
	assert_int_equal(path_join(path[turn], PATH_MAX, real, name), 0);
	return path[turn];
}

static int set_up(void **state)
{
	(void)state;
	(void)snprintf(place, sizeof place, "/tmp/way-test.XXXXXX");
	if (mkdtemp(place) == NULL || realpath(place, real) == NULL || mkdir(at("folder"), 0755) < 0)
		return -1;
	OWN(fd) int fd = open(at("folder/file"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	return fd < 0 || write(fd, "1234", 4) != 4 ? -1 : 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = { "to-file", "to-folder", "around", "self", "root", "folder/fifo", "folder/file", "folder" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		(void)remove(at(names[i])); /* not every test makes each */
	return rmdir(place);
}

static void a_path_ends_where_the_kernel_would_end(void **state)
{
	static const struct { const char *name, *end; } cases[] = {
		{ "folder/file", "folder/file" }, { "folder//./file", "folder/file" }, { "folder/../folder/file", "folder/file" },
		{ "to-file", "folder/file" }, { "to-folder/file", "folder/file" }, { "to-folder/", "folder" }, { "around", "folder" },
		{ "root/proc/..", NULL },
	};
	struct way way;

	(void)state;
	assert_int_equal(symlink("folder/file", at("to-file")), 0);
	assert_int_equal(symlink(at("folder"), at("to-folder")), 0);
	assert_int_equal(symlink("./to-folder/../to-folder/.", at("around")), 0);
	assert_int_equal(symlink("/", at("root")), 0);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		OWN(fd) int fd = way_open(at(cases[i].name), O_PATH, &way);

		assert_true(fd >= 0);
		assert_string_equal(way.path, cases[i].end != NULL ? at(cases[i].end) : "/");
	}
}

static void what_leads_nowhere_says_so(void **state)
{
	static char deep[2 * PATH_MAX], wide[NAME_MAX + 64];
	const struct { const char *path; int error; } cases[] = {
		{ at("none"), -ENOENT }, { at("none/file"), -ENOENT }, { "/proc/self/none", -ENOENT }, { deep, -ENAMETOOLONG },
		{ wide, -ENAMETOOLONG },
	};

	(void)state;
	memset(deep, '/', sizeof deep - 1);
	memset(wide, 'x', sizeof wide - 1);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(way_open(cases[i].path, O_RDONLY, NULL), cases[i].error);
	assert_int_equal(way_open(at("folder/file/file"), O_RDONLY, NULL), -ENOTDIR);
	assert_int_equal(symlink("self", at("self")), 0);
	assert_int_equal(way_open(at("self"), O_RDONLY, NULL), -ELOOP);
	assert_int_equal(way_open(at("self/x"), O_RDONLY, NULL), -ELOOP);
}

static void only_whole_regular_files_are_read(void **state)
{
	char why[WAY_WRONG_MAX], *data = NULL;
	size_t len;

	(void)state;
	assert_int_equal(way_read(at("folder/file"), 4, &data, &len, why), 0);
	assert_int_equal(len, 4);
	assert_string_equal(data, "1234");
	free(data);
	assert_int_equal(way_read(at("folder/file"), 3, &data, &len, why), -EFBIG);
	assert_true(way_read(at("folder"), 4, &data, &len, why) < 0);
	assert_string_equal(why, "not a regular file");
	assert_int_equal(mkfifo(at("folder/fifo"), 0600), 0);
	assert_true(way_read(at("folder/fifo"), 4, &data, &len, why) < 0);
	assert_string_equal(why, "not a regular file");
	assert_int_equal(chmod(at("folder/file"), 0602), 0);
	assert_true(way_read(at("folder/file"), 4, &data, &len, why) < 0);
	assert_string_equal(why, "everybody may write to it");
	assert_true(way_read(at("none"), 4, &data, &len, why) < 0);
	assert_string_equal(why, "No such file or directory");
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_path_ends_where_the_kernel_would_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_leads_nowhere_says_so, set_up, tear_down),
		cmocka_unit_test_setup_teardown(only_whole_regular_files_are_read, set_up, tear_down),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
