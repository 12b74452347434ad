#include "sys/linux/cgroup_find.h"

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A mount of cgroup2 whose root and place are these. */
#define MOUNT(root, at) "41 31 0:38 " root " " at " rw,relatime shared:9 master:1 - cgroup2 cgroup2 rw\n"
#define OTHERS \
	"31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n" \
	"32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"

static void assert_found(const char *self, const char *mounts, const char *want)
{
	char got[PATH_MAX] = "";

	assert_int_equal(cgroup_find(self, mounts, got, sizeof got), 0);
	assert_string_equal(got, want);
}

static void assert_none(const char *self, const char *mounts)
{
	char got[PATH_MAX];

	assert_int_equal(cgroup_find(self, mounts, got, sizeof got), -ENOENT);
}

static void it_is_below_the_mount_that_shows_it(void **state)
{
	(void)state;
	assert_found("0::/\n", OTHERS MOUNT("/", "/sys/fs/cgroup"), "/sys/fs/cgroup");
	assert_found("0::/system.slice/reeve.service\n", MOUNT("/", "/sys/fs/cgroup"),
	             "/sys/fs/cgroup/system.slice/reeve.service");
	assert_found("0::/docker/abc\n", MOUNT("/docker/abc", "/sys/fs/cgroup"), "/sys/fs/cgroup");
	assert_found("0::/docker/abc/sub\n", MOUNT("/docker/abc", "/cg"), "/cg/sub");
}

static void a_hybrid_host_has_lines_of_both_versions(void **state)
{
	(void)state;
	assert_found("9:name=systemd:/old\n4:memory:/a\n0::/b\n", OTHERS MOUNT("/", "/sys/fs/cgroup/unified"),
	             "/sys/fs/cgroup/unified/b");
	assert_none("9:name=systemd:/old\n4:memory:/a\n", OTHERS MOUNT("/", "/sys/fs/cgroup/unified"));
	assert_none("0::/b\n", OTHERS);
}

static void of_several_mounts_the_one_that_shows_it_counts(void **state)
{
	(void)state;
	assert_found("0::/a/b\n", MOUNT("/a/bc", "/no") MOUNT("/c", "/nor") MOUNT("/a", "/yes"), "/yes/b");
	assert_none("0::/a/b\n", MOUNT("/a/bc", "/no") MOUNT("/a/b/c", "/nor"));
}

static void outside_of_its_namespace_nothing_is_shown(void **state)
{
	(void)state;
	assert_none("0::/../other\n", MOUNT("/", "/sys/fs/cgroup"));
}

static void white_space_in_paths_is_written_in_octal(void **state)
{
	(void)state;
	assert_found("0::/x\n", MOUNT("/", "/a\\040b\\134c"), "/a b\\c/x");
	assert_found("0::/my group\n", MOUNT("/my\\040group", "/cg"), "/cg");
	assert_found("0::/x\n", MOUNT("/", "/cut\\04"), "/cut\\04/x"); /* no octal number: as it is */
}

static void texts_that_are_none_find_nothing(void **state)
{
	(void)state;
	assert_none("", "");
	assert_none("0::", MOUNT("/", "/cg"));
	assert_none("0::relative\n", MOUNT("/", "/cg"));
	assert_none("\n\n\n", MOUNT("/", "/cg"));
	assert_none("0::/\n", "- cgroup2\n");
	assert_none("0::/\n", "41 31 0:38 - cgroup2\n");
	assert_none("0::/\n", "41 31 0:38 / /cg rw - \n");
	assert_none("0::/\n", "41 31 0:38 / /cg rw cgroup2 cgroup2 rw\n");
	assert_none("0::/\n", " - - - - - - \xff\xfe\n");
	assert_found("0::/\n0::/second\n", MOUNT("/", "/cg") MOUNT("/", "/other"), "/cg");
}

static void what_is_too_long_is_refused(void **state)
{
	char *self = malloc(3 * PATH_MAX), *mounts = malloc(3 * PATH_MAX), got[64];

	(void)state;
	memset(self, 'a', 3 * PATH_MAX);
	memcpy(self, "0::/", 4);
	self[3 * PATH_MAX - 1] = '\0';
	assert_int_equal(cgroup_find(self, MOUNT("/", "/cg"), got, sizeof got), -ENAMETOOLONG);
	self[100] = '\0';
	assert_int_equal(cgroup_find(self, MOUNT("/", "/cg"), got, sizeof got), -ENAMETOOLONG);
	memset(mounts, 'm', 3 * PATH_MAX);
	mounts[3 * PATH_MAX - 1] = '\0';
	assert_none("0::/\n", mounts);
	free(self);
	free(mounts);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_below_the_mount_that_shows_it),
		cmocka_unit_test(a_hybrid_host_has_lines_of_both_versions),
		cmocka_unit_test(of_several_mounts_the_one_that_shows_it_counts),
		cmocka_unit_test(outside_of_its_namespace_nothing_is_shown),
		cmocka_unit_test(white_space_in_paths_is_written_in_octal),
		cmocka_unit_test(texts_that_are_none_find_nothing),
		cmocka_unit_test(what_is_too_long_is_refused),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
