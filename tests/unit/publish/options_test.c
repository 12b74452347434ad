#include "publish/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define AT(member) offsetof(struct options, member)

static const struct option_row rows[] = {
	{ "name",   0,   OPTION_TEXT, AT(name), "NAME", "" },
	{ "output", 'o', OPTION_TEXT, AT(output), "FOLDER", "" },
	{ "key",    'k', OPTION_LIST, AT(keys), "FILE", "" },
	{ "files",  0,   OPTION_FLAG, AT(files), NULL, "" },
	{ .name = NULL },
};

static char error[128];

/* The words, as main() would have them; the last one is NULL. */
static int parse(const char *const *words, struct options *ret)
{
	error[0] = '\0';
	return options_parse(rows, (char **)(uintptr_t)words, ret, error, sizeof error);
}

#define PARSE(ret, ...) parse((const char *const[]){ __VA_ARGS__, NULL }, ret)

static void options_and_words_come_in_any_order(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(PARSE(&o, "folder", "--name", "web", "-o", "out", "--files", "second", "--json"), 0);
	assert_string_equal(o.name, "web");
	assert_string_equal(o.output, "out");
	assert_true(o.files && o.json);
	assert_false(o.help);
	assert_int_equal(o.operands_n, 2);
	assert_string_equal(o.operands[1], "second");
}

static void a_value_may_follow_an_equals_sign_and_be_empty(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(PARSE(&o, "--name=a=b", "--output="), 0);
	assert_string_equal(o.name, "a=b");
	assert_string_equal(o.output, "");
}

static void two_dashes_end_the_options_and_one_is_a_word(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(PARSE(&o, "-", "--", "--name"), 0);
	assert_string_equal(o.operands[0], "-");
	assert_string_equal(o.operands[1], "--name");
	assert_null(o.name);
}

static void a_list_takes_all_and_a_text_only_one(void **state)
{
	const char *many[2 * OPTION_LIST_MAX + 3];
	struct options o;

	(void)state;
	assert_int_equal(PARSE(&o, "-k", "1", "--key=2"), 0);
	assert_int_equal(o.keys.n, 2);
	assert_string_equal(o.keys.at[1], "2");
	assert_int_equal(PARSE(&o, "--name", "a", "--name", "b"), -EINVAL);
	assert_string_equal(error, "given twice: --name");
	for (size_t i = 0; i < ARRAY_LEN(many) - 1; i++)
		many[i] = i % 2 == 0 ? "--key" : "x";
	many[ARRAY_LEN(many) - 1] = NULL;
	assert_int_equal(parse(many, &o), -EINVAL);
	assert_string_equal(error, "too often: --key");
}

static void what_makes_no_sense_is_named(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(PARSE(&o, "--nam", "x"), -EINVAL);
	assert_string_equal(error, "no such option: --nam");
	assert_int_equal(PARSE(&o, "--names", "x"), -EINVAL);
	assert_int_equal(PARSE(&o, "-ox"), -EINVAL);
	assert_int_equal(PARSE(&o, "--o", "x"), -EINVAL);
	assert_int_equal(PARSE(&o, "--name"), -EINVAL);
	assert_string_equal(error, "a value is missing: --name");
	assert_int_equal(PARSE(&o, "--files=yes"), -EINVAL);
	assert_string_equal(error, "takes no value: --files");
	assert_int_equal(PARSE(&o, "a", "b", "c"), -EINVAL);
	assert_string_equal(error, "one word too many: c");
	assert_int_equal(PARSE(&o, "--x\033[31m"), -EINVAL);
	assert_string_equal(error, "no such option: --x\\x1b[31m");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_and_words_come_in_any_order),
		cmocka_unit_test(a_value_may_follow_an_equals_sign_and_be_empty),
		cmocka_unit_test(two_dashes_end_the_options_and_one_is_a_word),
		cmocka_unit_test(a_list_takes_all_and_a_text_only_one),
		cmocka_unit_test(what_makes_no_sense_is_named),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
