#include "launch/script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void lines_are_read_as_the_kernel_reads_them(void **state)
{
	static const struct { const char *text; int result; const char *interpreter, *argument; } cases[] = {
		{ "#!/bin/sh\n", 0, "/bin/sh", "" },
		{ "#!/bin/sh", 0, "/bin/sh", "" },
		{ "#! \t /bin/sh -e -u \t\nrest", 0, "/bin/sh", "-e -u" },
		{ "#!bin/relative\n", 0, "bin/relative", "" },
		{ "", -ENOEXEC, "", "" },
		{ "#", -ENOEXEC, "", "" },
		{ "echo\n", -ENOEXEC, "", "" },
		{ "#!", -ENODATA, "", "" },
		{ "#!\n/bin/sh\n", -ENODATA, "", "" },
		{ "#! \t\n", -ENODATA, "", "" },
		{ "#!/bin/sh\r\n", -EILSEQ, "", "" },
		{ "#!/bin/sh -e\r\n", -EILSEQ, "", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct script s = { "", "" };

		assert_int_equal(script_parse(cases[i].text, strlen(cases[i].text), &s), cases[i].result);
		assert_string_equal(s.interpreter, cases[i].interpreter);
		assert_string_equal(s.argument, cases[i].argument);
	}
}

static void a_name_that_the_kernel_would_cut_is_refused(void **state)
{
	char line[1024];
	struct script s;

	(void)state;
	memset(line, 'x', sizeof line);
	memcpy(line, "#!/", 3);
	assert_int_equal(script_parse(line, sizeof line, &s), -ENAMETOOLONG);
	line[254] = '\n';
	assert_int_equal(script_parse(line, sizeof line, &s), 0);
	assert_int_equal(strlen(s.interpreter), 252);
	line[254] = 'x';
	line[9] = ' '; /* a long argument may be cut, its interpreter not */
	assert_int_equal(script_parse(line, sizeof line, &s), 0);
	assert_string_equal(s.interpreter, "/xxxxxx");
}

static void bytes_of_any_kind_do_no_harm(void **state)
{
	char line[SCRIPT_LINE_MAX + 2];
	struct script s;

	(void)state;
	for (int c = 0; c < 256; c++)
		for (size_t len = 2; len <= sizeof line; len++) {
			char name[SCRIPT_LINE_MAX];

			memset(line, c, sizeof line);
			memcpy(line, "#!", 2);
			if (script_parse(line, len, &s) == 0)
				script_env_name(&s, name);
		}
	assert_int_equal(script_parse("#!\0/bin/sh\n", 11, &s), -ENODATA);
}

static void env_names_the_program_behind_options_and_assignments(void **state)
{
	static const struct { const char *interpreter, *argument, *name; } cases[] = {
		{ "/usr/bin/env", "python3", "python3" },
		{ "/usr/bin/env", "-S python3 -u", "python3" },
		{ "/usr/bin/env", "-Spython3 -u", "python3" },
		{ "/usr/bin/env", "-S A=1 B=2 node --flag", "node" },
		{ "/usr/bin/env", "-S -i perl", "perl" },
		{ "/usr/bin/env", "-S -u HOME perl", "" }, /* not guessed */
		{ "/usr/bin/env", "", "" },
		{ "/bin/sh", "python3", "" },
		{ "env", "x", "x" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char name[SCRIPT_LINE_MAX];
		struct script s;

		(void)snprintf(s.interpreter, sizeof s.interpreter, "%s", cases[i].interpreter);
		(void)snprintf(s.argument, sizeof s.argument, "%s", cases[i].argument);
		script_env_name(&s, name);
		assert_string_equal(name, cases[i].name);
	}
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_read_as_the_kernel_reads_them),
		cmocka_unit_test(a_name_that_the_kernel_would_cut_is_refused),
		cmocka_unit_test(bytes_of_any_kind_do_no_harm),
		cmocka_unit_test(env_names_the_program_behind_options_and_assignments),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
