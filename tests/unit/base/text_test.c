#include "base/text.h"

#include "base_test.h"

#include <errno.h>
#include <string.h>

static void what_fits_is_kept_and_the_rest_is_remembered_as_cut(void **state)
{
	char buf[8];
	struct text t;

	(void)state;
	text_init(&t, buf, sizeof buf);
	assert_string_equal(buf, "");
	text_add(&t, "abc");
	text_addf(&t, "%d", 4567);
	assert_string_equal(buf, "abc4567");
	assert_int_equal(t.len, 7);
	assert_false(t.full);
	text_add(&t, "");
	assert_false(t.full);
	text_add(&t, "x");
	assert_true(t.full);
	assert_string_equal(buf, "abc4567");
}

static void every_way_of_adding_cuts_at_the_same_place(void **state)
{
	char buf[4];
	struct text t;

	(void)state;
	text_init(&t, buf, sizeof buf);
	text_addf(&t, "%s", "abcdef");
	assert_true(t.full);
	assert_int_equal(t.len, 3);
	assert_string_equal(buf, "abc");
	text_addf(&t, "%s", "more");
	assert_string_equal(buf, "abc");
	text_init(&t, buf, sizeof buf);
	text_add_bytes(&t, "a\0b\0c", 5);
	assert_true(t.full);
	assert_memory_equal(buf, "a\0b", 4);
	text_init(&t, buf, 1);
	text_add(&t, "a");
	assert_true(t.full);
	assert_string_equal(buf, "");
}

static void escaping_leaves_nothing_that_a_terminal_obeys(void **state)
{
	static const struct { const char *raw; size_t len; const char *shown; } cases[] = {
		{ "plain text", 10, "plain text" }, { "a\nb", 3, "a\\x0ab" }, { "\x1b[2J", 4, "\\x1b[2J" }, { "\0", 1, "\\x00" },
		{ "\x7f", 1, "\\x7f" }, { "\\", 1, "\\\\" }, { "gr\xc3\xbc\xc3\x9f", 6, "gr\xc3\xbc\xc3\x9f" },
		{ "\xc2\x9b", 2, "\\xc2\\x9b" }, { "\xff", 1, "\\xff" }, { "\xc3", 1, "\\xc3" }, { "\xc3(", 2, "\\xc3(" },
		{ "\xed\xa0\x80", 3, "\\xed\\xa0\\x80" }, { "", 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char buf[64];
		struct text t;

		text_init(&t, buf, sizeof buf);
		text_add_escaped(&t, cases[i].raw, cases[i].len);
		assert_string_equal(buf, cases[i].shown);
	}
}

static void utf8_is_what_rfc_3629_says(void **state)
{
	static const struct { const char *bytes; size_t len, n; } cases[] = {
		{ "a", 1, 1 }, { "\x7f", 1, 1 }, { "\xc2\x80", 2, 2 }, { "\xdf\xbf", 2, 2 }, { "\xe0\xa0\x80", 3, 3 },
		{ "\xef\xbf\xbf", 3, 3 }, { "\xf0\x90\x80\x80", 4, 4 }, { "\xf4\x8f\xbf\xbf", 4, 4 },
		{ "\x80", 1, 0 }, { "\xbf", 1, 0 }, { "\xc0\x80", 2, 0 }, { "\xc1\xbf", 2, 0 }, { "\xe0\x9f\xbf", 3, 0 },
		{ "\xed\xa0\x80", 3, 0 }, { "\xed\xbf\xbf", 3, 0 }, { "\xf0\x8f\xbf\xbf", 4, 0 }, { "\xf4\x90\x80\x80", 4, 0 },
		{ "\xf5\x80\x80\x80", 4, 0 }, { "\xff", 1, 0 }, { "\xc2", 1, 0 }, { "\xe0\xa0", 2, 0 }, { "\xf0\x90\x80", 3, 0 },
		{ "\xc2" "a", 2, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(text_utf8_length(cases[i].bytes, cases[i].len), cases[i].n);
		assert_int_equal(text_is_utf8(cases[i].bytes, cases[i].len), cases[i].n == cases[i].len);
	}
	assert_true(text_is_utf8("", 0));
	assert_false(text_is_utf8("a\0b", 3));
}

static void a_copy_is_whole_or_none(void **state)
{
	char buf[4] = "old";

	(void)state;
	assert_int_equal(text_copy(buf, sizeof buf, "abc"), 0);
	assert_string_equal(buf, "abc");
	assert_int_equal(text_copy(buf, sizeof buf, "abcd"), -ENAMETOOLONG);
	assert_string_equal(buf, "");
}

static void the_nearest_word_is_near(void **state)
{
	static const char *const words[] = { "command", "commands", "user", "umask" };
	static const struct { const char *word, *nearest; } cases[] = {
		{ "comand", "command" }, { "command", "command" }, { "usre", "user" }, { "umsk", "umask" }, { "xyzzy", NULL },
		{ "", NULL }, { "thisisnotawordofanykindthatcouldbemeanthereoranywhereelseatall", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *near = text_nearest(cases[i].word, words, ARRAY_LEN(words));

		if (cases[i].nearest == NULL)
			assert_null(near);
		else
			assert_string_equal(near, cases[i].nearest);
	}
	assert_null(text_nearest("command", words, 0));
}

/* RFC 8259, 7; what is not UTF-8 cannot be in JSON and is spelt out. */
static void json_strings_hold_anything(void **state)
{
	static const struct { const char *raw, *json; } cases[] = {
		{ "", "\"\"" }, { "plain", "\"plain\"" }, { "a\"b\\c", "\"a\\\"b\\\\c\"" },
		{ "a\n\t\x1b", "\"a\\u000a\\u0009\\u001b\"" }, { "\xc3\xa4", "\"\xc3\xa4\"" },
		{ "\xff.", "\"\\\\xff.\"" }, { "\xed\xa0\x80", "\"\\\\xed\\\\xa0\\\\x80\"" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char buf[64];
		struct text t;

		text_init(&t, buf, sizeof buf);
		text_add_json(&t, cases[i].raw);
		assert_string_equal(buf, cases[i].json);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_fits_is_kept_and_the_rest_is_remembered_as_cut),
		cmocka_unit_test(every_way_of_adding_cuts_at_the_same_place),
		cmocka_unit_test(escaping_leaves_nothing_that_a_terminal_obeys),
		cmocka_unit_test(utf8_is_what_rfc_3629_says),
		cmocka_unit_test(a_copy_is_whole_or_none),
		cmocka_unit_test(json_strings_hold_anything),
		cmocka_unit_test(the_nearest_word_is_near),
	};

	return RUN_TESTS(argc, argv, tests);
}
