#include "launch/remount.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mount.h>

#include <cmocka.h>

#include "base/text.h"

static int parse(const char *line, char buf[256], struct remount_line *ret)
{
	assert_int_equal(text_copy(buf, 256, line), 0);
	return remount_parse(buf, ret);
}

static void a_mount_keeps_the_flags_that_it_has(void **state)
{
	static const struct { const char *line, *path; unsigned long flags; } cases[] = {
		{ "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue", "/mnt2", MS_NOATIME },
		{ "1 0 0:1 / / ro,nosuid,nodev,noexec,relatime - proc proc rw", "/", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RELATIME },
		{ "1 0 0:1 / /a\\040b\\134c\\011 rw - x x rw", "/a b\\c\t", MS_STRICTATIME },
		{ "1 0 0:1 / /a\\04 rw,nodiratime,nosymfollow,unheard-of - x x rw", "/a\\04", MS_STRICTATIME | MS_NODIRATIME | 256 },
		{ "1 0 0:1 / /x noatime", "/x", MS_NOATIME },
	};
	struct remount_line mounted;
	char buf[256];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(parse(cases[i].line, buf, &mounted), 0);
		assert_string_equal(mounted.path, cases[i].path);
		assert_int_equal(mounted.flags, cases[i].flags);
	}
}

static void a_line_that_is_none_is_refused(void **state)
{
	static const char *const lines[] = { "", " ", "1 0 0:1 /", "1 0 0:1 / /x", "1 0 0:1 / x rw", "1 0 0:1  /x rw - x", "1 0 0:1 / /x  x" };
	struct remount_line mounted;
	char buf[256];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		assert_int_equal(parse(lines[i], buf, &mounted), -EBADMSG);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mount_keeps_the_flags_that_it_has),
		cmocka_unit_test(a_line_that_is_none_is_refused),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
