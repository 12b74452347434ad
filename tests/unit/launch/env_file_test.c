#include "launch/env_file.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "launch/environment.h"

struct read {
	struct texts            list;
	struct env_file_mistake wrong;
	uint8_t                 packed[ENV_FILE_PACKED_MAX];
};

/* What came of these bytes; the caller frees. */
static struct read *read_bytes(const char *bytes, size_t len, int want)
{
	struct read *r = calloc(1, sizeof *r);
	char *text = calloc(1, len + 1);
	int got;

	assert_non_null(r);
	assert_non_null(text);
	memcpy(text, bytes, len);
	got = env_file_parse(text, len, &r->list, r->packed, &r->wrong);
	if (got != want)
		print_message("line %u: %s\n", r->wrong.line, r->wrong.what);
	assert_int_equal(got, want);
	free(text);
	return r;
}

static void assert_value(const char *text, const char *key, const char *value)
{
	struct read *r = read_bytes(text, strlen(text), 0);
	const char *got = environment_get(&r->list, key);

	if (got == NULL)
		fail_msg("%s is not set by: %s", key, text);
	assert_string_equal(got, value);
	free(r);
}

static void a_plain_value_is_the_rest_of_its_line(void **state)
{
	static const struct { const char *text, *value; } cases[] = {
		{ "A=1", "1" }, { "A=1\n", "1" }, { "A=1\r\n", "1" }, { "\xef\xbb\xbf" "A=1", "1" }, { "  A=1", "1" },
		{ "A=  two words \t\n", "two words" }, { "A=", "" }, { "A=\n", "" }, { "A= \r\nB=1", "" }, { "A=a=b", "a=b" },
		{ "A=a#b # c", "a#b # c" }, { "A=$HOME%(here)s`x`\\n", "$HOME%(here)s`x`\\n" }, { "A=a\"b\"", "a\"b\"" },
		{ "A=\xff\xfe", "\xff\xfe" }, { "\n\n# A=2\n\t#\nA=1\n\n", "1" }, { "_9=1\nA=2", "2" }, { "B=1\nA=2\nC=3", "2" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_value(cases[i].text, "A", cases[i].value);
}

static void a_value_between_quotes_keeps_what_is_in_it(void **state)
{
	static const struct { const char *text, *value; } cases[] = {
		{ "A=''", "" }, { "A=' 1 '", " 1 " }, { "A='a\"\\b'", "a\"\\b" }, { "A=\"a'b\"", "a'b" },
		{ "A= \"1\" \r\n", "1" }, { "A=\"\\\"\\\\\\$\\`\\n\"", "\"\\$`\\n" }, { "A=\"# no\"", "# no" },
		{ "A='one\ntwo\n'\nB=2", "one\ntwo\n" }, { "A=\"one\r\ntwo\"", "one\r\ntwo" }, { "A='\xff'", "\xff" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_value(cases[i].text, "A", cases[i].value);
	assert_value("A='one\ntwo'\nB=2", "B", "2");
}

static void nothing_is_an_empty_list(void **state)
{
	static const char *const texts[] = { "", "\n", "\xef\xbb\xbf", "# only this", " \t\r\n\r\n" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct read *r = read_bytes(texts[i], strlen(texts[i]), 0);

		assert_int_equal(r->list.count, 0);
		free(r);
	}
}

static void a_mistake_is_told_by_its_line_and_never_by_its_value(void **state)
{
	static const struct { const char *text; size_t len; unsigned line; const char *what; } cases[] = {
#define CASE(text, line, what) { text, sizeof(text) - 1, line, what }
		CASE("A", 1, "KEY=value"), CASE("A =1", 1, "KEY=value"), CASE("=1", 1, "KEY=value"),
		CASE("9A=1", 1, "KEY=value"), CASE("A-B=1", 1, "KEY=value"), CASE("export A=1", 1, "KEY=value"),
		CASE("\xc3\x84=1", 1, "KEY=value"), CASE("; A=1", 1, "KEY=value"), CASE("A=1\n[x]\n", 2, "KEY=value"),
		CASE("A='1\n2'\nsecret", 3, "KEY=value"), CASE("A=1\nB=2\nA=3", 3, "twice"),
		CASE("A=1\nB='2\n\n\n", 2, "never closed"), CASE("A=\"1\\\"", 1, "never closed"), CASE("A='", 1, "never closed"),
		CASE("A=\"\\", 1, "never closed"), CASE("A='1' # no", 1, "behind the closing"), CASE("A='1''2'", 1, "behind the closing"),
		CASE("REEVE_CHILD=a:b", 1, "reeve's own"), CASE("A=1\nB=\0secret", 2, "NUL"),
		CASE("\xff\xfe" "A\0=\0", 1, "NUL"), CASE("\0", 1, "NUL"),
#undef CASE
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct read *r = read_bytes(cases[i].text, cases[i].len, -EINVAL);

		assert_int_equal(r->wrong.line, cases[i].line);
		if (strstr(r->wrong.what, cases[i].what) == NULL)
			fail_msg("case %zu: %s", i, r->wrong.what);
		assert_null(strstr(r->wrong.what, "secret"));
		free(r);
	}
}

static void there_is_an_end_to_values_and_to_variables(void **state)
{
	static char text[ENV_FILE_MAX];
	struct read *r;
	size_t len = 0;

	(void)state;
	memset(text, 'x', sizeof text);
	memcpy(text, "A=", 2);
	r = read_bytes(text, 2 + ENV_FILE_VALUE_MAX, 0);
	assert_int_equal(strlen(environment_get(&r->list, "A")), ENV_FILE_VALUE_MAX);
	free(r);
	r = read_bytes(text, 3 + ENV_FILE_VALUE_MAX, -EINVAL);
	assert_non_null(strstr(r->wrong.what, "64 KiB"));
	free(r);
	for (unsigned i = 0; i <= ENV_FILE_VARIABLES_MAX; i++)
		len += (size_t)snprintf(text + len, sizeof text - len, "V%u=%u\n", i, i);
	r = read_bytes(text, len, -EINVAL);
	assert_int_equal(r->wrong.line, ENV_FILE_VARIABLES_MAX + 1);
	assert_int_equal(r->list.count, ENV_FILE_VARIABLES_MAX);
	free(r);
}

/* Every file of the largest size fits, however it is divided into variables. */
static void what_a_file_may_hold_has_room(void **state)
{
	static char text[ENV_FILE_MAX];
	size_t len = 0;
	struct read *r;

	(void)state;
	for (unsigned i = 0; len + 64 < sizeof text && i < ENV_FILE_VARIABLES_MAX; i++) {
		len += (size_t)snprintf(text + len, sizeof text - len, "V%u=", i);
		memset(text + len, 'v', 240);
		len += 240;
		text[len++] = '\n';
	}
	r = read_bytes(text, len, 0);
	assert_int_equal(r->list.count, ENV_FILE_VARIABLES_MAX);
	free(r);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_value_is_the_rest_of_its_line),
		cmocka_unit_test(a_value_between_quotes_keeps_what_is_in_it),
		cmocka_unit_test(nothing_is_an_empty_list),
		cmocka_unit_test(a_mistake_is_told_by_its_line_and_never_by_its_value),
		cmocka_unit_test(there_is_an_end_to_values_and_to_variables),
		cmocka_unit_test(what_a_file_may_hold_has_room),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
