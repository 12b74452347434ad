#include "log/lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"

/* A line limit small enough to be seen. */
enum { LIMIT = 8 };

static size_t prefixed(const char *data, size_t len, bool is_last, bool is_terminal, char *buf, size_t max)
{
	struct lines how = { .prefix = "a | ", .line_max = LIMIT, .is_last = is_last, .is_terminal = is_terminal };
	struct text out;

	text_init(&out, buf, max);
	return lines_prefix(&how, data, len, &out);
}

static void only_whole_lines_are_taken(void **state)
{
	static const struct { const char *data; bool is_last; size_t used; const char *out; } cases[] = {
		{ "", false, 0, "" },
		{ "", true, 0, "" },
		{ "one", false, 0, "" },
		{ "one", true, 3, "a | one\n" },
		{ "one\n", false, 4, "a | one\n" },
		{ "one\ntwo", false, 4, "a | one\n" },
		{ "one\ntwo", true, 7, "a | one\na | two\n" },
		{ "\n\n", false, 2, "a | \na | \n" },
		{ "a\rb\n", false, 4, "a | a\rb\n" },
	};
	char buf[256];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t used = prefixed(cases[i].data, strlen(cases[i].data), cases[i].is_last, false, buf, sizeof buf);

		assert_int_equal(used, cases[i].used);
		assert_string_equal(buf, cases[i].out);
	}
}

static void a_line_is_split_only_beyond_its_limit(void **state)
{
	static const struct { const char *data; size_t used; const char *out; } cases[] = {
		{ "1234567\n", 8, "a | 1234567\n" },
		{ "12345678\n", 9, "a | 12345678\n" },
		{ "123456789\n", 10, "a | 12345678\na | 9\n" },
		{ "12345678", 0, "" },
		{ "123456789", 8, "a | 12345678\n" },
		{ "1234567890123456\n", 17, "a | 12345678\na | 90123456\n" },
	};
	char buf[256];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(prefixed(cases[i].data, strlen(cases[i].data), false, false, buf, sizeof buf), cases[i].used);
		assert_string_equal(buf, cases[i].out);
	}
}

static void a_split_keeps_characters_whole(void **state)
{
	char buf[256];

	(void)state;
	assert_int_equal(prefixed("1234567\u00e4xyz\n", 13, false, false, buf, sizeof buf), 13);
	assert_string_equal(buf, "a | 1234567\na | \u00e4xyz\n");
	/* Bytes that are no characters are split where the limit falls. */
	assert_int_equal(prefixed("\x80\x80\x80\x80\x80\x80\x80\x80\x80\n", 10, false, false, buf, sizeof buf), 10);
	assert_string_equal(buf, "a | \x80\x80\x80\x80\x80\x80\x80\x80\na | \x80\n");
}

static void bytes_pass_unchanged_but_on_a_terminal(void **state)
{
	static const char hostile[] = "\x1b]52;\tn\0\n";
	char buf[256];

	(void)state;
	assert_int_equal(prefixed(hostile, sizeof hostile - 1, false, false, buf, sizeof buf), 9);
	assert_memory_equal(buf, "a | \x1b]52;\tn\0\n", 13);
	assert_int_equal(prefixed("\x1b]2;\tn\n", 7, false, true, buf, sizeof buf), 7);
	assert_string_equal(buf, "a | \\x1b]2;\tn\n");
	assert_null(strchr(buf, '\x1b'));
}

static void what_does_not_fit_waits(void **state)
{
	char buf[16];

	(void)state;
	assert_int_equal(prefixed("one\ntwo\nthree\n", 14, false, false, buf, sizeof buf), 4);
	assert_string_equal(buf, "a | one\n");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_whole_lines_are_taken),
		cmocka_unit_test(a_line_is_split_only_beyond_its_limit),
		cmocka_unit_test(a_split_keeps_characters_whole),
		cmocka_unit_test(bytes_pass_unchanged_but_on_a_terminal),
		cmocka_unit_test(what_does_not_fit_waits),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
