#include "entry/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <signal.h>

#include <cmocka.h>

static void a_rewrite_is_two_numbers(void **state)
{
	static const struct { const char *pair; int from, to; } good[] = {
		{ "15:3", 15, 3 }, { "1:0", 1, 0 }, { "31:31", 31, 31 },
	};
	static const char *const bad[] = {
		"", ":", "15", "15:", ":3", "0:1", "32:1", "1:32", "1:-1", "-1:1", "1:2x", "x:2", " 1:2", "1: 2", "1:2:3",
		"TERM:QUIT", "01:2", "1:02", "99999999999999999999:1", "1:99999999999999999999", "\xd9\xa1:2",
	};
	struct plan plan;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		plan_init(&plan, &(struct plan){ .group = PLAN_GROUP });
		assert_int_equal(plan_add_rewrite(&plan, good[i].pair), 0);
		plan_settle(&plan);
		for (int signo = 1; signo < SOLO_SIGNALS; signo++)
			assert_int_equal(plan.rewrite[signo], signo == good[i].from ? good[i].to : signo);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		plan_init(&plan, &(struct plan){ .group = PLAN_GROUP });
		assert_int_equal(plan_add_rewrite(&plan, bad[i]), -EINVAL);
		for (int signo = 1; signo < SOLO_SIGNALS; signo++)
			assert_int_equal(plan.rewrite[signo], PLAN_AS_IT_IS);
	}
}

static void of_two_rewrites_the_last_counts(void **state)
{
	struct plan plan;

	(void)state;
	plan_init(&plan, &(struct plan){ .group = PLAN_GROUP });
	assert_int_equal(plan_add_rewrite(&plan, "15:3"), 0);
	assert_int_equal(plan_add_rewrite(&plan, "15:2"), 0);
	assert_int_equal(plan.rewrite[15], 2);
}

static void in_a_session_a_stop_is_one_that_the_kernel_obeys(void **state)
{
	struct plan plan;

	(void)state;
	plan_init(&plan, &(struct plan){ .group = PLAN_SESSION });
	assert_int_equal(plan_add_rewrite(&plan, "20:20"), 0);
	plan_settle(&plan);
	assert_int_equal(plan.rewrite[SIGTSTP], SIGTSTP); /* somebody wants it so */
	assert_int_equal(plan.rewrite[SIGTTIN], SIGSTOP);
	assert_int_equal(plan.rewrite[SIGTTOU], SIGSTOP);
	assert_int_equal(plan.rewrite[SIGTERM], SIGTERM);
	assert_int_equal(plan.rewrite[64], 64);
}

static void what_is_dropped_is_nothing_but_those(void **state)
{
	struct plan plan;

	(void)state;
	plan_init(&plan, &(struct plan){ .group = PLAN_GROUP, .drops = UINT64_C(1) << (SIGTTIN - 1) | UINT64_C(1) << 63 });
	plan_settle(&plan);
	for (int signo = 1; signo < SOLO_SIGNALS; signo++)
		assert_int_equal(plan.rewrite[signo], signo == SIGTTIN || signo == 64 ? 0 : signo);
}

static void an_exit_code_is_one_byte(void **state)
{
	static const char *const bad[] = { "", "256", "-1", "x", "1x", " 1", "01", "99999999999999999999" };
	struct plan plan;

	(void)state;
	plan_init(&plan, &(struct plan){ .group = PLAN_GROUP });
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(plan_add_zero(&plan, bad[i]), -EINVAL);
	assert_int_equal(plan_add_zero(&plan, "137"), 0);
	for (size_t code = 0; code < 256; code++)
		assert_int_equal(plan.as_zero[code], code == 137);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rewrite_is_two_numbers),
		cmocka_unit_test(of_two_rewrites_the_last_counts),
		cmocka_unit_test(in_a_session_a_stop_is_one_that_the_kernel_obeys),
		cmocka_unit_test(what_is_dropped_is_nothing_but_those),
		cmocka_unit_test(an_exit_code_is_one_byte),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
