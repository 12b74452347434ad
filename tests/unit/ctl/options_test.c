#include "ctl/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

#include <cmocka.h>

static int parse(struct ctl *c, const char **ret_command, const char *const *words)
{
	static char *argv[16]; /* getopt(3) reorders it, and c->words points into it */
	int argc = 0;

	argv[argc++] = (char *)(uintptr_t)"reevectl";
	for (; *words != NULL; words++)
		argv[argc++] = (char *)(uintptr_t)*words;
	argv[argc] = NULL;
	optind = 0; /* glibc: begin anew */
	return options_parse(c, argc, argv, ret_command);
}

static void options_may_stand_anywhere(void **state)
{
	const char *command;
	struct ctl c;

	(void)state;
	assert_int_equal(parse(&c, &command, (const char *const[]){ "tail", "acme:mail", "-f", "--json", "-n", "3",
	                 "-s", "/a/socket", NULL }), 0);
	assert_string_equal(command, "tail");
	assert_int_equal(c.words_n, 1);
	assert_string_equal(c.words[0], "acme:mail");
	assert_true(c.json);
	assert_int_equal(c.lines, 3);
	assert_int_equal(c.options, OPTION_FOLLOW | OPTION_LINES);
	assert_string_equal(c.socket, "/a/socket");
}

static void the_environment_names_the_socket_unless_the_command_line_does(void **state)
{
	const char *command;
	struct ctl c;

	(void)state;
	assert_int_equal(setenv("REEVE_SOCKET", "/from/environment", 1), 0);
	assert_int_equal(parse(&c, &command, (const char *const[]){ "status", NULL }), 0);
	assert_string_equal(c.socket, "/from/environment");
	assert_int_equal(parse(&c, &command, (const char *const[]){ "-s", "/given", "status", NULL }), 0);
	assert_string_equal(c.socket, "/given");
	assert_int_equal(setenv("REEVE_SOCKET", "", 1), 0); /* as good as none */
	assert_int_equal(parse(&c, &command, (const char *const[]){ "status", NULL }), 0);
	assert_null(c.socket);
	assert_int_equal(unsetenv("REEVE_SOCKET"), 0);
}

static void what_makes_no_sense_is_refused(void **state)
{
	static const char *const lines[][4] = {
		{ "tail", "-n", "-1", NULL }, { "tail", "-n", "ten", NULL }, { "tail", "-n", "1000000", NULL },
		{ "tail", "-n", NULL, NULL }, { "status", "--jsom", NULL, NULL }, { "status", "-x", NULL, NULL },
	};
	const char *command;
	struct ctl c;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		assert_int_equal(parse(&c, &command, lines[i]), -EINVAL);
}

static void no_command_is_no_command(void **state)
{
	const char *command = "x";
	struct ctl c;

	(void)state;
	assert_int_equal(parse(&c, &command, (const char *const[]){ "--help", NULL }), 0);
	assert_null(command);
	assert_true(c.help);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_may_stand_anywhere),
		cmocka_unit_test(the_environment_names_the_socket_unless_the_command_line_does),
		cmocka_unit_test(what_makes_no_sense_is_refused),
		cmocka_unit_test(no_command_is_no_command),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
