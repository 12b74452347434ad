#include "entry/personality.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void a_name_counts_and_not_its_folder(void **state)
{
	static const struct { const char *argv0, *name; } cases[] = {
		{ "tini", "tini" }, { "/sbin/tini", "tini" }, { "docker-init", "tini" }, { "/dev/docker-init", "tini" },
		{ "./dumb-init", "dumb-init" }, { "catatonit", "catatonit" }, { "reeve", "reeve" }, { "/tini/reeve", "reeve" },
		{ "", "reeve" }, { NULL, "reeve" }, { "tini/", "reeve" }, { "tini2", "reeve" }, { "-tini", "reeve" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct personality *p = personality_find(cases[i].argv0);

		assert_string_equal(p->names[0], cases[i].name);
		assert_int_equal(personality_is_reeve(p), strcmp(cases[i].name, "reeve") == 0);
	}
}

/* Every option that a table takes is one that its help shows. */
static void help_shows_every_option(void **state)
{
	static const char *const names[] = { "tini", "dumb-init", "catatonit", "reeve" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct personality *p = personality_find(names[i]);

		for (const struct option_row *o = p->options; o->letter != '\0' || o->name != NULL; o++) {
			char letter[] = { '-', o->letter, '\0' };

			assert_non_null(strstr(p->help, o->letter != '\0' ? letter : "--"));
			assert_true(o->name == NULL || strstr(p->help, o->name) != NULL);
			assert_non_null(o->set);
		}
		for (const struct personality_variable *v = p->variables; v != NULL && v->name != NULL; v++)
			assert_non_null(strstr(p->help, v->name));
	}
}

/* The engines read the version of their init out of its first line. */
static void a_version_reads_as_the_engines_expect(void **state)
{
	(void)state;
	assert_int_equal(strncmp(personality_find("docker-init")->version, "tini version ", 13), 0);
	assert_int_equal(strncmp(personality_find("catatonit")->version, "tini version ", 13), 0);
	assert_int_equal(strncmp(personality_find("dumb-init")->version, "dumb-init v", 11), 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_counts_and_not_its_folder),
		cmocka_unit_test(help_shows_every_option),
		cmocka_unit_test(a_version_reads_as_the_engines_expect),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
