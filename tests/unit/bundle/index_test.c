#include "bundle/index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/io.h"
#include "base/own.h"
#include "bundle/index_file.h"

/* "a-b" stands between "a" and "a/x" in byte order: the parents must be found all the same. */
static const struct index_entry entries[] = {
	{ .path = "a", .type = ENTRY_FOLDER },
	{ .path = "a-b", .type = ENTRY_FOLDER },
	{ .path = "a-b/run", .type = ENTRY_EXECUTABLE, .size = 7, .digest.bytes = { 1 } },
	{ .path = "a/x", .type = ENTRY_FILE, .size = 3, .digest.bytes = { 2 } },
	{ .path = "a/y", .type = ENTRY_LINK, .target = "x" },
};
static const struct index_state states[] = { { "cache", 0700 }, { "spool/mail", 0750 } };
static const char *const env[] = { "PORT", "TOKEN" };

static const struct index_draft draft = {
	.manifest.bytes = { 9, 8, 7 }, .name = "acme/mail", .version = "1.0.2", .platform = "any",
	.seq = 1ull << 40, .schema = 1, .host_abi = 3,
	.entries = entries, .entries_n = ARRAY_LEN(entries),
	.states = states, .states_n = ARRAY_LEN(states),
	.lists[INDEX_ENV_REQUIRED] = env, .lists_n[INDEX_ENV_REQUIRED] = ARRAY_LEN(env),
};

static void *build(const struct index_draft *d, size_t *ret_len)
{
	void *data = NULL;

	assert_int_equal(index_build(d, &data, ret_len), 0);
	return data;
}

static void what_is_built_reads_back(void **state)
{
	size_t len;
	OWN(mem) void *data = build(&draft, &len);
	struct index *x = NULL;
	struct index_entry e;
	struct index_state s;

	(void)state;
	assert_int_equal(index_from_memory(data, len, &x), 0);
	assert_string_equal(index_name(x), "acme/mail");
	assert_string_equal(index_version(x), "1.0.2");
	assert_string_equal(index_platform(x), "any");
	assert_int_equal(index_seq(x), 1ull << 40);
	assert_int_equal(index_schema(x), 1);
	assert_int_equal(index_host_abi(x), 3);
	assert_true(digest_is_equal(index_manifest_digest(x), &draft.manifest));
	assert_int_equal(index_count(x), ARRAY_LEN(entries));
	for (uint32_t i = 0; i < index_count(x); i++) {
		index_entry(x, i, &e);
		assert_string_equal(e.path, entries[i].path);
		assert_int_equal(e.type, entries[i].type);
		assert_int_equal(e.size, entries[i].size);
		assert_true(digest_is_equal(&e.digest, &entries[i].digest));
	}
	assert_string_equal(e.target, "x");
	assert_int_equal(index_state_count(x), 2);
	index_state(x, 1, &s);
	assert_string_equal(s.path, "spool/mail");
	assert_int_equal(s.mode, 0750);
	assert_int_equal(index_list_count(x, INDEX_ENV_REQUIRED), 2);
	assert_string_equal(index_list_at(x, INDEX_ENV_REQUIRED, 1), "TOKEN");
	assert_int_equal(index_list_count(x, INDEX_NEEDS_PORTS), 0);
	index_free(x);
}

static void every_path_is_found_and_knows_its_folder(void **state)
{
	static const uint32_t parents[] = { INDEX_ROOT, INDEX_ROOT, 1, 0, 0 };
	size_t len;
	OWN(mem) void *data = build(&draft, &len);
	struct index *x = NULL;
	uint32_t at = 99;

	(void)state;
	assert_int_equal(index_from_memory(data, len, &x), 0);
	for (uint32_t i = 0; i < ARRAY_LEN(entries); i++) {
		assert_true(index_find(x, entries[i].path, &at));
		assert_int_equal(at, i);
		assert_int_equal(index_parent(x, i), parents[i]);
	}
	assert_false(index_find(x, "a/", &at));
	assert_false(index_find(x, "", &at));
	assert_false(index_find(x, "zz", &at));
	index_free(x);
}

static void an_unsound_draft_is_refused(void **state)
{
	static const struct { const char *why; struct index_entry e[2]; } cases[] = {
		{ "twice", { { .path = "a" }, { .path = "a" } } },
		{ "not in order", { { .path = "b" }, { .path = "a" } } },
		{ "parent missing", { { .path = "a" }, { .path = "b/c" } } },
		{ "parent is a file", { { .path = "a" }, { .path = "a/c" } } },
		{ "leaves the tree", { { .path = "../x" }, { .path = "z" } } },
		{ "absolute", { { .path = "/x" }, { .path = "z" } } },
		{ "empty", { { .path = "" }, { .path = "z" } } },
		{ "a dot", { { .path = "a" }, { .path = "a/." } } },
		{ "a link without target", { { .path = "a" }, { .path = "b", .type = ENTRY_LINK } } },
		{ "a file with target", { { .path = "a" }, { .path = "b", .target = "a" } } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct index_draft d = draft;
		void *data = NULL;
		size_t len;

		d.entries = cases[i].e;
		d.entries_n = 2;
		if (index_build(&d, &data, &len) != -EBADMSG)
			fail_msg("%s was taken", cases[i].why);
	}
}

static void too_deep_a_path_is_refused(void **state)
{
	char path[2 * (INDEX_DEPTH_MAX + 1)];
	struct index_entry deep[INDEX_DEPTH_MAX + 1] = { 0 };
	char paths[INDEX_DEPTH_MAX + 1][sizeof path];
	struct index_draft d = draft;
	void *data = NULL;
	size_t len;

	(void)state;
	for (size_t i = 0; i <= INDEX_DEPTH_MAX; i++) {
		memset(paths[i], 'd', sizeof path);
		for (size_t k = 1; k < 2 * i + 1; k += 2)
			paths[i][k] = '/';
		paths[i][2 * i + 1] = '\0';
		deep[i] = (struct index_entry){ .path = paths[i], .type = ENTRY_FOLDER };
	}
	d.entries = deep;
	d.entries_n = INDEX_DEPTH_MAX + 1;
	assert_int_equal(index_build(&d, &data, &len), -EBADMSG);
	d.entries_n = INDEX_DEPTH_MAX;
	assert_int_equal(index_build(&d, &data, &len), 0);
	free(data);
}

static void every_truncation_is_refused(void **state)
{
	size_t len;
	OWN(mem) void *data = build(&draft, &len);

	(void)state;
	for (size_t cut = 0; cut < len; cut++) {
		OWN(mem) void *part = malloc(cut > 0 ? cut : 1); /* so that a sanitizer sees a step too far */
		struct index *x = NULL;

		assert_non_null(part);
		memcpy(part, data, cut);
		assert_int_equal(index_from_memory(part, cut, &x), -EBADMSG);
	}
}

/* Whatever a byte becomes: refused, or read without a step outside the memory. */
static void every_altered_byte_is_survived(void **state)
{
	static const unsigned char values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	size_t len, refused = 0;
	OWN(mem) unsigned char *data = build(&draft, &len);

	(void)state;
	for (size_t at = 0; at < len; at++) {
		for (size_t v = 0; v < sizeof values; v++) {
			unsigned char kept = data[at];
			struct index *x = NULL;
			struct index_entry e;

			data[at] = values[v];
			if (index_from_memory(data, len, &x) < 0)
				refused++;
			else
				for (uint32_t i = 0; i < index_count(x); i++) {
					index_entry(x, i, &e);
					assert_true(strlen(e.path) < len);
				}
			index_free(x);
			data[at] = kept;
		}
	}
	assert_true(refused > len); /* the head, the places, the paths */
}

static void a_count_beyond_the_file_is_refused(void **state)
{
	size_t len;
	OWN(mem) void *data = build(&draft, &len);
	struct index_head *h = data;
	struct index *x = NULL;

	(void)state;
	h->entries_n = UINT32_MAX;
	assert_int_equal(index_from_memory(data, len, &x), -EBADMSG);
	h->entries_n = draft.entries_n;
	h->lists_n[0] = UINT32_MAX;
	h->lists_n[1] = UINT32_MAX;
	assert_int_equal(index_from_memory(data, len, &x), -EBADMSG);
	h->lists_n[0] = 2;
	h->lists_n[1] = 0;
	h->length++;
	assert_int_equal(index_from_memory(data, len, &x), -EBADMSG);
}

static void a_file_opens_and_no_file_says_so(void **state)
{
	char dir[] = "index_test.XXXXXX";
	size_t len;
	OWN(mem) void *data = build(&draft, &len);
	struct index *x = NULL;

	(void)state;
	assert_non_null(mkdtemp(dir));

	OWN(fd) int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_int_equal(index_open(fd, "i", &x), -ENOENT);
	assert_int_equal(io_replace_file(fd, "i", data, len, 0644), 0);
	assert_int_equal(index_open(fd, "i", &x), 0);
	assert_int_equal(index_count(x), ARRAY_LEN(entries));
	index_free(x);
	assert_int_equal(io_replace_file(fd, "i", "", 0, 0644), 0);
	assert_int_equal(index_open(fd, "i", &x), -EBADMSG);
	assert_int_equal(index_open(fd, ".", &x), -EBADMSG);
	assert_int_equal(unlinkat(fd, "i", 0), 0);
	assert_int_equal(rmdir(dir), 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_built_reads_back),
		cmocka_unit_test(every_path_is_found_and_knows_its_folder),
		cmocka_unit_test(an_unsound_draft_is_refused),
		cmocka_unit_test(too_deep_a_path_is_refused),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(every_altered_byte_is_survived),
		cmocka_unit_test(a_count_beyond_the_file_is_refused),
		cmocka_unit_test(a_file_opens_and_no_file_says_so),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
