#include "launch/ldcache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { HEAD = 48, ENTRY = 24 };

static const struct { const char *name, *path; } rows[] = {
	{ "libtwo.so", "/lib/b/libtwo.so" }, { "libone.so", "/lib/a/libone.so" }, { "libone.so", "/lib/b/libone.so" },
};

/* A cache of the new format with the rows, at buf; its length. A NUL is behind it, as io_read_file() puts one. */
static size_t make(char *buf)
{
	uint32_t count = ARRAY_LEN(rows), at = HEAD + ENTRY * count;

	memset(buf, 0, 1024);
	memcpy(buf, "glibc-ld.so.cache1.1", 20);
	memcpy(buf + 20, &count, sizeof count);
	for (uint32_t i = 0; i < count; i++) {
		char *entry = buf + HEAD + ENTRY * i;

		memcpy(entry + 4, &at, sizeof at);
		memcpy(buf + at, rows[i].name, strlen(rows[i].name) + 1);
		at += (uint32_t)strlen(rows[i].name) + 1;
		memcpy(entry + 8, &at, sizeof at);
		memcpy(buf + at, rows[i].path, strlen(rows[i].path) + 1);
		at += (uint32_t)strlen(rows[i].path) + 1;
	}
	return at;
}

static void all_paths_of_a_name_come_one_by_one(void **state)
{
	char buf[2048];
	uint32_t at = 0;
	struct ldcache c;

	(void)state;
	ldcache_from_memory(buf, make(buf), &c);
	assert_string_equal(ldcache_find(&c, "libone.so", &at), "/lib/a/libone.so");
	assert_string_equal(ldcache_find(&c, "libone.so", &at), "/lib/b/libone.so");
	assert_null(ldcache_find(&c, "libone.so", &at));
	at = 0;
	assert_null(ldcache_find(&c, "libon", &at));
}

static void a_new_cache_behind_an_old_one_is_found(void **state)
{
	char buf[2048] = { 0 }, new[1024];
	size_t len = make(new);
	uint32_t old_count = 3, at = 0;
	struct ldcache c;

	(void)state;
	memcpy(buf, "ld.so-1.7.0", 12);
	memcpy(buf + 12, &old_count, sizeof old_count);
	memcpy(buf + 56, new, len); /* 16 + 3 * 12 = 52, and the next multiple of 8 */
	ldcache_from_memory(buf, 56 + len, &c);
	assert_string_equal(ldcache_find(&c, "libtwo.so", &at), "/lib/b/libtwo.so");
}

static void a_broken_cache_holds_nothing(void **state)
{
	static const uint32_t hostile[] = { 1000, UINT32_MAX };
	char buf[2048];
	size_t len = make(buf);
	struct ldcache c;

	(void)state;
	for (size_t n = 0; n < HEAD + ENTRY * ARRAY_LEN(rows); n++) {
		char saved = buf[n];

		buf[n] = '\0'; /* what io_read_file() would put behind n bytes */
		ldcache_from_memory(buf, n, &c);
		assert_int_equal(c.count, 0);
		buf[n] = saved;
	}
	for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
		memcpy(buf + 20, &hostile[i], 4);
		ldcache_from_memory(buf, len, &c);
		assert_int_equal(c.count, 0);
	}
}

static void hostile_offsets_lead_nowhere(void **state)
{
	static const uint32_t hostile[] = { UINT32_MAX, 0x7fffffff, 2047, 0 };
	char buf[2048];
	size_t len = make(buf);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
		uint32_t at = 0;
		struct ldcache c;

		memcpy(buf + HEAD + ENTRY + 8, &hostile[i], 4);
		ldcache_from_memory(buf, len, &c);
		assert_true(strlen(ldcache_find(&c, "libone.so", &at)) < len);
	}
}

static void a_missing_file_is_an_empty_cache(void **state)
{
	uint32_t at = 0;
	struct ldcache c;

	(void)state;
	ldcache_read("/no/such/cache", &c);
	assert_null(ldcache_find(&c, "libc.so.6", &at));
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_paths_of_a_name_come_one_by_one),
		cmocka_unit_test(a_new_cache_behind_an_old_one_is_found),
		cmocka_unit_test(a_broken_cache_holds_nothing),
		cmocka_unit_test(hostile_offsets_lead_nowhere),
		cmocka_unit_test(a_missing_file_is_an_empty_cache),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
