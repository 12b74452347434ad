#include "wire/schedule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* What all three refuse alike. */
static const char *const never[] = {
	"", " ", ":", ":1", "-", "0x1", "+1", "best-effort", "Idle", "IDLE", "idle:0", "idle ", " idle", "idle\n", "other:0",
	"fifo", "fifo:", "fifo:+1", "fifo:01", "fifo:1:1", "fifo:1 ", "fifo:one", "fif:1", "fifoo:1", "realtime", "realtime:",
	"none", "deadline:1", "1-", "-1", "1--2", "3-1", "1-2-3", "1,two", "1;2", "1.5", "0x3", "00", "1,01",
	"\xd9\xa3", "idl\xc3\xa9", "\xff\xfe", "fifo:\xef\xbc\x91", "idle\x01", "1\x7f",
	"0000000000000000000000000000000000000000000000000000000000000001", "1000000000000", "fifo:99999999999999999999",
};

static void an_io_priority_is_a_class_and_its_level(void **state)
{
	static const struct { const char *text; int value; } good[] = {
		{ "idle", 3 << 13 }, { "best-effort:0", 2 << 13 }, { "best-effort:7", 2 << 13 | 7 },
		{ "realtime:0", 1 << 13 }, { "realtime:4", 1 << 13 | 4 },
	};
	int value = -7;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		assert_int_equal(schedule_parse_ioprio(good[i].text, &value), 0);
		assert_int_equal(value, good[i].value);
	}
	value = -7;
	assert_int_equal(schedule_parse_ioprio("best-effort:8", &value), -ERANGE);
	assert_int_equal(schedule_parse_ioprio("realtime:-1", &value), -ERANGE);
	for (size_t i = 0; i < ARRAY_LEN(never); i++)
		if (schedule_parse_ioprio(never[i], &value) >= 0)
			fail_msg("'%s'", never[i]);
	assert_int_equal(schedule_parse_ioprio("fifo:1", &value), -EINVAL);
	assert_int_equal(value, -7);
}

static void a_policy_has_a_priority_where_it_is_real_time(void **state)
{
	static const struct { const char *text; int policy, priority; } good[] = {
		{ "other", SCHED_OTHER, 0 }, { "batch", SCHED_BATCH, 0 }, { "idle", SCHED_IDLE, 0 },
		{ "fifo:1", SCHED_FIFO, 1 }, { "fifo:99", SCHED_FIFO, 99 }, { "rr:50", SCHED_RR, 50 },
	};
	struct schedule_policy got = { -7, -7 };

	(void)state;
	assert_int_equal(schedule_parse_policy("fifo:0", &got), -ERANGE);
	assert_int_equal(schedule_parse_policy("rr:100", &got), -ERANGE);
	for (size_t i = 0; i < ARRAY_LEN(never); i++)
		if (schedule_parse_policy(never[i], &got) >= 0)
			fail_msg("'%s'", never[i]);
	assert_int_equal(schedule_parse_policy("best-effort:1", &got), -EINVAL);
	assert_int_equal(got.policy, -7);
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		assert_int_equal(schedule_parse_policy(good[i].text, &got), 0);
		assert_int_equal(got.policy, good[i].policy);
		assert_int_equal(got.priority, good[i].priority);
	}
}

/* The set as a text that a person can compare. */
static const char *show(const struct schedule_cpus *cpus)
{
	static char buf[256];
	int len = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < SCHEDULE_CPUS_MAX; i++)
		if (CPU_ISSET_S(i, sizeof cpus->set, cpus->set) && len < 200)
			len += snprintf(buf + len, sizeof buf - (size_t)len, "%s%zu", len > 0 ? " " : "", i);
	return buf;
}

static void processors_are_numbers_and_ranges_in_any_order(void **state)
{
	static const struct { const char *text, *shown; } good[] = {
		{ "0", "0" }, { "0-3,8", "0 1 2 3 8" }, { "8,0-3", "0 1 2 3 8" }, { "1 2", "1 2" }, { "1,\n\t2", "1 2" },
		{ "3-3", "3" }, { "0-2,1-3", "0 1 2 3" }, { "5,5", "5" }, { "8191", "8191" }, { ",1,", "1" }, { "1023,1024", "1023 1024" },
	};
	struct schedule_cpus got;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		assert_int_equal(schedule_parse_cpus(good[i].text, &got), 0);
		assert_string_equal(show(&got), good[i].shown);
	}
	assert_int_equal(schedule_parse_cpus("0-8191", &got), 0);
	assert_int_equal(CPU_COUNT_S(sizeof got.set, got.set), SCHEDULE_CPUS_MAX);
}

static void what_is_no_list_of_processors_is_refused_and_leaves_the_set_alone(void **state)
{
	static char huge[300000];
	struct schedule_cpus got;

	(void)state;
	assert_int_equal(schedule_parse_cpus("7", &got), 0);
	assert_int_equal(schedule_parse_cpus("8192", &got), -ERANGE);
	assert_int_equal(schedule_parse_cpus("0-9999", &got), -ERANGE);
	for (size_t i = 0; i < ARRAY_LEN(never); i++)
		if (schedule_parse_cpus(never[i], &got) >= 0)
			fail_msg("'%s'", never[i]);
	assert_int_equal(schedule_parse_cpus("idle", &got), -EINVAL);
	memset(huge, '1', sizeof huge - 1);
	assert_int_equal(schedule_parse_cpus(huge, &got), -EINVAL);
	memset(huge, ',', sizeof huge - 1);
	assert_int_equal(schedule_parse_cpus(huge, &got), -EINVAL);
	assert_string_equal(show(&got), "7");
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_io_priority_is_a_class_and_its_level),
		cmocka_unit_test(a_policy_has_a_priority_where_it_is_real_time),
		cmocka_unit_test(processors_are_numbers_and_ranges_in_any_order),
		cmocka_unit_test(what_is_no_list_of_processors_is_refused_and_leaves_the_set_alone),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
