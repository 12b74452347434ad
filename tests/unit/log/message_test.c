#include "log/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"

static const char *message(bool is_local, const char *child, const char *line, size_t len, bool has_newline)
{
	static char buf[1024];
	struct message how = {
		.is_local = is_local, .priority = 30, .time = is_local ? "Nov 21 13:45:25" : "2026-11-21T13:45:25.123456Z",
		.host = "vm", .child = child, .label = "out" };
	struct text out;

	text_init(&out, buf, sizeof buf);
	message_add(&how, &(struct piece){ .at = line, .len = len, .has_newline = has_newline }, &out);
	assert_false(out.full);
	return buf;
}

#define HEAD "<30>1 2026-11-21T13:45:25.123456Z vm mail - acme [reeve@32473 child=\"acme:mail\" stream=\"out\""

static void a_line_is_what_rfc_5424_says(void **state)
{
	static const struct { const char *line; size_t len; bool has_newline; const char *want; } cases[] = {
		{ "hello", 5, true, HEAD "] hello" },
		{ "", 0, true, HEAD "] " },
		{ "hello", 5, false, HEAD " partial=\"yes\"] hello" },
		{ "a\tb \\ c", 7, true, HEAD "] a\tb \\ c" },
		{ "h\u00e4", 3, true, HEAD "] \xef\xbb\xbfh\u00e4" },
		{ "\x1b[1m\\", 5, true, HEAD " escaped=\"yes\"] \\x1b[1m\\\\" },
		{ "a\0b", 3, true, HEAD " escaped=\"yes\"] a\\x00b" },
		{ "\xff", 1, true, HEAD " escaped=\"yes\"] \\xff" },
		{ "\u20ac\xff", 4, true, HEAD " escaped=\"yes\"] \xef\xbb\xbf\u20ac\\xff" },
		{ "\xc2\x9b", 2, true, HEAD " escaped=\"yes\"] \\xc2\\x9b" },
		{ "\r", 1, false, HEAD " partial=\"yes\" escaped=\"yes\"] \\x0d" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(message(false, "acme:mail", cases[i].line, cases[i].len, cases[i].has_newline), cases[i].want);
}

static void a_daemon_of_this_machine_gets_what_syslog_3_says(void **state)
{
	(void)state;
	assert_string_equal(message(true, "acme:mail", "h\u00e4llo", 6, true), "<30>Nov 21 13:45:25 mail[acme]: h\u00e4llo");
	assert_string_equal(message(true, "mail", "\x1b", 1, true), "<30>Nov 21 13:45:25 mail[-]: \\x1b");
}

static void names_are_made_safe_and_short(void **state)
{
	char child[200];

	(void)state;
	assert_string_equal(message(true, "a b:c]d: e\x01\xff", "", 0, true), "<30>Nov 21 13:45:25 c_d__e__[a_b]: ");
	assert_string_equal(message(false, "a\"b:c\\d]", "", 0, true),
		"<30>1 2026-11-21T13:45:25.123456Z vm c\\d_ - a\"b [reeve@32473 child=\"a\\\"b:c\\\\d\\]\" stream=\"out\"] ");
	memset(child, 'w', 60);
	child[60] = ':';
	memset(child + 61, 's', 60);
	child[121] = '\0';
	assert_string_equal(message(true, child, "", 0, true), "<30>Nov 21 13:45:25 "
		"ssssssssssssssssssssssssssssssssssssssssssssssss[wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww]: ");
}

static void what_does_not_fit_says_so(void **state)
{
	char buf[64];
	struct message how = { .time = "T", .host = "vm", .child = "a:b", .label = "out" };
	struct text out;

	(void)state;
	text_init(&out, buf, sizeof buf);
	message_add(&how, &(struct piece){ .at = "a line that has no room there", .len = 29, .has_newline = true }, &out);
	assert_true(out.full);
}

static void errors_are_errors(void **state)
{
	(void)state;
	assert_int_equal(message_priority(3, "out"), 30);
	assert_int_equal(message_priority(3, "err"), 27);
	assert_int_equal(message_priority(23, "err"), 187);
	assert_int_equal(message_priority(0, "out"), 6);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_what_rfc_5424_says),
		cmocka_unit_test(a_daemon_of_this_machine_gets_what_syslog_3_says),
		cmocka_unit_test(names_are_made_safe_and_short),
		cmocka_unit_test(what_does_not_fit_says_so),
		cmocka_unit_test(errors_are_errors),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
