#include "base/map.h"

#include "base_test.h"

#include <errno.h>
#include <string.h>

static void what_was_put_is_found_until_it_is_taken(void **state)
{
	struct map m;
	int a, b;

	(void)state;
	assert_int_equal(map_init(&m, 4), 0);
	assert_null(map_get(&m, 1));
	assert_int_equal(map_put(&m, 1, &a), 0);
	assert_int_equal(map_put(&m, 0, &b), 0);
	assert_ptr_equal(map_get(&m, 1), &a);
	assert_ptr_equal(map_get(&m, 0), &b);
	assert_int_equal(map_put(&m, 1, &b), -EEXIST);
	assert_ptr_equal(map_take(&m, 1), &a);
	assert_null(map_take(&m, 1));
	assert_null(map_get(&m, 1));
	assert_ptr_equal(map_get(&m, 0), &b);
	map_done(&m);
	assert_null(map_get(&m, 0));
}

static void a_full_map_says_so(void **state)
{
	struct map m;
	int x;

	(void)state;
	assert_int_equal(map_init(&m, 3), 0);
	for (uint64_t key = 10; key < 13; key++)
		assert_int_equal(map_put(&m, key, &x), 0);
	assert_int_equal(map_put(&m, 13, &x), -ENOSPC);
	assert_ptr_equal(map_take(&m, 11), &x);
	assert_int_equal(map_put(&m, 13, &x), 0);
	map_done(&m);
}

/* Against an array that cannot be wrong: keys collide, wrap around and go in every order. */
static void a_thousand_changes_leave_what_an_array_says(void **state)
{
	enum { KEYS = 97, MAX = 40 };
	static int values[KEYS];
	bool in[KEYS] = { false };
	size_t count = 0;
	uint32_t chance = 1;
	struct map m;

	(void)state;
	assert_int_equal(map_init(&m, MAX), 0);
	for (int step = 0; step < 20000; step++) {
		chance = chance * 1103515245 + 12345;
		size_t k = chance >> 8 & 0xffff;
		uint64_t key = (k %= KEYS) << 40;

		if (chance >> 28 & 1) {
			int r = map_put(&m, key, &values[k]);

			assert_int_equal(r, count == MAX ? -ENOSPC : in[k] ? -EEXIST : 0);
			count += r == 0;
			in[k] |= r == 0;
		} else {
			assert_ptr_equal(map_take(&m, key), in[k] ? &values[k] : NULL);
			count -= in[k];
			in[k] = false;
		}
		assert_int_equal(m.used, count);
		for (size_t i = 0; step % 100 == 0 && i < KEYS; i++)
			assert_ptr_equal(map_get(&m, (uint64_t)i << 40), in[i] ? &values[i] : NULL);
	}
	map_done(&m);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_put_is_found_until_it_is_taken),
		cmocka_unit_test(a_full_map_says_so),
		cmocka_unit_test(a_thousand_changes_leave_what_an_array_says),
	};

	return RUN_TESTS(argc, argv, tests);
}
