#include "launch/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/own.h"
#include "sys/fd.h"
#include "wire/message.h"
#include "wire/rows.h"

struct pipe {
	int            fds[2];
	struct report  report;
	uint8_t        got[131072];
	size_t         len, used;
};

static int set_up(void **state)
{
	struct pipe *p = calloc(1, sizeof *p);

	if (p == NULL || sys_pipe(p->fds, NONBLOCK_NONE) < 0)
		return -1;
	report_init(&p->report, p->fds[1], 7, "acme:mail");
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct pipe *p = *state;

	for (size_t i = 0; i < p->report.count; i++)
		free(p->report.found[i]);
	sys_close(p->fds[0]);
	sys_close(p->fds[1]);
	free(p);
	return 0;
}

static void find(struct pipe *p, unsigned check, const char *code)
{
	p->report.check = check;
	problem_set(report_problem(&p->report), PROBLEM_HOST, code, "/p", "got");
}

static void read_all(struct pipe *p)
{
	ssize_t n;

	sys_close(p->fds[1]);
	p->fds[1] = -1;
	while ((n = sys_read(p->fds[0], p->got + p->len, sizeof p->got - p->len)) > 0)
		p->len += (size_t)n;
	assert_int_equal(n, 0);
}

static enum msg next(struct pipe *p, void *body)
{
	struct frame f;
	ssize_t n = msg_frame(p->got + p->used, p->len - p->used, FROM_LAUNCH, &f);

	assert_true(n > 0);
	assert_int_equal(f.id, 7);
	assert_int_equal(msg_decode(&f, body), 0);
	p->used += (size_t)n;
	return (enum msg)f.type;
}

static void problems_come_by_check_and_then_as_found(void **state)
{
	static const char *const order[] = { "a", "b", "c", "d", "e" };
	struct pipe *p = *state;

	find(p, 5, "d");
	find(p, 3, "b");
	find(p, 3, "c");
	find(p, 15, "e");
	find(p, 1, "a");
	report_send(&p->report);
	read_all(p);
	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		struct problem_row row;

		assert_int_equal(next(p, &row), MSG_LAUNCH_PROBLEM);
		assert_string_equal(row.problem.code, order[i]);
		assert_string_equal(row.subject, "acme:mail");
		assert_true(row.original && !row.advisory);
	}
	assert_int_equal(p->used, p->len);
}

static void what_is_past_the_limit_becomes_one_row_with_the_count(void **state)
{
	struct pipe *p = *state;
	struct launch_checked checked;
	struct problem_row row;

	for (unsigned i = 0; i < REPORT_MAX + 5; i++)
		find(p, 3, "x");
	(void)report_advice(&p->report);
	report_send(&p->report);
	report_checked(&p->report);
	read_all(p);
	for (unsigned i = 0; i < REPORT_MAX; i++)
		assert_int_equal(next(p, &row), MSG_LAUNCH_PROBLEM);
	assert_int_equal(next(p, &row), MSG_LAUNCH_PROBLEM);
	assert_string_equal(row.problem.got, "and 6 more");
	assert_int_equal(next(p, &checked), MSG_LAUNCH_CHECKED);
	assert_int_equal(checked.problems, REPORT_MAX + 5);
	assert_int_equal(checked.advisories, 1);
}

static void advice_does_not_count_as_a_problem(void **state)
{
	struct pipe *p = *state;
	struct problem_row row;

	problem_set(report_advice(&p->report), PROBLEM_HOST, "port-busy", "80", "busy");
	report_send(&p->report);
	assert_int_equal(p->report.problems, 0);
	read_all(p);
	assert_int_equal(next(p, &row), MSG_LAUNCH_PROBLEM);
	assert_true(row.advisory);
}

static void a_refusal_names_step_and_errno(void **state)
{
	struct pipe *p = *state;
	struct launch_refused refused;

	report_refused(&p->report, "become-user", 1, "mail: Operation not permitted");
	read_all(p);
	assert_int_equal(next(p, &refused), MSG_LAUNCH_REFUSED);
	assert_string_equal(refused.step, "become-user");
	assert_int_equal(refused.error, 1);
	assert_string_equal(refused.text, "mail: Operation not permitted");
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(problems_come_by_check_and_then_as_found, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_past_the_limit_becomes_one_row_with_the_count, set_up, tear_down),
		cmocka_unit_test_setup_teardown(advice_does_not_count_as_a_problem, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_refusal_names_step_and_errno, set_up, tear_down),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
