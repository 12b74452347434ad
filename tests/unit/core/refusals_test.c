#include "core/refusals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/attr.h"

static const struct digest none, one = { .bytes = { 1 } }, two = { .bytes = { 2 } };

static void the_first_refusal_lasts_half_a_minute_and_each_further_one_twice_as_long(void **state)
{
	struct refusals r = { .entries = { { .delay_ms = 0 } } };
	uint64_t now = 1000, expected = REFUSAL_FIRST_MS;

	(void)state;
	assert_int_equal(refusals_left_ms(&r, "acme/web", &one, now), 0);
	for (int i = 0; i < 12; i++) {
		refusals_add(&r, "acme/web", &one, now);
		assert_int_equal(refusals_left_ms(&r, "acme/web", &one, now), expected);
		assert_int_equal(refusals_left_ms(&r, "acme/web", &one, now + expected - 1), 1);
		now += expected;
		assert_int_equal(refusals_left_ms(&r, "acme/web", &one, now), 0);
		expected = expected * 2 > REFUSAL_MAX_MS ? REFUSAL_MAX_MS : expected * 2;
	}
	assert_int_equal(expected, REFUSAL_MAX_MS);
}

static void another_digest_or_bundle_is_not_touched(void **state)
{
	struct refusals r = { .entries = { { .delay_ms = 0 } } };

	(void)state;
	refusals_add(&r, "acme/web", &one, 0);
	assert_int_equal(refusals_left_ms(&r, "acme/web", &two, 0), 0);
	assert_int_equal(refusals_left_ms(&r, "acme/web", &none, 0), 0);
	assert_int_equal(refusals_left_ms(&r, "acme/db", &one, 0), 0);
}

static void forgetting_a_bundle_starts_its_delays_over(void **state)
{
	struct refusals r = { .entries = { { .delay_ms = 0 } } };

	(void)state;
	refusals_add(&r, "acme/web", &one, 0);
	refusals_add(&r, "acme/web", &one, 0);
	refusals_add(&r, "acme/web", &two, 0);
	refusals_add(&r, "acme/db", &one, 0);
	refusals_forget(&r, "acme/web");
	assert_int_equal(refusals_left_ms(&r, "acme/web", &one, 0), 0);
	assert_int_equal(refusals_left_ms(&r, "acme/web", &two, 0), 0);
	assert_int_equal(refusals_left_ms(&r, "acme/db", &one, 0), REFUSAL_FIRST_MS);
	refusals_add(&r, "acme/web", &one, 0);
	assert_int_equal(refusals_left_ms(&r, "acme/web", &one, 0), REFUSAL_FIRST_MS);
}

static void a_full_table_gives_up_the_entry_that_ends_first(void **state)
{
	struct refusals r = { .entries = { { .delay_ms = 0 } } };
	char name[16];

	(void)state;
	for (unsigned i = 0; i <= REFUSALS_MAX; i++) {
		(void)snprintf(name, sizeof name, "b%u", i);
		refusals_add(&r, name, &one, i);
	}
	assert_int_equal(refusals_left_ms(&r, "b0", &one, REFUSALS_MAX), 0);
	assert_true(refusals_left_ms(&r, "b1", &one, REFUSALS_MAX) > 0);
	assert_int_equal(refusals_left_ms(&r, name, &one, REFUSALS_MAX), REFUSAL_FIRST_MS);
}

static void a_name_that_no_bundle_can_have_is_left_out(void **state)
{
	struct refusals r = { .entries = { { .delay_ms = 0 } } };
	char name[NAME_PATH_MAX + 2];

	(void)state;
	for (size_t i = 0; i < sizeof name; i++)
		name[i] = i + 1 < sizeof name ? 'a' : '\0';
	refusals_add(&r, name, &one, 0);
	assert_int_equal(refusals_left_ms(&r, name, &one, 0), 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_refusal_lasts_half_a_minute_and_each_further_one_twice_as_long),
		cmocka_unit_test(another_digest_or_bundle_is_not_touched),
		cmocka_unit_test(forgetting_a_bundle_starts_its_delays_over),
		cmocka_unit_test(a_full_table_gives_up_the_entry_that_ends_first),
		cmocka_unit_test(a_name_that_no_bundle_can_have_is_left_out),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
