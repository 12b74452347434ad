#include "conf_world.h"

#include <stdlib.h>

#include "base/own.h"
#include "base/text.h"

/* A section that is well but for the bytes in it. */
static struct conf *parse_command(const char *before, const char *bytes, size_t len)
{
	char buf[512];
	struct text t;

	text_init(&t, buf, sizeof buf);
	text_add(&t, "[service:x]\ncommand = /bin/true ");
	text_add(&t, before);
	text_add_bytes(&t, bytes, len);
	text_add(&t, "\n");
	assert_false(t.full);
	return parse_bytes(buf, t.len);
}

/* "[service:x]", then a setting whose value is value_len times 'v', then tail. */
static struct conf *parse_long(const char *key, size_t value_len, const char *tail)
{
	size_t room = value_len + strlen(key) + strlen(tail) + 64;
	OWN(mem) char *buf = malloc(room);
	int head;

	assert_non_null(buf);
	head = snprintf(buf, room, "[service:x]\n%s", key);
	memset(buf + head, 'v', value_len);
	memcpy(buf + (size_t)head + value_len, tail, strlen(tail) + 1);
	return parse(buf);
}

static void lines_of_every_length_stay_one_line(void **state)
{
	static const size_t lengths[] = { 100, 180, 190, 191, 198, 199, 200, 201, 399, 400, 1000, 5000, 65000 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		struct conf *c = parse_long("command = /bin/", lengths[i], "user=root\n");
		const struct child_conf *child = conf_child(c, "default:x");

		assert_no_mistake(c);
		assert_non_null(child);
		assert_int_equal(strlen(texts_at(&child->argv, 0)), 5 + lengths[i] + strlen("user=root"));
		assert_string_equal(child->context.user, "");
		conf_unref(c);
	}
}

static void a_value_has_64_kib_and_not_a_byte_more(void **state)
{
	struct conf *c = parse_long("command = ", CONF_VALUE_MAX, "\n");

	(void)state;
	assert_no_mistake(c);
	assert_int_equal(c->children_n, 1);
	conf_unref(c);
	c = parse_long("command = ", CONF_VALUE_MAX + 1, "\n");
	assert_mistake(c, "E-LINE", 2);
	assert_int_equal(c->children_n, 0);
	conf_unref(c);
}

static void a_line_of_a_megabyte_is_refused_whole(void **state)
{
	struct conf *c = parse_long("command = /bin/true\ngroup = ", 1000000, "user=root\nnonsense = 1\n");

	(void)state;
	assert_int_equal(c->errors_n, 2);
	assert_string_equal(c->errors[0].code, "E-LINE");
	assert_int_equal(c->errors[0].line, 3);
	assert_string_equal(c->errors[1].code, "E-KEY"); /* the lines after it count on */
	assert_int_equal(c->errors[1].line, 4);
	conf_unref(c);
}

static void a_long_value_may_come_in_many_lines_but_not_in_too_many(void **state)
{
	OWN(mem) char *text = malloc(400000);
	struct text t;
	struct conf *c;

	(void)state;
	text_init(&t, text, 400000);
	text_add(&t, "[service:x]\ncommand = /bin/true\n");
	for (int i = 0; i < 1000; i++)
		text_addf(&t, "\tword-%04d\n", i);
	c = parse(text);
	assert_no_mistake(c);
	assert_int_equal(conf_child(c, "default:x")->argv.count, 1001);
	conf_unref(c);
	for (int i = 0; i < 10000; i++)
		text_addf(&t, "\tword-%04d\n", i);
	c = parse(text);
	assert_mistake(c, "E-LINE", 2);
	conf_unref(c);
}

static void a_long_comment_is_a_comment(void **state)
{
	struct conf *c = parse_long("command = /bin/true\n; ", 250, " user=root\n# user = root\n");

	(void)state;
	assert_no_mistake(c);
	assert_string_equal(conf_child(c, "default:x")->context.user, "");
	conf_unref(c);
}

static void bytes_that_deceive_are_refused_with_their_place(void **state)
{
	static const struct { const char *bytes; size_t len; } cases[] = {
		{ "\0", 1 }, { "\0user=root", 10 }, { "\r", 1 }, { "a\rb", 3 }, { "\f", 1 }, { "\v", 1 }, { "\x1b[2J", 4 },
		{ "\x7f", 1 }, { "\x80", 1 }, { "\xff", 1 }, { "\xc3", 1 }, { "\xc3(", 2 },
		{ "\xc0\xaf", 2 }, { "\xe0\x80\xaf", 3 }, { "\xf0\x80\x80\xaf", 4 },     /* overlong */
		{ "\xed\xa0\x80", 3 }, { "\xf4\x90\x80\x80", 4 },                         /* surrogate, too high */
		{ "\xc2\x9b" "31m", 5 },                                                    /* C1 */
		{ "\u202e", 3 }, { "\u2066", 3 }, { "\u200b", 3 }, { "\u2028", 3 }, { "\ufeff", 3 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		/* A carriage return right before the newline is a line's end: keep it off. */
		const char *after = cases[i].bytes[0] == '\r' && cases[i].len == 1 ? "\rx" : cases[i].bytes;
		struct conf *c = parse_command("", after, after == cases[i].bytes ? cases[i].len : 2);

		assert_mistake(c, "E-BYTE", 2);
		assert_int_equal(c->children_n, 0);
		assert_true(text_is_utf8(c->errors[0].text, strlen(c->errors[0].text)));
		for (const char *p = c->errors[0].text; *p != '\0'; p++)
			assert_true((unsigned char)*p >= 0x20 && *p != 0x7f);
		conf_unref(c);
	}
}

static void letters_of_other_scripts_may_stand_in_values(void **state)
{
	struct conf *c = parse_command("", "gr\xc3\xbc\xc3\x9f dich \xe4\xb8\x96", 15);

	(void)state;
	assert_no_mistake(c);
	assert_string_equal(texts_at(&c->children[0].argv, 3), "\xe4\xb8\x96");
	conf_unref(c);
}

static void carriage_returns_end_lines_and_a_mark_begins_the_file(void **state)
{
	struct conf *c = parse("\xef\xbb\xbf[service:x]\r\ncommand = /bin/true\r\n\r\nuser = nobody\r\n");

	(void)state;
	assert_no_mistake(c);
	assert_string_equal(c->children[0].context.user, "nobody");
	conf_unref(c);
}

static void a_file_may_be_empty_or_end_without_newline(void **state)
{
	static const char *const empty[] = { "", "\n", "\n\n  \n", "; nothing", "\xef\xbb\xbf" };
	struct conf *c;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(empty); i++) {
		c = parse(empty[i]);
		assert_no_mistake(c);
		assert_int_equal(c->children_n, 0);
		conf_unref(c);
	}
	c = parse("[service:x]\ncommand = /bin/true");
	assert_no_mistake(c);
	assert_int_equal(c->children_n, 1);
	conf_unref(c);
}

static void headers_are_refused_for_what_is_wrong_with_them(void **state)
{
	static const struct { const char *text, *code; } cases[] = {
		{ "[service:x\n", "E-SYNTAX" }, { "[\n", "E-SYNTAX" }, { "[service:x] command = /bin/true\n", "E-SYNTAX" },
		{ "[service:x]]\n", "E-SYNTAX" }, { "[]\n", "E-SECT" }, { "[service]\n", "E-SECT" }, { "[service:]\n", "E-SECT" },
		{ "[reeve:x]\n", "E-SECT" }, { "[reeve:]\n", "E-SECT" }, { "[ service:x ]\n", "E-SECT" },
		{ "[Service:x]\n", "E-SECT" }, { "[nonsense]\n", "E-SECT" }, { "[program:x]\n", "E-SECT" },
		{ "[service:../x]\n", "E-SECT" }, { "[service:a b]\n", "E-SECT" }, { "[service:a/b]\n", "E-SECT" },
		{ "[service:-x]\n", "E-SECT" }, { "[service:x:y]\n", "E-SECT" }, { "[bundle:a//b]\n", "E-SECT" },
		{ "[bundle:a/../b]\n", "E-SECT" }, { "[bundle:/a]\n", "E-SECT" },
		{ "[service:\xd0\xb0pp]\n", "E-BYTE" },  /* a Cyrillic a */
		{ "[\xd1\x95" "ervice:x]\n", "E-BYTE" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char text[256];
		struct conf *c;

		(void)snprintf(text, sizeof text, "%scommand = /bin/true\nuser = root\n", cases[i].text);
		c = parse(text);
		assert_mistake(c, cases[i].code, 1); /* and nothing about the settings, which are nobody's */
		assert_int_equal(c->children_n, 0);
		conf_unref(c);
	}
}

static void long_section_names_stay_apart(void **state)
{
	char text[512], long_name[301], c49[50], c50[51];
	struct conf *c;

	(void)state;
	memset(c49, 'a', 49);
	memset(c50, 'a', 50);
	memset(long_name, 'a', 300);
	c49[49] = c50[50] = long_name[300] = '\0';
	(void)snprintf(text, sizeof text, "[service:%s]\ncommand = /bin/one\n[service:%s]\ncommand = /bin/two\n", c49, c50);
	c = parse(text);
	assert_no_mistake(c);
	assert_int_equal(c->children_n, 2);
	assert_string_equal(texts_at(&c->children[0].argv, 0), "/bin/one");
	assert_string_equal(texts_at(&c->children[1].argv, 0), "/bin/two");
	conf_unref(c);
	(void)snprintf(text, sizeof text, "[service:%s]\ncommand = /bin/one\n", long_name);
	c = parse(text);
	assert_mistake(c, "E-SECT", 1);
	conf_unref(c);
}

static void what_stands_twice_is_told(void **state)
{
	struct conf *c = parse("[service:x]\ncommand = /bin/one\nuser = nobody\nuser = root\n");

	(void)state;
	assert_mistake(c, "E-DUP", 4);
	assert_int_equal(c->children_n, 0);
	conf_unref(c);
	c = parse("[service:x]\ncommand = /bin/one\n[service:x]\ncommand = /bin/two\n");
	assert_mistake(c, "E-DUP", 3);
	assert_int_equal(c->children_n, 1);
	assert_string_equal(texts_at(&c->children[0].argv, 0), "/bin/one");
	conf_unref(c);
	c = parse("[reeve]\nloglevel = warn\n[reeve]\nloglevel = error\n");
	assert_mistake(c, "E-DUP", 3);
	assert_string_equal(c->org.loglevel, "warn");
	conf_unref(c);
	c = parse("[service:x]\ncommand = /bin/one\nnumprocs = 2\n[service:x-01]\ncommand = /bin/two\n");
	assert_mistake(c, "E-DUP", 4);
	assert_int_equal(c->children_n, 2);
	assert_string_equal(texts_at(&conf_child(c, "default:x-01")->argv, 0), "/bin/one");
	conf_unref(c);
}

static void lines_that_are_no_settings_are_told(void **state)
{
	static const struct { const char *text, *code; uint32_t line; } cases[] = {
		{ "user = root\n", "E-SYNTAX", 1 },
		{ "\n\nuser = root\n[reeve]\n", "E-SYNTAX", 3 },
		{ "[reeve]\nloglevel\n", "E-SYNTAX", 2 },
		{ "[reeve]\n= info\n", "E-SYNTAX", 2 },
		{ "[reeve]\n: info\n", "E-SYNTAX", 2 },
		{ "[reeve]\n  loglevel = info\n", "E-SYNTAX", 2 },
		{ "[reeve]\nloglevel ; = info\n", "E-SYNTAX", 2 },
		{ "[reeve]\nLoglevel = info\n", "E-KEY", 2 },
		{ "[reeve]\nlog level = info\n", "E-KEY", 2 },
		{ "[reeve]\nl\xc3\xb6glevel = info\n", "E-BYTE", 2 },
		{ "[reeve]\nloglevl = info\n", "E-KEY", 2 },
		{ "[reeve]\nloglevel = info\n   minfds = 10\n", "E-SYNTAX", 2 },
		{ "[reeve]\nloglevel = info\n   [workspace:x]\n", "E-SYNTAX", 3 },
		{ "[service:x]\ncommand = /bin/x\n  user = root\n", "E-SYNTAX", 2 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct conf *c = parse(cases[i].text);

		assert_mistake(c, cases[i].code, cases[i].line);
		conf_unref(c);
	}
}

static void an_unknown_key_is_told_with_the_nearest(void **state)
{
	struct conf *c = parse("[service:x]\ncommand = /bin/true\nautorestrat = never\n");

	(void)state;
	assert_mistake(c, "E-KEY", 3);
	assert_non_null(strstr(c->errors[0].text, "did you mean autorestart?"));
	conf_unref(c);
}

static void keys_longer_than_any_library_buffer_are_refused(void **state)
{
	static const size_t lengths[] = { 49, 50, 51, 64, 65, 190, 199, 300, 5000 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		char text[6000] = "[service:x]\ncommand = /bin/true\n";
		size_t at = strlen(text);
		struct conf *c;

		memset(text + at, 'k', lengths[i]);
		memcpy(text + at + lengths[i], " = 1\n", 6);
		c = parse(text);
		assert_int_equal(c->errors_n, 1);
		assert_int_equal(c->errors[0].line, 3);
		assert_true(strcmp(c->errors[0].code, "E-KEY") == 0 || strcmp(c->errors[0].code, "E-SYNTAX") == 0);
		conf_unref(c);
	}
}

static void comments_end_a_value_outside_quotes_only(void **state)
{
	static const struct { const char *command; uint32_t count; const char *last; } cases[] = {
		{ "/bin/x a ; b", 2, "a" }, { "/bin/x a # b", 2, "a" }, { "/bin/x a;b", 2, "a;b" }, { "/bin/x a#b", 2, "a#b" },
		{ "/bin/x \"a ; b\"", 2, "a ; b" }, { "/bin/x 'a # b' ; c", 2, "a # b" }, { "/bin/x 'a' ; it's", 2, "a" },
		{ "/bin/x \"a \\\" ; b\"", 2, "a \" ; b" }, { "/bin/x a\t;b", 2, "a" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char text[128];
		struct conf *c;

		(void)snprintf(text, sizeof text, "[service:x]\ncommand = %s\n", cases[i].command);
		c = parse(text);
		assert_no_mistake(c);
		assert_int_equal(c->children[0].argv.count, cases[i].count);
		assert_string_equal(texts_at(&c->children[0].argv, cases[i].count - 1), cases[i].last);
		conf_unref(c);
	}
}

static void an_indented_line_goes_on_with_the_value(void **state)
{
	struct conf *c = parse("[service:x]\n"
	                       "command: /bin/sh -c\n"
	                       "   ; left out\n"
	                       "\n"
	                       "\t'[ -f x ] && y'  # why\n"
	                       "environment =\n"
	                       "  A=1,\n"
	                       "  B=2,\n"
	                       "user = nobody\n");

	(void)state;
	assert_no_mistake(c);
	assert_int_equal(c->children[0].argv.count, 3);
	assert_string_equal(texts_at(&c->children[0].argv, 2), "[ -f x ] && y");
	assert_string_equal(texts_at(&c->children[0].environment, 2), "B=2");
	assert_string_equal(c->children[0].context.user, "nobody");
	conf_unref(c);
}

static void mistakes_beyond_the_limit_are_told_as_one(void **state)
{
	OWN(mem) char *text = malloc(100000);
	struct text t;
	struct conf *c;

	(void)state;
	text_init(&t, text, 100000);
	text_add(&t, "[reeve]\n");
	for (int i = 0; i < CONF_ERRORS_MAX + 100; i++)
		text_addf(&t, "nonsense%d = 1\n", i);
	c = parse(text);
	assert_int_equal(c->errors_n, CONF_ERRORS_MAX);
	assert_string_equal(c->errors[CONF_ERRORS_MAX - 1].code, "E-LIMIT");
	conf_unref(c);
}

static void mistakes_come_in_the_order_of_their_lines_and_name_their_place(void **state)
{
	struct conf *c = parse("[service:a]\nbundle = none\ncommand = /x\n[bundle:b]\nchannel = -\n");
	char line[256];

	(void)state;
	assert_int_equal(c->errors_n, 2);
	for (size_t i = 1; i < c->errors_n; i++)
		assert_true(c->errors[i - 1].line <= c->errors[i].line);
	conf_error_format(&c->errors[0], line, sizeof line);
	assert_string_equal(line, FILE_NAME ":2: [service:a] E-REF: there is no [bundle:none]: add it");
	conf_unref(c);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_of_every_length_stay_one_line),
		cmocka_unit_test(a_value_has_64_kib_and_not_a_byte_more),
		cmocka_unit_test(a_line_of_a_megabyte_is_refused_whole),
		cmocka_unit_test(a_long_value_may_come_in_many_lines_but_not_in_too_many),
		cmocka_unit_test(a_long_comment_is_a_comment),
		cmocka_unit_test(bytes_that_deceive_are_refused_with_their_place),
		cmocka_unit_test(letters_of_other_scripts_may_stand_in_values),
		cmocka_unit_test(carriage_returns_end_lines_and_a_mark_begins_the_file),
		cmocka_unit_test(a_file_may_be_empty_or_end_without_newline),
		cmocka_unit_test(headers_are_refused_for_what_is_wrong_with_them),
		cmocka_unit_test(long_section_names_stay_apart),
		cmocka_unit_test(what_stands_twice_is_told),
		cmocka_unit_test(lines_that_are_no_settings_are_told),
		cmocka_unit_test(an_unknown_key_is_told_with_the_nearest),
		cmocka_unit_test(keys_longer_than_any_library_buffer_are_refused),
		cmocka_unit_test(comments_end_a_value_outside_quotes_only),
		cmocka_unit_test(an_indented_line_goes_on_with_the_value),
		cmocka_unit_test(mistakes_beyond_the_limit_are_told_as_one),
		cmocka_unit_test(mistakes_come_in_the_order_of_their_lines_and_name_their_place),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
