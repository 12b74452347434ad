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
	struct lines how = {
		.format = LOG_PREFIX, .child = "a", .line_max = LIMIT, .is_last = is_last, .is_terminal = is_terminal };
	struct text out;

	text_init(&out, buf, max);
	return lines_add(&how, data, len, &out);
}

/* What becomes of these bytes, all that there are, in that format. */
static const char *formatted(enum log_format format, const char *data, size_t len)
{
	static char buf[1024];
	struct lines how = {
		.format = format, .child = "acme:\"mail\"", .label = "out", .time = "2026-11-21T13:45:25.123456Z",
		.line_max = LIMIT, .is_last = true };
	struct text out;

	text_init(&out, buf, sizeof buf);
	assert_int_equal(lines_add(&how, data, len, &out), len);
	return buf;
}

static void only_whole_lines_are_taken(void **state)
{
	static const struct { const char *data; bool is_last; size_t used; const char *out; } cases[] = {
		{ "", false, 0, "" },
		{ "", true, 0, "" },
		{ "one", false, 0, "" },
		{ "one", true, 3, "a + one\n" },
		{ "one\n", false, 4, "a | one\n" },
		{ "one\ntwo", false, 4, "a | one\n" },
		{ "one\ntwo", true, 7, "a | one\na + two\n" },
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
		{ "123456789\n", 10, "a + 12345678\na | 9\n" },
		{ "12345678", 0, "" },
		{ "123456789", 8, "a + 12345678\n" },
		{ "1234567890123456\n", 17, "a + 12345678\na | 90123456\n" },
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
	assert_string_equal(buf, "a + 1234567\na | \u00e4xyz\n");
	/* Bytes that are no characters are split where the limit falls. */
	assert_int_equal(prefixed("\x80\x80\x80\x80\x80\x80\x80\x80\x80\n", 10, false, false, buf, sizeof buf), 10);
	assert_string_equal(buf, "a + \x80\x80\x80\x80\x80\x80\x80\x80\na | \x80\n");
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

static void raw_adds_nothing_and_leaves_nothing_out(void **state)
{
	static const char data[] = "one\n\n\0two\xff and more than fits into a line";

	(void)state;
	assert_memory_equal(formatted(LOG_RAW, data, sizeof data - 1), data, sizeof data - 1);
}

static void a_timestamp_stands_before_the_prefix(void **state)
{
	(void)state;
	assert_string_equal(formatted(LOG_TIMESTAMP, "one\n2026-01-01 x\n", 17),
		"2026-11-21T13:45:25.123456Z acme:\"mail\" | one\n"
		"2026-11-21T13:45:25.123456Z acme:\"mail\" + 2026-01-\n"
		"2026-11-21T13:45:25.123456Z acme:\"mail\" | 01 x\n");
}

/* The head that formatted() gives to a line of JSON. */
#define JSON_HEAD "{\"time\":\"2026-11-21T13:45:25.123456Z\",\"child\":\"acme:\\\"mail\\\"\",\"stream\":\"out\","

static void json_has_an_object_a_line_that_says_what_it_did(void **state)
{
	static const struct { const char *data; size_t len; const char *out; } cases[] = {
		{ "\n", 1, "\"line\":\"\"}\n" },
		{ "one\n", 4, "\"line\":\"one\"}\n" },
		{ "one", 3, "\"line\":\"one\",\"partial\":true}\n" },
		{ "\"\\/\n", 4, "\"line\":\"\\\"\\\\/\"}\n" },
		{ "\0\t\r\x1b\x7f\n", 6, "\"line\":\"\\u0000\\u0009\\u000d\\u001b\\u007f\"}\n" },
		{ "\xc2\x9b\u2028\u2029\n", 9, "\"line\":\"\\u009b\\u2028\\u2029\"}\n" },
		{ "\u00e4\u20ac\n", 6, "\"line\":\"\u00e4\u20ac\"}\n" },
		{ "a\\\xff\n", 4, "\"line\":\"a\\\\\\\\\\\\xff\",\"escaped\":true}\n" },
		{ "\xc0\xaf\n", 3, "\"line\":\"\\\\xc0\\\\xaf\",\"escaped\":true}\n" },     /* overlong */
		{ "\xed\xa0\x80\n", 4, "\"line\":\"\\\\xed\\\\xa0\\\\x80\",\"escaped\":true}\n" }, /* surrogate */
		{ "\xe2\x82\n", 3, "\"line\":\"\\\\xe2\\\\x82\",\"escaped\":true}\n" },     /* cut short */
		{ "\xef\xbb\xbf" "b\n", 5, "\"line\":\"\xef\xbb\xbf" "b\"}\n" },              /* a byte order mark */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *got = formatted(LOG_JSON, cases[i].data, cases[i].len);

		assert_memory_equal(got, JSON_HEAD, sizeof JSON_HEAD - 1);
		assert_string_equal(got + sizeof JSON_HEAD - 1, cases[i].out);
	}
}

static void every_byte_is_right_wherever_it_stands(void **state)
{
	char data[17], want[128], line[64];
	struct text t;

	(void)state;
	for (unsigned c = 0; c < 0x80; c++) {
		for (size_t at = 0; at < 8; at++) {
			memset(data, 'x', sizeof data);
			data[at] = (char)c;
			data[8] = '\n';
			if (c == '\n')
				continue;
			text_init(&t, line, sizeof line);
			text_add_bytes(&t, data, at);
			if (c == '"' || c == '\\')
				text_addf(&t, "\\%c", (char)c);
			else if (c < 0x20 || c == 0x7f)
				text_addf(&t, "\\u%04x", c);
			else
				text_addf(&t, "%c", (char)c);
			text_add_bytes(&t, data + at + 1, 7 - at);
			text_init(&t, want, sizeof want);
			text_addf(&t, "\"line\":\"%s\"}\n", line);
			assert_string_equal(formatted(LOG_JSON, data, 9) + sizeof JSON_HEAD - 1, want);
		}
	}
}

static void what_is_lost_is_said_in_the_format_at_hand(void **state)
{
	static const char *const want[] = {
		[LOG_RAW] = "[reeve-log: 7 bytes lost here]\n",
		[LOG_PREFIX] = "a | [reeve-log: 7 bytes lost here]\n",
		[LOG_TIMESTAMP] = "T a | [reeve-log: 7 bytes lost here]\n",
		[LOG_JSON] = "{\"time\":\"T\",\"child\":\"a\",\"stream\":\"err\",\"lost\":7}\n",
	};
	char buf[256];
	struct text out;

	(void)state;
	for (enum log_format format = LOG_RAW; format <= LOG_JSON; format++) {
		text_init(&out, buf, sizeof buf);
		lines_add_lost(&(struct lines){ .format = format, .child = "a", .label = "err", .time = "T" }, 7, &out);
		assert_string_equal(buf, want[format]);
	}
}

static void a_line_that_does_not_fit_leaves_no_trace(void **state)
{
	char buf[sizeof JSON_HEAD + 16];
	struct lines how = {
		.format = LOG_JSON, .child = "acme:\"mail\"", .label = "out", .time = "2026-11-21T13:45:25.123456Z",
		.line_max = LIMIT };
	struct text out;

	(void)state;
	text_init(&out, buf, sizeof buf);
	assert_int_equal(lines_add(&how, "\x01\x02\x03\n", 4, &out), 0);
	assert_int_equal(out.len, 0);
	assert_false(out.full);
	assert_int_equal(lines_add(&how, "ok\n\xff\xff\n", 6, &out), 3);
	assert_string_equal(buf + sizeof JSON_HEAD - 1, "\"line\":\"ok\"}\n");
	assert_false(out.full);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_whole_lines_are_taken),
		cmocka_unit_test(a_line_is_split_only_beyond_its_limit),
		cmocka_unit_test(a_split_keeps_characters_whole),
		cmocka_unit_test(bytes_pass_unchanged_but_on_a_terminal),
		cmocka_unit_test(what_does_not_fit_waits),
		cmocka_unit_test(raw_adds_nothing_and_leaves_nothing_out),
		cmocka_unit_test(a_timestamp_stands_before_the_prefix),
		cmocka_unit_test(json_has_an_object_a_line_that_says_what_it_did),
		cmocka_unit_test(every_byte_is_right_wherever_it_stands),
		cmocka_unit_test(what_is_lost_is_said_in_the_format_at_hand),
		cmocka_unit_test(a_line_that_does_not_fit_leaves_no_trace),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
