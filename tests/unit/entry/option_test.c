#include "entry/option.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <signal.h>
#include <string.h>

#include <cmocka.h>

#include "entry/personality.h"
#include "entry/plan.h"

enum { ARGUMENTS_MAX = 16, WORDS_MAX = 256 };

/* A command line that may be written to, out of words between blanks. */
struct line {
	char  words[WORDS_MAX];
	char *argv[ARGUMENTS_MAX];
};

static int read_line(struct line *l, const char *name, const char *words, struct plan *plan, struct option_wrong *wrong)
{
	const struct personality *p = personality_find(name);
	size_t n = 0;
	char *at = l->words, *word;

	assert_true(strlen(words) < sizeof l->words);
	memcpy(l->words, words, strlen(words) + 1);
	while ((word = strsep(&at, " ")) != NULL) {
		assert_true(n < ARGUMENTS_MAX - 1);
		l->argv[n++] = word;
	}
	l->argv[n] = NULL;
	plan_init(plan, &p->defaults);
	return option_read(p->options, p->mixed, l->argv, plan, wrong);
}

/* The command that is left, its words between blanks. */
static void check_command(const struct plan *plan, const char *want)
{
	char got[WORDS_MAX] = "";

	for (char **word = plan->command; *word != NULL; word++) {
		assert_true(strlen(got) + strlen(*word) + 2 < sizeof got);
		memcpy(got + strlen(got), word == plan->command ? "" : " ", word == plan->command ? 1 : 2);
		memcpy(got + strlen(got), *word, strlen(*word) + 1);
	}
	assert_string_equal(got, want);
}

static void the_command_is_what_is_left(void **state)
{
	static const struct { const char *name, *words, *command; int dashes; } cases[] = {
		{ "reeve", "reeve -- a b", "a b", 1 },
		{ "reeve", "reeve --grace=1s -- a -- b", "a -- b", 1 },
		{ "reeve", "reeve --grace 1s -- -x --grace=2", "-x --grace=2", 1 },
		{ "reeve", "reeve --grace=1 a", "a", 0 },
		{ "reeve", "reeve --", "", 1 },
		{ "tini", "tini -s -g a -- -v b", "a -v b", 1 },
		{ "tini", "tini a b -s c", "a b c", 0 },
		{ "tini", "tini -vvge5 -- a", "a", 1 },
		{ "tini", "tini -- -- a", "-- a", 1 },
		{ "tini", "tini a - b", "a - b", 0 },
		{ "dumb-init", "dumb-init -c a -v --rewrite 1:2", "a -v --rewrite 1:2", 0 },
		{ "dumb-init", "dumb-init -cv -r15:3 --rewrite=1:2 -- a", "a", 1 },
		{ "catatonit", "catatonit a -g", "a", 0 },
		{ "catatonit", "catatonit -P", "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct option_wrong wrong;
		struct plan plan;
		struct line line;

		assert_int_equal(read_line(&line, cases[i].name, cases[i].words, &plan, &wrong), cases[i].dashes);
		check_command(&plan, cases[i].command);
		assert_true(plan.command > line.argv && plan.command < line.argv + ARGUMENTS_MAX);
	}
}

static void what_makes_no_sense_is_refused_and_named(void **state)
{
	static const struct { const char *name, *words, *what, *which; } cases[] = {
		{ "reeve", "reeve --grace", "a value is missing after ", "--grace" },
		{ "reeve", "reeve --grace=soon -- a", "this is no value for the option: ", "soon" },
		{ "reeve", "reeve --grace= -- a", "this is no value for the option: ", "" },
		{ "reeve", "reeve --grace=1 -v -- a", "unknown option in ", "-v" },
		{ "tini", "tini -e", "a value is missing after ", "-e" },
		{ "tini", "tini -ve256 a", "this is no value for the option: ", "256" },
		{ "tini", "tini -p NOSUCH a", "this is no value for the option: ", "NOSUCH" },
		{ "tini", "tini -p", "a value is missing after ", "-p" },
		{ "tini", "tini -sX a", "unknown option in ", "-sX" },
		{ "tini", "tini a -c", "unknown option in ", "-c" },
		{ "tini", "tini --bogus", "unknown option ", "--bogus" },
		{ "tini", "tini --version=1", "no value is expected in ", "--version=1" },
		{ "dumb-init", "dumb-init --ver a", "unknown option ", "--ver" },
		{ "dumb-init", "dumb-init --=x a", "unknown option ", "--=x" },
		{ "dumb-init", "dumb-init -r 15 a", "this is no value for the option: ", "15" },
		{ "catatonit", "catatonit a -x", "unknown option in ", "-x" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct option_wrong wrong = { 0 };
		struct plan plan;
		struct line line;

		assert_int_equal(read_line(&line, cases[i].name, cases[i].words, &plan, &wrong), -EINVAL);
		assert_string_equal(wrong.what, cases[i].what);
		assert_string_equal(wrong.which, cases[i].which);
	}
}

static void a_long_name_may_be_shortened_while_it_is_clear(void **state)
{
	struct option_wrong wrong;
	struct plan plan;
	struct line line;

	(void)state;
	assert_int_equal(read_line(&line, "dumb-init", "dumb-init --single --rew 15:3 a", &plan, &wrong), 0);
	assert_int_equal(plan.group, PLAN_OURS);
	assert_int_equal(plan.rewrite[SIGTERM], SIGQUIT);
	assert_int_equal(read_line(&line, "dumb-init", "dumb-init --vers", &plan, &wrong), 0);
	assert_int_equal(plan.task, PLAN_VERSION);
}

static void options_say_what_they_mean(void **state)
{
	struct option_wrong wrong;
	struct plan plan;
	struct line line;

	(void)state;
	assert_int_equal(read_line(&line, "tini", "tini -s -g -w -vv -p SIGUSR1 -e 0 -e 255 -- a", &plan, &wrong), 1);
	assert_true(plan.subreaper && plan.to_group && plan.tells_reaped);
	assert_int_equal(plan.talk, TALK_EVERYTHING);
	assert_int_equal(plan.death_signal, SIGUSR1);
	assert_true(plan.as_zero[0] && plan.as_zero[255] && !plan.as_zero[1]);

	assert_int_equal(read_line(&line, "reeve", "reeve --grace=250ms -- a", &plan, &wrong), 1);
	assert_int_equal(plan.grace_ms, 250);

	assert_int_equal(read_line(&line, "catatonit", "catatonit -P -V", &plan, &wrong), 0);
	assert_int_equal(plan.task, PLAN_VERSION);
	assert_int_equal(read_line(&line, "catatonit", "catatonit -V -P", &plan, &wrong), 0);
	assert_int_equal(plan.task, PLAN_VERSION);
}

static void behind_one_that_asks_for_words_nothing_is_read(void **state)
{
	struct option_wrong wrong;
	struct plan plan;
	struct line line;

	(void)state;
	assert_int_equal(read_line(&line, "tini", "tini -lh -x", &plan, &wrong), 0);
	assert_int_equal(plan.task, PLAN_LICENSE);
	assert_int_equal(read_line(&line, "dumb-init", "dumb-init --help --bogus", &plan, &wrong), 0);
	assert_int_equal(plan.task, PLAN_HELP);
	assert_int_equal(read_line(&line, "tini", "tini -x -h", &plan, &wrong), -EINVAL);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_command_is_what_is_left),
		cmocka_unit_test(what_makes_no_sense_is_refused_and_named),
		cmocka_unit_test(a_long_name_may_be_shortened_while_it_is_clear),
		cmocka_unit_test(options_say_what_they_mean),
		cmocka_unit_test(behind_one_that_asks_for_words_nothing_is_read),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
