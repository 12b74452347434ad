/* Quoting and expansion: from a value to words and variables. */
#include "conf_world.h"

#include <stdlib.h>

#include "base/own.h"
#include "base/text.h"

static struct conf *parse_setting(const char *key, const char *value)
{
	char text[1024];

	(void)snprintf(text, sizeof text, "[service:x]\n%s%s = %s\n", strcmp(key, "command") == 0 ? "" : "command = /bin/true\n",
	               key, value);
	return parse(text);
}

static void a_command_is_split_as_by_a_shell_without_one(void **state)
{
	static const struct { const char *value; const char *words[6]; } cases[] = {
		{ "/bin/x", { "/bin/x" } },
		{ "/bin/x a  b\tc", { "/bin/x", "a", "b", "c" } },
		{ "/bin/x 'a b' \"c d\" e\\ f", { "/bin/x", "a b", "c d", "e f" } },
		{ "/bin/x '' \"\" z", { "/bin/x", "", "", "z" } },
		{ "/bin/x a'b'\"c\"d", { "/bin/x", "abcd" } },
		{ "/bin/x 'a\\b' \"a\\b\" \"a\\\"b\" \"a\\\\b\"", { "/bin/x", "a\\b", "a\\b", "a\"b", "a\\b" } },
		{ "/bin/x ~ * $HOME `id` | > <", { "/bin/x", "~", "*", "$HOME", "`id`", "|" } },
		{ "/bin/x $(id) && y", { "/bin/x", "$(id)", "&&", "y" } },
		{ "/bin/x \"it's\" 'say \"hi\"'", { "/bin/x", "it's", "say \"hi\"" } },
		{ "/bin/x \"a\\\n  b\"", { "/bin/x", "ab" } },
		{ "x", { "x" } },
		{ "bin/x y", { "/etc/reeve/bin/x", "y" } },
		{ "./x", { "/etc/reeve/x" } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct conf *c = parse_setting("command", cases[i].value);

		assert_no_mistake(c);
		for (uint32_t j = 0; j < 6 && cases[i].words[j] != NULL; j++)
			assert_string_equal(texts_at(&c->children[0].argv, j), cases[i].words[j]);
		conf_unref(c);
	}
}

static void a_command_that_names_no_program_is_refused(void **state)
{
	static const char *const refused[] = { "", "''", "\"\" x", "/bin/x \"a", "/bin/x 'a", "/bin/x a\\", "\"" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct conf *c = parse_setting("command", refused[i]);

		assert_mistake(c, "E-CMD", 2);
		assert_int_equal(c->children_n, 0);
		conf_unref(c);
	}
}

static void a_command_is_required(void **state)
{
	struct conf *c = parse("[service:x]\nuser = nobody\n");

	(void)state;
	assert_mistake(c, "E-VALUE", 1);
	assert_int_equal(c->services_n, 0);
	conf_unref(c);
}

static void ten_thousand_words_are_ten_thousand_arguments(void **state)
{
	OWN(mem) char *buf = malloc(1 << 16);
	struct text t;
	struct conf *c;

	(void)state;
	text_init(&t, buf, 1 << 16);
	text_add(&t, "[service:x]\ncommand = /bin/x");
	for (int i = 0; i < 10000; i++)
		text_addf(&t, " %d", i);
	assert_false(t.full);
	c = parse(buf);
	assert_no_mistake(c);
	assert_int_equal(c->children[0].argv.count, 10001);
	assert_string_equal(texts_at(&c->children[0].argv, 10000), "9999");
	conf_unref(c);
}

static void variables_are_a_list_with_quotes(void **state)
{
	static const struct { const char *value; const char *pairs[4]; } cases[] = {
		{ "A=1", { "A=1" } }, { "A=1,B=2", { "A=1", "B=2" } }, { "A=1, B=\"2 3\" , C='x,y',", { "A=1", "B=2 3", "C=x,y" } },
		{ "A=a@b,B=$HOME,C=~", { "A=a@b", "B=$HOME", "C=~" } }, { "A=x#y", { "A=x#y" } }, { "A=,B=\"\"", { "A=", "B=" } },
		{ "A=b=c", { "A=b=c" } }, { "A=\"x\"y", { "A=xy" } }, { "A=http://h:1/?q=1", { "A=http://h:1/?q=1" } },
		{ "A=1,\n  B=2\n", { "A=1", "B=2" } }, { "", { NULL } }, { "_a1=%%", { "_a1=%" } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct conf *c = parse_setting("environment", cases[i].value);

		assert_no_mistake(c);
		for (uint32_t j = 0; j < 4 && cases[i].pairs[j] != NULL; j++)
			assert_string_equal(texts_at(&c->children[0].environment, j + 1), cases[i].pairs[j]);
		conf_unref(c);
	}
}

static void what_is_no_variable_is_refused(void **state)
{
	static const struct { const char *value, *code; } cases[] = {
		{ "A", "E-VALUE" }, { "=1", "E-VALUE" }, { "1A=1", "E-VALUE" }, { "A-B=1", "E-VALUE" }, { "A=1 B=2", "E-VALUE" },
		{ "A=\"x", "E-VALUE" }, { "A=1,,B=2", "E-VALUE" }, { "A=1,A=2", "E-DUP" }, { "A =1", "E-VALUE" },
		{ "A=%(ENV_NONE)s", "E-EXPAND" }, { "A=%", "E-EXPAND" }, { "A=1\n  B=2", "E-VALUE" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct conf *c = parse_setting("environment", cases[i].value);

		assert_mistake(c, cases[i].code, 3);
		conf_unref(c);
	}
}

static void a_variable_from_outside_stays_one_variable(void **state)
{
	/* Q is: a b,"c */
	struct conf *c = parse_setting("environment", "A=%(ENV_Q)s,B=2");

	(void)state;
	assert_no_mistake(c);
	assert_string_equal(texts_at(&c->children[0].environment, 1), "A=a b,\"c");
	assert_string_equal(texts_at(&c->children[0].environment, 2), "B=2");
	conf_unref(c);
}

static void the_child_chooses_what_names_stand_for(void **state)
{
	static const struct { const char *value, *path; } cases[] = {
		{ "%(here)s/x", "/etc/reeve/x" }, { "/%(ENV_X)s", "/ex" }, { "/%(program_name)s", "/x" },
		{ "/%(group_name)s", "/default" }, { "/%(process_num)d", "/0" }, { "/%(process_num)02d", "/00" },
		{ "/%(process_num)s", "/0" }, { "%(state_dir)s", REEVE_STATE_ROOT "/state/default/x" }, { "/100%%", "/100%" },
		{ "/%%(here)s", "/%(here)s" }, { "%(ENV_HOME)s", "/root" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct conf *c = parse_setting("directory", cases[i].value);

		assert_no_mistake(c);
		assert_string_equal(c->children[0].context.directory, cases[i].path);
		conf_unref(c);
	}
}

static void a_percent_sign_that_means_nothing_is_refused_with_its_column(void **state)
{
	static const struct { const char *value, *column; } cases[] = {
		{ "%", "column 1" }, { "/ab%", "column 4" }, { "/%d", "column 2" }, { "/%(", "column 2" }, { "/%()s", "column 2" },
		{ "/%(here)", "column 2" }, { "/%(here)d", "column 2" }, { "/%(here)5s", "column 2" }, { "/%(nope)s", "column 2" },
		{ "/%(ENV_)s", "column 2" }, { "/%(ENV_NOPE)s", "column 2" }, { "/%(process_num)9999999999d", "column 2" },
		{ "/%(process_num)x", "column 2" }, { "/%%%", "column 4" }, { "/%(%(here)s)s", "column 2" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct conf *c = parse_setting("directory", cases[i].value);

		assert_mistake(c, "E-EXPAND", 3);
		assert_non_null(strstr(c->errors[0].text, cases[i].column));
		assert_null(strstr(c->errors[0].text, "HOME")); /* no list of what the environment has */
		conf_unref(c);
	}
}

static void what_was_put_in_is_not_expanded_again(void **state)
{
	static char variable[] = "LOOP=%(ENV_LOOP)s%(here)s";
	char *const environment[] = { variable, NULL };
	static const char text[] = "[service:x]\ncommand = /bin/x %(ENV_LOOP)s\n";
	struct conf *c;

	(void)state;
	assert_int_equal(conf_parse(text, strlen(text), FILE_NAME, environment, &c), 0);
	assert_no_mistake(c);
	assert_string_equal(texts_at(&c->children[0].argv, 1), "%(ENV_LOOP)s%(here)s");
	conf_unref(c);
}

static void expansion_is_bounded(void **state)
{
	OWN(mem) char *big = malloc(40008), *text = malloc(1 << 16);
	char *environment[] = { big, NULL };
	struct text t;
	struct conf *c;

	(void)state;
	(void)snprintf(big, 40008, "BIG=%040000d", 1);
	text_init(&t, text, 1 << 16);
	text_add(&t, "[service:x]\ncommand = /bin/x %(ENV_BIG)s\n");
	assert_int_equal(conf_parse(text, t.len, FILE_NAME, environment, &c), 0);
	assert_no_mistake(c);
	assert_int_equal(strlen(texts_at(&c->children[0].argv, 1)), 40000);
	conf_unref(c);
	t.len--;
	for (int i = 0; i < 2000; i++)
		text_add(&t, " %(ENV_BIG)s");
	assert_false(t.full);
	assert_int_equal(conf_parse(text, t.len, FILE_NAME, environment, &c), 0);
	assert_mistake(c, "E-EXPAND", 2);
	conf_unref(c);
	text_init(&t, text, 1 << 16);
	text_add(&t, "[service:x]\ncommand = /bin/x\nenvironment = A=%(ENV_BIG)s%(ENV_BIG)s\n");
	assert_int_equal(conf_parse(text, t.len, FILE_NAME, environment, &c), 0);
	assert_mistake(c, "E-EXPAND", 3);
	conf_unref(c);
}

static void processes_are_numbered_in_two_digits(void **state)
{
	struct conf *c = parse("[service:web]\ncommand = /bin/x --port 80%(process_num)02d\nnumprocs = 3\nnumprocs_start = 9\n");

	(void)state;
	assert_no_mistake(c);
	assert_int_equal(c->children_n, 3);
	assert_string_equal(c->children[0].name, "default:web-09");
	assert_string_equal(c->children[2].name, "default:web-11");
	assert_string_equal(texts_at(&c->children[0].argv, 2), "8009");
	assert_string_equal(texts_at(&c->children[2].argv, 2), "8011");
	assert_string_equal(c->children[1].state_dir, REEVE_STATE_ROOT "/state/default/web-10");
	conf_unref(c);
	c = parse("[service:web]\ncommand = /bin/x\nnumprocs = 0\n");
	assert_no_mistake(c);
	assert_int_equal(c->children_n, 0);
	assert_int_equal(c->services_n, 1);
	conf_unref(c);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_command_is_split_as_by_a_shell_without_one),
		cmocka_unit_test(a_command_that_names_no_program_is_refused),
		cmocka_unit_test(a_command_is_required),
		cmocka_unit_test(ten_thousand_words_are_ten_thousand_arguments),
		cmocka_unit_test(variables_are_a_list_with_quotes),
		cmocka_unit_test(what_is_no_variable_is_refused),
		cmocka_unit_test(a_variable_from_outside_stays_one_variable),
		cmocka_unit_test(the_child_chooses_what_names_stand_for),
		cmocka_unit_test(a_percent_sign_that_means_nothing_is_refused_with_its_column),
		cmocka_unit_test(what_was_put_in_is_not_expanded_again),
		cmocka_unit_test(expansion_is_bounded),
		cmocka_unit_test(processes_are_numbered_in_two_digits),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
