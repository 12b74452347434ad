#include "core/pointers.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct pointer pointer(const char *version, uint8_t first)
{
	struct pointer p = { .generation = first };

	version_set(&p.version, version, first, &(struct digest){ .bytes = { first } });
	return p;
}

static void what_was_said_last_is_what_the_pointer_names(void **state)
{
	struct pointers p = { .at = NULL };
	struct pointer one = pointer("1.0", 1), two = pointer("2.0", 2);

	(void)state;
	assert_int_equal(pointers_reserve(&p, 2), 0);
	assert_null(pointers_find(&p, "acme/web"));
	assert_int_equal(pointers_set(&p, "acme/web", &one), 0);
	assert_int_equal(pointers_set(&p, "acme/db", &one), 0);
	assert_int_equal(pointers_set(&p, "acme/web", &two), 0);
	assert_string_equal(pointers_find(&p, "acme/web")->version.text, "2.0");
	assert_int_equal(pointers_find(&p, "acme/web")->generation, 2);
	assert_string_equal(pointers_find(&p, "acme/db")->version.text, "1.0");
	pointers_done(&p);
}

static void there_is_room_for_what_was_reserved_and_a_reload_keeps_what_is_known(void **state)
{
	struct pointers p = { .at = NULL };
	struct pointer one = pointer("1.0", 1);

	(void)state;
	assert_int_equal(pointers_set(&p, "a", &one), -ENOSPC);
	assert_int_equal(pointers_reserve(&p, 1), 0);
	assert_int_equal(pointers_set(&p, "a", &one), 0);
	assert_int_equal(pointers_set(&p, "b", &one), -ENOSPC);
	assert_int_equal(pointers_reserve(&p, 2), 0);
	assert_int_equal(pointers_set(&p, "b", &one), 0);
	assert_non_null(pointers_find(&p, "a"));
	assert_int_equal(pointers_reserve(&p, 1), 0);
	assert_non_null(pointers_find(&p, "b"));
	pointers_done(&p);
}

static void names_that_differ_in_their_separator_are_two_bundles(void **state)
{
	struct pointers p = { .at = NULL };
	struct pointer one = pointer("1.0", 1), two = pointer("2.0", 2);

	(void)state;
	assert_int_equal(pointers_reserve(&p, 2), 0);
	assert_int_equal(pointers_set(&p, "a/b-c", &one), 0);
	assert_int_equal(pointers_set(&p, "a-b/c", &two), 0);
	assert_string_equal(pointers_find(&p, "a/b-c")->version.text, "1.0");
	assert_string_equal(pointers_find(&p, "a-b/c")->version.text, "2.0");
	pointers_done(&p);
}

static void a_version_with_an_endless_name_is_cut(void **state)
{
	char longer[4 * VERSION_MAX];
	struct pointer p;

	(void)state;
	memset(longer, 'v', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	p = pointer(longer, 1);
	assert_int_equal(strlen(p.version.text), VERSION_MAX - 1);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_said_last_is_what_the_pointer_names),
		cmocka_unit_test(there_is_room_for_what_was_reserved_and_a_reload_keeps_what_is_known),
		cmocka_unit_test(names_that_differ_in_their_separator_are_two_bundles),
		cmocka_unit_test(a_version_with_an_endless_name_is_cut),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
