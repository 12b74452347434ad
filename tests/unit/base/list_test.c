/* The small values: list.h and digest.h. */
#include "base/list.h"

#include "base_test.h"

#include <errno.h>
#include <string.h>

#include "base/digest.h"

struct item {
	int         n;
	struct list link;
};

static void a_list_keeps_the_order_of_appending(void **state)
{
	struct list head;
	struct item items[3] = { { .n = 0 }, { .n = 1 }, { .n = 2 } };
	int n = 0;

	(void)state;
	list_init(&head);
	assert_true(list_is_empty(&head));
	for (int i = 0; i < 3; i++)
		list_append(&head, &items[i].link);
	list_each(&head, it)
		assert_int_equal(container_of(it, struct item, link)->n, n++);
	assert_int_equal(n, 3);
	list_remove(&items[1].link);
	assert_true(list_is_empty(&items[1].link));
	list_remove(&items[1].link); /* again does no harm */
	assert_ptr_equal(head.next, &items[0].link);
	assert_ptr_equal(head.prev, &items[2].link);
}

static void the_element_at_hand_may_go(void **state)
{
	struct list head;
	struct item items[4] = { { .n = 0 }, { .n = 1 }, { .n = 2 }, { .n = 3 } };
	int seen = 0;

	(void)state;
	list_init(&head);
	for (int i = 0; i < 4; i++)
		list_append(&head, &items[i].link);
	list_each(&head, it) {
		seen++;
		list_remove(it);
	}
	assert_int_equal(seen, 4);
	assert_true(list_is_empty(&head));
}

static void a_digest_is_64_lower_case_digits(void **state)
{
	static const char hex[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	static const char *const bad[] = {
		"", "sha256:", "0123", "sha512:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
		"0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdefa",
		"g123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
	};
	struct digest d = { .bytes = { 0 } }, same;
	char prefixed[80] = "sha256:";

	(void)state;
	assert_true(digest_is_none(&d));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(digest_from_text(bad[i], &d), -EINVAL);
	assert_true(digest_is_none(&d)); /* written on success only */
	assert_int_equal(digest_from_text(hex, &d), 0);
	assert_false(digest_is_none(&d));
	assert_string_equal(digest_to_hex(&d).text, hex);
	memcpy(prefixed + 7, hex, sizeof hex);
	assert_int_equal(digest_from_text(prefixed, &same), 0);
	assert_true(digest_is_equal(&d, &same));
	same.bytes[31] ^= 1;
	assert_false(digest_is_equal(&d, &same));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_keeps_the_order_of_appending),
		cmocka_unit_test(the_element_at_hand_may_go),
		cmocka_unit_test(a_digest_is_64_lower_case_digits),
	};

	return RUN_TESTS(argc, argv, tests);
}
