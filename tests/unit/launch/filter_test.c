/* A filter is a program: it is run here, by an interpreter of the four instructions that it is made of. */
#include "sys/filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <string.h>

#include <cmocka.h>

#if defined(__x86_64__)
enum { HERE = 1 };
#define ARCH     AUDIT_ARCH_X86_64
#define NOT_ARCH AUDIT_ARCH_I386
#elif defined(__aarch64__)
enum { HERE = 1 };
#define ARCH     AUDIT_ARCH_AARCH64
#define NOT_ARCH AUDIT_ARCH_ARM
#else
enum { HERE = 0 };
#define ARCH     0
#define NOT_ARCH 1
#endif

enum { DENY = SECCOMP_RET_ERRNO | EPERM };

/* What the kernel would do with the call (Documentation/networking/filter.rst). */
static uint32_t run(const struct filter *f, uint32_t arch, uint32_t call)
{
	struct seccomp_data data = { .nr = (int)call, .arch = arch };
	uint32_t a = 0;

	for (unsigned i = 0; i < f->len; i++) {
		const struct sock_filter *c = &f->code[i];

		switch (c->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			assert_true(c->k % 4 == 0 && c->k + 4 <= sizeof data);
			memcpy(&a, (const char *)&data + c->k, 4);
			break;
		case BPF_JMP | BPF_JEQ | BPF_K: i += a == c->k ? c->jt : c->jf; break;
		case BPF_JMP | BPF_JGE | BPF_K: i += a >= c->k ? c->jt : c->jf; break;
		case BPF_RET | BPF_K: return c->k;
		default: fail_msg("instruction %u", c->code);
		}
	}
	fail_msg("it runs out of its end");
	return 0;
}

static void make(struct filter *f, const int *calls, size_t n)
{
	assert_int_equal(filter_begin(f), 0);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(filter_add(f, calls[i], DENY), 0);
	filter_end(f, SECCOMP_RET_ALLOW);
}

static void what_is_listed_is_denied_and_nothing_else(void **state)
{
	static const int calls[] = { 0, 5, 165, 467 };
	struct filter f;

	(void)state;
	if (!HERE)
		skip();
	make(&f, calls, ARRAY_LEN(calls));
	for (uint32_t call = 0; call < 2000; call++) {
		bool listed = call == 0 || call == 5 || call == 165 || call == 467;

		assert_int_equal(run(&f, ARCH, call), listed ? (uint32_t)DENY : SECCOMP_RET_ALLOW);
	}
}

static void another_abi_is_killed_whatever_it_calls(void **state)
{
	static const int calls[] = { 1 };
	struct filter f;

	(void)state;
	if (!HERE)
		skip();
	make(&f, calls, ARRAY_LEN(calls));
	for (uint32_t call = 0; call < 500; call++)
		assert_int_equal(run(&f, NOT_ARCH, call), SECCOMP_RET_KILL_PROCESS);
	assert_int_equal(run(&f, 0, 1), SECCOMP_RET_KILL_PROCESS);
#ifdef __x86_64__
	assert_int_equal(run(&f, ARCH, 0x40000000), SECCOMP_RET_KILL_PROCESS);
	assert_int_equal(run(&f, ARCH, 0x40000001), SECCOMP_RET_KILL_PROCESS);
	assert_int_equal(run(&f, ARCH, UINT32_MAX), SECCOMP_RET_KILL_PROCESS);
	assert_int_equal(run(&f, ARCH, 0x3fffffff), SECCOMP_RET_ALLOW);
#endif
}

static void a_filter_without_a_list_lets_through(void **state)
{
	struct filter f;

	(void)state;
	if (!HERE)
		skip();
	make(&f, NULL, 0);
	assert_int_equal(run(&f, ARCH, 1), SECCOMP_RET_ALLOW);
	assert_int_equal(run(&f, NOT_ARCH, 1), SECCOMP_RET_KILL_PROCESS);
}

static void a_full_filter_says_so_and_stands(void **state)
{
	struct filter f;
	int n = 0;

	(void)state;
	if (!HERE)
		skip();
	assert_int_equal(filter_begin(&f), 0);
	while (filter_add(&f, n, DENY) == 0)
		n++;
	assert_true(n >= FILTER_CALLS_MAX);
	assert_int_equal(filter_add(&f, n, DENY), -E2BIG);
	filter_end(&f, SECCOMP_RET_ALLOW);
	assert_true(f.len <= ARRAY_LEN(f.code));
	assert_int_equal(run(&f, ARCH, (uint32_t)n - 1), DENY);
	assert_int_equal(run(&f, ARCH, (uint32_t)n), SECCOMP_RET_ALLOW);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_listed_is_denied_and_nothing_else),
		cmocka_unit_test(another_abi_is_killed_whatever_it_calls),
		cmocka_unit_test(a_filter_without_a_list_lets_through),
		cmocka_unit_test(a_full_filter_says_so_and_stands),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
