#include "core/budget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/attr.h"

static void a_bucket_gives_its_burst_and_then_its_rate(void **state)
{
	struct bucket b;
	unsigned given = 0;

	(void)state;
	bucket_init(&b, 10, 5, 1000);
	for (unsigned i = 0; i < 5; i++)
		assert_true(bucket_take(&b, 1000));
	assert_false(bucket_take(&b, 1000));
	assert_int_equal(bucket_wait_ms(&b, 1000), 100);
	for (uint64_t now_ms = 1000; now_ms < 11000; now_ms += 7)
		given += bucket_take(&b, now_ms);
	assert_in_range(given, 98, 100);
}

static void after_the_wait_a_token_is_there_and_not_before(void **state)
{
	static const uint32_t rates[] = { 1, 3, 7, 50, 999, 1000, 4000 };
	struct bucket b;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rates); i++) {
		uint64_t wait_ms;

		bucket_init(&b, rates[i], 1, 0);
		assert_true(bucket_take(&b, 0));
		wait_ms = bucket_wait_ms(&b, 0);
		assert_true(wait_ms > 0);
		assert_false(bucket_take(&b, wait_ms - 1));
		assert_true(bucket_take(&b, wait_ms));
	}
}

static void a_bucket_holds_no_more_than_its_burst_however_long_it_waits(void **state)
{
	struct bucket b;

	(void)state;
	bucket_init(&b, 1000000, 2, 0);
	for (unsigned i = 0; i < 2; i++)
		assert_true(bucket_take(&b, UINT64_MAX / 2));
	assert_false(bucket_take(&b, UINT64_MAX / 2));
}

static void no_rate_is_no_limit(void **state)
{
	struct bucket b;

	(void)state;
	bucket_init(&b, 0, 0, 0);
	for (unsigned i = 0; i < 1000; i++)
		assert_true(bucket_take(&b, 0));
	assert_int_equal(bucket_wait_ms(&b, 0), 0);
}

static void a_reload_keeps_what_is_in_the_bucket(void **state)
{
	struct bucket b;

	(void)state;
	bucket_init(&b, 1, 10, 0);
	for (unsigned i = 0; i < 8; i++)
		assert_true(bucket_take(&b, 0));
	bucket_set(&b, 1, 100, 0);
	assert_true(bucket_take(&b, 0));
	assert_true(bucket_take(&b, 0));
	assert_false(bucket_take(&b, 0));
	bucket_set(&b, 1, 0, 1000000); /* smaller than what came meanwhile */
	assert_false(bucket_take(&b, 1000000));
}

static void the_delay_doubles_up_to_its_cap(void **state)
{
	static const uint64_t expected[] = { 500, 500, 1000, 2000, 4000, 8000, 16000, 30000, 30000 };

	(void)state;
	for (uint32_t failures = 0; failures < ARRAY_LEN(expected); failures++) {
		uint64_t least = backoff_delay_ms(500, 30000, failures, 0);
		uint64_t most = backoff_delay_ms(500, 30000, failures, 1000);

		assert_int_equal(least, expected[failures] * 9 / 10);
		assert_int_equal(most, expected[failures] * 11 / 10);
	}
}

static void chance_moves_the_delay_by_a_tenth_at_most(void **state)
{
	uint64_t low = UINT64_MAX, high = 0;

	(void)state;
	for (uint32_t chance = 0; chance < 100000; chance += 37) {
		uint64_t delay = backoff_delay_ms(10000, 10000, 3, chance);

		low = delay < low ? delay : low;
		high = delay > high ? delay : high;
		assert_in_range(delay, 9000, 11000);
	}
	assert_true(low < 9100 && high > 10900);
}

static void extreme_delays_do_not_overflow(void **state)
{
	(void)state;
	assert_int_equal(backoff_delay_ms(0, 0, UINT32_MAX, 5), 0);
	assert_int_equal(backoff_delay_ms(0, 30000, UINT32_MAX, 5), 0);
	assert_true(backoff_delay_ms(1, 315360000000ULL, UINT32_MAX, 1000) <= 346896000000ULL);
}

static void failures_are_forgotten_after_ten_seconds_or_the_cap(void **state)
{
	(void)state;
	assert_int_equal(backoff_reset_ms(0), 10000);
	assert_int_equal(backoff_reset_ms(9999), 10000);
	assert_int_equal(backoff_reset_ms(30000), 30000);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bucket_gives_its_burst_and_then_its_rate),
		cmocka_unit_test(after_the_wait_a_token_is_there_and_not_before),
		cmocka_unit_test(a_bucket_holds_no_more_than_its_burst_however_long_it_waits),
		cmocka_unit_test(no_rate_is_no_limit),
		cmocka_unit_test(a_reload_keeps_what_is_in_the_bucket),
		cmocka_unit_test(the_delay_doubles_up_to_its_cap),
		cmocka_unit_test(chance_moves_the_delay_by_a_tenth_at_most),
		cmocka_unit_test(extreme_delays_do_not_overflow),
		cmocka_unit_test(failures_are_forgotten_after_ten_seconds_or_the_cap),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
