#include "core/policy.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/attr.h"

static struct service_conf conf_of(enum conf_autorestart autorestart, uint32_t startretries)
{
	/* exitcodes 0 and 3 */
	return (struct service_conf){ .autorestart = autorestart, .startretries = startretries, .exitcodes = { 1 << 0 | 1 << 3 } };
}

static struct policy_facts facts_in(enum svc_state state)
{
	return (struct policy_facts){ .state = state, .is_wanted = true };
}

static void autorestart_and_exitcodes_decide_what_an_exit_means(void **state)
{
	static const struct {
		enum conf_autorestart autorestart;
		struct exit_status    how;
		enum svc_event        on;
	} cases[] = {
		{ AUTORESTART_ALWAYS,     { .code = 0 }, ON_GONE_BADLY },
		{ AUTORESTART_ALWAYS,     { .code = 1 }, ON_GONE_BADLY },
		{ AUTORESTART_ON_FAILURE, { .code = 0 }, ON_GONE_WELL },
		{ AUTORESTART_ON_FAILURE, { .code = 3 }, ON_GONE_WELL },
		{ AUTORESTART_ON_FAILURE, { .code = 1 }, ON_GONE_BADLY },
		{ AUTORESTART_ON_FAILURE, { .signalled = true, .code = SIGTERM }, ON_GONE_BADLY },
		{ AUTORESTART_ON_FAILURE, { .signalled = true, .code = 3 }, ON_GONE_BADLY }, /* SIGQUIT is no status */
		{ AUTORESTART_NEVER,      { .code = 1 }, ON_GONE_WELL },
		{ AUTORESTART_NEVER,      { .signalled = true, .code = SIGKILL }, ON_GONE_WELL },
	};
	static const enum svc_state up[] = { SVC_STARTING, SVC_RUNNING };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		for (size_t k = 0; k < ARRAY_LEN(up); k++) {
			struct service_conf conf = conf_of(cases[i].autorestart, 0);
			struct policy_facts facts = facts_in(up[k]);

			assert_int_equal(policy_judge_exit(&conf, &facts, &cases[i].how), cases[i].on);
		}
}

static void startretries_counts_failed_starts_and_nothing_else(void **state)
{
	struct service_conf conf = conf_of(AUTORESTART_ALWAYS, 3);
	struct policy_facts facts = facts_in(SVC_STARTING);
	struct exit_status badly = { .code = 1 };

	(void)state;
	facts.failed_starts = 3;
	assert_int_equal(policy_judge_exit(&conf, &facts, &badly), ON_GONE_BADLY);
	facts.failed_starts = 4;
	assert_int_equal(policy_judge_exit(&conf, &facts, &badly), ON_SPENT);
	facts.state = SVC_RUNNING;
	assert_int_equal(policy_judge_exit(&conf, &facts, &badly), ON_GONE_BADLY);
	conf.startretries = 0;
	facts = (struct policy_facts){ .state = SVC_STARTING, .is_wanted = true, .failed_starts = UINT32_MAX };
	assert_int_equal(policy_judge_exit(&conf, &facts, &badly), ON_GONE_BADLY);
}

static void whatever_ends_while_it_stops_is_gone(void **state)
{
	static const enum svc_state stopping[] = { SVC_STOPPING, SVC_STUCK };
	struct service_conf conf = conf_of(AUTORESTART_ALWAYS, 1);
	struct exit_status badly = { .code = 1 };
	struct attempt a = { .is_refused = true, .problems = 1 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(stopping); i++) {
		struct policy_facts facts = facts_in(stopping[i]);

		assert_int_equal(policy_judge_exit(&conf, &facts, &badly), ON_GONE);
		assert_int_equal(policy_judge_launch(&conf, &facts, &a, ATTEMPT_REFUSED), ON_GONE);
		assert_int_equal(policy_judge_launch(&conf, &facts, &a, ATTEMPT_LOST), ON_GONE);
	}
}

static void nobody_is_restarted_on_the_way_out(void **state)
{
	struct service_conf conf = conf_of(AUTORESTART_ALWAYS, 0);
	struct policy_facts facts = { .state = SVC_RUNNING, .is_wanted = false };
	struct exit_status badly = { .code = 1 };

	(void)state;
	assert_int_equal(policy_judge_exit(&conf, &facts, &badly), ON_GONE_WELL);
}

static void a_damaged_bundle_is_healed_once_and_host_problems_never(void **state)
{
	struct service_conf conf = conf_of(AUTORESTART_ON_FAILURE, 0);
	struct policy_facts facts = facts_in(SVC_CHECKING);
	struct attempt a = { .is_refused = true, .problems = 2, .is_bundle_class = true };

	(void)state;
	assert_int_equal(policy_judge_launch(&conf, &facts, &a, ATTEMPT_REFUSED), ON_BROKEN);
	facts.is_healed = true;
	assert_int_equal(policy_judge_launch(&conf, &facts, &a, ATTEMPT_REFUSED), ON_REFUSED);
	facts.is_healed = false;
	a.is_bundle_class = false;
	assert_int_equal(policy_judge_launch(&conf, &facts, &a, ATTEMPT_REFUSED), ON_REFUSED);
}

static void with_one_try_every_failure_is_the_last(void **state)
{
	struct service_conf conf = conf_of(AUTORESTART_ALWAYS, 0);
	struct policy_facts facts = { .state = SVC_CHECKING, .is_wanted = true, .one_try = true };
	struct attempt damaged = { .is_refused = true, .problems = 1, .is_bundle_class = true };
	struct attempt passing = { .is_refused = true, .error = EAGAIN };
	struct exit_status badly = { .code = 1 }, well = { .code = 0 };

	(void)state;
	assert_int_equal(policy_judge_launch(&conf, &facts, &damaged, ATTEMPT_REFUSED), ON_REFUSED);
	assert_int_equal(policy_judge_launch(&conf, &facts, &passing, ATTEMPT_REFUSED), ON_SPENT);
	facts.state = SVC_STARTING;
	assert_int_equal(policy_judge_exit(&conf, &facts, &badly), ON_SPENT);
	assert_int_equal(policy_judge_exit(&conf, &facts, &well), ON_SPENT);
	conf.autorestart = AUTORESTART_ON_FAILURE;
	assert_int_equal(policy_judge_exit(&conf, &facts, &well), ON_GONE_WELL);
}

static void what_cannot_pass_later_is_not_tried_again(void **state)
{
	static const int permanent[] = { ENOENT, EACCES, EPERM, ENOEXEC, ENOTDIR, ELOOP, EINVAL, E2BIG };
	static const int passing[] = { EAGAIN, ENOMEM, EMFILE, ENFILE, ETXTBSY, EIO, ENOSPC };
	struct service_conf conf = conf_of(AUTORESTART_ON_FAILURE, 0);
	struct policy_facts facts = facts_in(SVC_CHECKING);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(permanent); i++) {
		struct attempt a = { .is_refused = true, .error = permanent[i] };

		assert_int_equal(policy_judge_launch(&conf, &facts, &a, ATTEMPT_REFUSED), ON_REFUSED);
	}
	for (size_t i = 0; i < ARRAY_LEN(passing); i++) {
		struct attempt a = { .is_refused = true, .error = passing[i] };

		assert_int_equal(policy_judge_launch(&conf, &facts, &a, ATTEMPT_REFUSED), ON_LAUNCH_FAILED);
	}
}

static void a_lost_launch_costs_nothing_but_not_for_ever(void **state)
{
	struct service_conf conf = conf_of(AUTORESTART_ON_FAILURE, 0);
	struct policy_facts facts = facts_in(SVC_CHECKING);
	struct attempt a = { 0 };

	(void)state;
	for (facts.lost = 1; facts.lost <= 3; facts.lost++)
		assert_int_equal(policy_judge_launch(&conf, &facts, &a, ATTEMPT_LOST), ON_LAUNCH_LOST);
	assert_int_equal(policy_judge_launch(&conf, &facts, &a, ATTEMPT_LOST), ON_LAUNCH_FAILED);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(autorestart_and_exitcodes_decide_what_an_exit_means),
		cmocka_unit_test(startretries_counts_failed_starts_and_nothing_else),
		cmocka_unit_test(whatever_ends_while_it_stops_is_gone),
		cmocka_unit_test(nobody_is_restarted_on_the_way_out),
		cmocka_unit_test(a_damaged_bundle_is_healed_once_and_host_problems_never),
		cmocka_unit_test(with_one_try_every_failure_is_the_last),
		cmocka_unit_test(what_cannot_pass_later_is_not_tried_again),
		cmocka_unit_test(a_lost_launch_costs_nothing_but_not_for_ever),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
