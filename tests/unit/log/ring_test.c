#include "log/ring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void memory_is_taken_with_the_first_byte_and_bounded(void **state)
{
	struct ring r = { 0 };
	char block[5000];

	(void)state;
	memset(block, 'x', sizeof block);
	ring_add(&r, block, 0);
	ring_add(&r, "a", 1);
	assert_int_equal(r.room, 1024);
	for (int i = 0; i < 100; i++)
		ring_add(&r, block, sizeof block);
	assert_int_equal(r.room, RING_MAX);
	assert_int_equal(r.end, 500001);
	assert_int_equal(r.begin, 500001 - RING_MAX);
	ring_done(&r);
	assert_int_equal(r.begin, r.end);
}

/* Beside a plain copy of everything, whatever the pieces' sizes are. */
static void what_is_kept_is_the_end_of_what_came(void **state)
{
	struct ring r = { 0 };
	char *all = malloc(200000);
	char *got = malloc(RING_MAX);
	size_t len = 0;

	(void)state;
	assert_non_null(all);
	assert_non_null(got);
	for (size_t piece = 1; len + piece < 200000; piece = (piece * 7 + 3) % 40000 + 1) {
		uint64_t pos = 0;
		size_t kept;

		for (size_t i = 0; i < piece; i++)
			all[len + i] = (char)((len + i) * 31 >> 3);
		ring_add(&r, all + len, piece);
		len += piece;
		kept = ring_read(&r, &pos, got, RING_MAX);
		assert_int_equal(pos, len);
		assert_int_equal(kept, r.end - r.begin);
		assert_true(kept >= (len < RING_MAX ? len : RING_MAX));
		assert_memory_equal(got, all + len - kept, kept);
	}
	ring_done(&r);
	free(all);
	free(got);
}

static void the_tail_begins_with_a_line(void **state)
{
	static const struct { const char *data; uint32_t lines; uint64_t from; } cases[] = {
		{ "", 3, 0 }, { "a\n", 0, 2 }, { "a\n", 1, 0 }, { "a\n", 9, 0 }, { "a\nb\n", 1, 2 },
		{ "a\nb\nc", 1, 4 }, { "a\nb\nc", 2, 2 }, { "\n\n\n", 1, 2 }, { "\n\n\n", 2, 1 }, { "abc", 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct ring r = { 0 };

		ring_add(&r, cases[i].data, strlen(cases[i].data));
		assert_int_equal(ring_tail(&r, cases[i].lines), cases[i].from);
		ring_done(&r);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_taken_with_the_first_byte_and_bounded),
		cmocka_unit_test(what_is_kept_is_the_end_of_what_came),
		cmocka_unit_test(the_tail_begins_with_a_line),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
