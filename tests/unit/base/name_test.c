#include "base/name.h"

#include "base_test.h"

#include <string.h>

#include "base/attr.h"

static void a_part_is_lower_case_and_cannot_leave_its_folder(void **state)
{
	static const char *const good[] = { "a", "0", "mail", "a.b", "a-b_c.d", "a1", "1a" };
	static const char *const bad[] = {
		"", ".", "..", "a..b", "-a", "a-", ".a", "a.", "_a", "A", "a/b", "a+b", "a b", "a\n", "\xc3\xa4", "a:b", "a%b",
	};
	char longest[NAME_PART_MAX + 2];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_true(name_is_part(good[i]));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(name_is_part(bad[i]));
	memset(longest, 'a', sizeof longest);
	longest[NAME_PART_MAX] = '\0';
	assert_true(name_is_part(longest));
	longest[NAME_PART_MAX] = 'a';
	longest[NAME_PART_MAX + 1] = '\0';
	assert_false(name_is_part(longest));
}

static void a_path_has_one_to_four_parts(void **state)
{
	static const char *const good[] = { "a", "a/b", "a/b/c", "a/b/c/d", "acme/mail" };
	static const char *const bad[] = { "", "/", "a/", "/a", "a//b", "a/b/c/d/e", "a/../b", "a/./b", "a/B", "a/b+c", "a/-b" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_true(name_is_path(good[i]));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(name_is_path(bad[i]));
}

static void different_names_are_different_files(void **state)
{
	char buf[NAME_PATH_MAX + 1];

	(void)state;
	name_to_filename("acme/mail/x", buf);
	assert_string_equal(buf, "acme+mail+x");
	name_to_filename("acme-mail", buf);
	assert_string_equal(buf, "acme-mail");
}

static void patterns_are_all_a_workspace_or_a_name(void **state)
{
	static const struct { const char *name, *pattern; bool matches; } cases[] = {
		{ "acme:mail", "all", true }, { "acme:mail", "*", true }, { "acme:mail", "acme:*", true },
		{ "acme:mail", "acme:mail", true }, { "acme:mail", "acme:mai", false }, { "acme:mail", "acme:mail2", false },
		{ "acme:mail", "acm:*", false }, { "acme:mail", "acme2:*", false }, { "acme:mail", "acme", false },
		{ "acme:mail", "acme:", false }, { "acme:mail", "", false }, { "acme:mail", "*:mail", false },
		{ "mail", "mail", true }, { "mail", "mail:*", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(name_matches(cases[i].name, cases[i].pattern), cases[i].matches);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_part_is_lower_case_and_cannot_leave_its_folder),
		cmocka_unit_test(a_path_has_one_to_four_parts),
		cmocka_unit_test(different_names_are_different_files),
		cmocka_unit_test(patterns_are_all_a_workspace_or_a_name),
	};

	return RUN_TESTS(argc, argv, tests);
}
