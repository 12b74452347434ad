#include "core/accounts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char passwd[] =
	"root:x:0:0:root:/root:/bin/bash\n"
	"\n"
	"# not a line of passwd(5)\n"
	"alice:x:1000:1000:Alice,,,:/home/alice:/bin/sh\n"
	"short:x\n"
	"words:x:many:0::/:\n"
	"minus:x:-1:0::/:\n"
	"nobody-to-calls:x:4294967295:0::/:\n"
	"huge:x:99999999999999999999:0::/:\n"
	"alice:x:2000:2000:a second one:/:\n"
	"last:x:7";

static int find(const char *name, uint32_t *ret)
{
	/* Of exact size, so that a sanitizer sees one byte too many. */
	char *text = malloc(sizeof passwd - 1);
	int r;

	assert_non_null(text);
	memcpy(text, passwd, sizeof passwd - 1);
	r = accounts_find(text, sizeof passwd - 1, name, ret);
	free(text);
	return r;
}

static void names_become_numbers(void **state)
{
	uint32_t id = 1;

	(void)state;
	assert_int_equal(find("root", &id), 0);
	assert_int_equal(id, 0);
	assert_int_equal(find("alice", &id), 0);
	assert_int_equal(id, 1000); /* the first one counts, as it does for getpwnam(3) */
	assert_int_equal(find("last", &id), 0);
	assert_int_equal(id, 7);
}

static void what_is_not_there_is_nobody(void **state)
{
	static const char *const names[] = { "bob", "", "ali", "alice:x", "lastt", "# not a line of passwd(5)" };
	uint32_t id = 42;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_true(find(names[i], &id) < 0);
	assert_int_equal(accounts_find("", 0, "root", &id), -ENOENT);
	assert_int_equal(id, 42);
}

static void a_line_without_a_sound_number_grants_nothing(void **state)
{
	static const char *const names[] = { "short", "words", "minus", "nobody-to-calls", "huge" };
	uint32_t id = 42;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_int_equal(find(names[i], &id), -EBADMSG);
	assert_int_equal(id, 42);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_become_numbers),
		cmocka_unit_test(what_is_not_there_is_nobody),
		cmocka_unit_test(a_line_without_a_sound_number_grants_nothing),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
