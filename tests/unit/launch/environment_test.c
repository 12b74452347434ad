#include "launch/environment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/own.h"

struct list {
	struct texts texts;
	uint8_t      packed[512];
};

static void fill(struct list *l, const char *const *words)
{
	*l = (struct list){ 0 };
	for (; *words != NULL; words++)
		assert_int_equal(texts_add(&l->texts, l->packed, sizeof l->packed, *words), 0);
}

static void the_last_value_of_a_whole_key_is_the_one(void **state)
{
	struct list l;

	(void)state;
	fill(&l, (const char *const[]){ "PATH=/a", "PATHS=/b", "EMPTY=", "PATH=/c=d", NULL });
	assert_string_equal(environment_get(&l.texts, "PATH"), "/c=d");
	assert_string_equal(environment_get(&l.texts, "EMPTY"), "");
	assert_null(environment_get(&l.texts, "PAT"));
	assert_null(environment_get(&l.texts, ""));
	assert_string_equal(environment_path(&l.texts), "/c=d");
	fill(&l, (const char *const[]){ NULL });
	assert_string_equal(environment_path(&l.texts), "/bin:/usr/bin");
}

static void folders_of_a_list_come_one_by_one(void **state)
{
	static const struct { const char *list, *separators, *dirs[4]; } cases[] = {
		{ "/a:/b", ":", { "/a", "/b" } },
		{ ":/b:", ":", { ".", "/b", "." } },
		{ "", ":", { "." } },
		{ "/a;/b:/c", ":;", { "/a", "/b", "/c" } },
		{ "/much-too-long:/b", ":", { "/b" } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *at = cases[i].list;
		char dir[8];

		for (size_t k = 0; k < ARRAY_LEN(cases[i].dirs) && cases[i].dirs[k] != NULL; k++) {
			assert_int_equal(environment_next_dir(&at, cases[i].separators, dir, sizeof dir), 1);
			assert_string_equal(dir, cases[i].dirs[k]);
		}
		assert_int_equal(environment_next_dir(&at, cases[i].separators, dir, sizeof dir), 0);
	}
}

static void a_vector_holds_the_texts_then_the_others_then_nothing(void **state)
{
	char more[] = "REEVE_TREE=/t";
	char *const mores[] = { more, NULL };
	OWN(mem) char **vector = NULL;
	struct list l;

	(void)state;
	fill(&l, (const char *const[]){ "A=1", "", NULL });
	assert_int_equal(environment_vector(&l.texts, mores, &vector), 0);
	assert_string_equal(vector[0], "A=1");
	assert_string_equal(vector[1], "");
	assert_ptr_equal(vector[2], more);
	assert_null(vector[3]);
}

static void what_lies_over_wins_and_the_rest_stays(void **state)
{
	struct list under, over, none = { .texts = { .count = 0 } };
	struct texts both = { .count = 0 };

	(void)state;
	fill(&under, (const char *const[]){ "PATH=/a", "A=1", "AB=2", "EMPTY=x", NULL });
	fill(&over, (const char *const[]){ "A=3", "EMPTY=", "NEW=4", NULL });
	assert_int_equal(environment_overlay(&under.texts, &over.texts, &both), 0);
	assert_int_equal(both.count, 5);
	assert_string_equal(texts_at(&both, 0), "PATH=/a");
	assert_string_equal(texts_at(&both, 1), "AB=2");
	assert_string_equal(environment_get(&both, "A"), "3");
	assert_string_equal(environment_get(&both, "EMPTY"), "");
	assert_string_equal(environment_get(&both, "NEW"), "4");
	free((void *)(uintptr_t)both.packed);
	assert_int_equal(environment_overlay(&none.texts, &none.texts, &both), 0);
	assert_int_equal(both.count, 0);
	free((void *)(uintptr_t)both.packed);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_value_of_a_whole_key_is_the_one),
		cmocka_unit_test(folders_of_a_list_come_one_by_one),
		cmocka_unit_test(what_lies_over_wins_and_the_rest_stays),
		cmocka_unit_test(a_vector_holds_the_texts_then_the_others_then_nothing),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
