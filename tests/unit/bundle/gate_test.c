#include "bundle/gate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/own.h"

static const char *const offered[] = { "state=2", "notify" };
static const struct gate_host host = {
	.platform = "linux-x86_64-glibc", .abi = 3, .capabilities = offered, .capabilities_n = 2,
};

struct heard {
	struct problem last;
	unsigned       count;
};

static void hear(void *arg, const struct problem *p)
{
	struct heard *h = arg;

	assert_int_equal(p->class, PROBLEM_BUNDLE);
	assert_true(p->remedy[0] != '\0');
	h->last = *p;
	h->count++;
}

/* Gates a bundle that is fit but for what the caller changed. */
static struct heard gate(uint32_t schema, uint32_t abi, const char *platform, const char *capability)
{
	struct index_draft d = {
		.name = "web", .version = "1", .platform = platform, .seq = 1, .schema = schema, .host_abi = abi,
		.lists[INDEX_HOST_REQUIRES] = &capability,
		.lists_n[INDEX_HOST_REQUIRES] = capability != NULL,
	};
	struct heard h = { .count = 0 };
	OWN(mem) void *data = NULL;
	struct index *x = NULL;
	size_t len;

	assert_int_equal(index_build(&d, &data, &len), 0);
	assert_int_equal(index_from_memory(data, len, &x), 0);

	unsigned told = gate_check(x, &host, hear, &h);

	assert_int_equal(told, h.count);
	index_free(x);
	return h;
}

static void a_fit_bundle_passes(void **state)
{
	(void)state;
	assert_int_equal(gate(1, 0, "any", NULL).count, 0);
	assert_int_equal(gate(1, 3, "linux-x86_64-glibc", "state=2").count, 0);
	assert_int_equal(gate(1, 2, "linux-x86_64", "state").count, 0);
	assert_int_equal(gate(1, 2, "linux-any", "notify=1").count, 0);
}

static void each_reason_has_its_code(void **state)
{
	(void)state;
	assert_string_equal(gate(0, 0, "any", NULL).last.code, "gate-schema");
	assert_string_equal(gate(2, 0, "any", NULL).last.code, "gate-schema");
	assert_string_equal(gate(1, 4, "any", NULL).last.code, "gate-host-abi");
	assert_string_equal(gate(1, 0, "linux-aarch64", NULL).last.code, "gate-platform");
	assert_string_equal(gate(1, 0, "any", "gpu").last.code, "gate-capability");
}

static void everything_that_does_not_fit_is_told(void **state)
{
	(void)state;
	assert_int_equal(gate(9, 9, "plan9-mips", "gpu").count, 4);
}

static void a_missing_capability_names_what_is_missing_and_what_there_is(void **state)
{
	struct heard h = gate(1, 0, "any", "state=3");

	(void)state;
	assert_int_equal(h.count, 1);
	assert_string_equal(h.last.path, "web");
	assert_non_null(strstr(h.last.expected, "state=3"));
	assert_non_null(strstr(h.last.got, "state=2, notify"));
}

static void a_level_that_is_no_number_fits_nothing(void **state)
{
	static const char *const odd[] = { "x=lots" };
	struct gate_host h = { .platform = "linux-x86_64-glibc", .capabilities = odd, .capabilities_n = 1 };
	const char *wanted = "x=1";
	struct index_draft d = {
		.name = "web", .version = "1", .platform = "any", .schema = 1,
		.lists[INDEX_HOST_REQUIRES] = &wanted, .lists_n[INDEX_HOST_REQUIRES] = 1,
	};
	struct heard heard = { .count = 0 };
	OWN(mem) void *data = NULL;
	struct index *x = NULL;
	size_t len;

	(void)state;
	assert_int_equal(index_build(&d, &data, &len), 0);
	assert_int_equal(index_from_memory(data, len, &x), 0);
	assert_int_equal(gate_check(x, &h, hear, &heard), 1);
	index_free(x);
}

static void platforms_fit_exactly_or_any(void **state)
{
	static const struct { const char *bundle, *host; bool fits; } cases[] = {
		{ "any", "linux-x86_64-glibc", true }, { "linux", "linux-x86_64-glibc", true },
		{ "linux-x86_64-glibc", "linux-x86_64-glibc", true },
		{ "linux-x86_64-any", "linux-x86_64-glibc", true }, { "linux-x86_64-any", "linux-x86_64", true },
		{ "linux-x86_64-musl", "linux-x86_64-glibc", false },
		{ "linux-x86_64-glibc", "linux-x86_64", false },
		{ "linux-x86", "linux-x86_64-glibc", false }, { "linux-x86_64x", "linux-x86_64", false },
		{ "freebsd-x86_64", "linux-x86_64", false }, { "", "linux-x86_64", false },
		{ "any-x86_64", "linux-x86_64-glibc", true }, { "anyx-x86_64", "linux-x86_64", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (gate_platform_fits(cases[i].bundle, cases[i].host) != cases[i].fits)
			fail_msg("%s on %s", cases[i].bundle, cases[i].host);
	assert_true(gate_platform_fits(gate_platform_here(), gate_platform_here()));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fit_bundle_passes),
		cmocka_unit_test(each_reason_has_its_code),
		cmocka_unit_test(everything_that_does_not_fit_is_told),
		cmocka_unit_test(a_missing_capability_names_what_is_missing_and_what_there_is),
		cmocka_unit_test(a_level_that_is_no_number_fits_nothing),
		cmocka_unit_test(platforms_fit_exactly_or_any),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
