/* The store's folders, objects and small tables. */
#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/own.h"
#include "bundle/hash.h"
#include "store/digests.h"
#include "store/fault.h"
#include "store/json.h"
#include "store/object.h"
#include "store/registry.h"
#include "wire/rows.h"

struct fixture {
	char         path[64];
	struct store store;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	(void)snprintf(f->path, sizeof f->path, "/tmp/reeve-store.XXXXXX");
	assert_non_null(mkdtemp(f->path));
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	store_leave(&f->store);
	store_discard(AT_FDCWD, f->path);
	free(f);
	return 0;
}

static void enter(struct fixture *f)
{
	struct problem p;

	assert_int_equal(store_enter(&f->store, f->path, &p), 0);
}

static void refuses(struct fixture *f, enum fault what)
{
	struct problem p = { .code = "" };

	assert_int_equal(store_enter(&f->store, f->path, &p), -ECANCELED);
	if (!fault_is(&p, what))
		fail_msg("code is %s", p.code);
	assert_true(p.remedy[0] != '\0');
}

static void an_empty_folder_becomes_a_store_and_opens_again(void **state)
{
	struct fixture *f = *state;

	enter(f);
	store_leave(&f->store);
	enter(f);
}

static void a_folder_with_other_things_is_left_alone(void **state)
{
	struct fixture *f = *state;
	OWN(fd) int dir = open(f->path, O_RDONLY | O_DIRECTORY);

	assert_int_equal(io_replace_file(dir, "letter", "dear", 4, 0600), 0);
	refuses(f, FAULT_STORE_FOREIGN);
	assert_int_equal(faccessat(dir, "tmp", F_OK, 0), -1);
}

static void another_version_is_refused(void **state)
{
	static const char *const texts[] = { "2\n", "1", "1\n\n", "", "one\n" };
	struct fixture *f = *state;
	OWN(fd) int dir = open(f->path, O_RDONLY | O_DIRECTORY);

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		assert_int_equal(io_replace_file(dir, "VERSION", texts[i], strlen(texts[i]), 0644), 0);
		refuses(f, FAULT_STORE_VERSION);
	}
}

static void a_folder_of_the_store_that_others_can_write_is_refused(void **state)
{
	struct fixture *f = *state;

	enter(f);
	assert_int_equal(fchmod(f->store.dir[STORE_OBJECTS], 0777), 0);
	store_leave(&f->store);
	refuses(f, FAULT_STORE_OWNER);
}

static void a_link_in_the_place_of_a_folder_is_not_followed(void **state)
{
	struct fixture *f = *state;

	enter(f);
	assert_int_equal(unlinkat(f->store.dir[STORE_ROOT], "partial", AT_REMOVEDIR), 0);
	assert_int_equal(symlinkat("/tmp", f->store.dir[STORE_ROOT], "partial"), 0);
	store_leave(&f->store);
	refuses(f, FAULT_STORE_IO);
}

static void an_exclusive_lock_waits_for_nobody_to_share(void **state)
{
	struct fixture *f = *state;
	struct store other;
	struct problem p;

	enter(f);
	assert_int_equal(store_enter(&other, f->path, &p), 0);
	assert_int_equal(store_lock(&f->store, false), 0);
	assert_int_equal(store_lock(&other, false), 0);
	store_unlock(&f->store);
	store_unlock(&other);
	assert_int_equal(store_lock(&f->store, true), 0);
	store_unlock(&f->store);
	store_leave(&other);
}

static void what_is_discarded_is_gone_with_all_that_it_holds(void **state)
{
	struct fixture *f = *state;
	char name[64];

	enter(f);
	OWN(fd) int stage = store_stage(&f->store, name, sizeof name);

	assert_true(stage >= 0);
	assert_int_equal(mkdirat(stage, "a", 0700), 0);
	assert_int_equal(mkdirat(stage, "a/b", 0700), 0);
	assert_int_equal(symlinkat("/", stage, "a/b/root"), 0);
	assert_int_equal(fchmodat(stage, "a/b", 0555, 0), 0);
	assert_int_equal(fchmodat(stage, "a", 0555, 0), 0);
	store_discard(f->store.dir[STORE_TMP], name);
	assert_int_equal(faccessat(f->store.dir[STORE_TMP], name, F_OK, AT_SYMLINK_NOFOLLOW), -1);
	assert_int_equal(access("/", F_OK), 0);
}

/* ---- objects ---- */

static struct index_entry entry_of(const char *text, enum entry_type type)
{
	struct index_entry e = { .path = "x", .type = type, .size = strlen(text) };

	hash_bytes(text, strlen(text), &e.digest);
	return e;
}

static void put_object(struct fixture *f, const struct index_entry *e, const char *text)
{
	int tmp = f->store.dir[STORE_TMP];

	assert_int_equal(io_replace_file(tmp, "17", text, strlen(text), 0600), 0);
	assert_int_equal(object_seal(e, tmp, "17", true), 0);
	assert_int_equal(object_enter(&f->store, e, tmp, "17"), 0);
}

static void an_object_is_checked_by_its_bytes_and_its_mode(void **state)
{
	struct fixture *f = *state;
	struct index_entry r = entry_of("hello", ENTRY_FILE), x = entry_of("hello", ENTRY_EXECUTABLE);
	char name[OBJECT_NAME_MAX];

	enter(f);
	assert_int_equal(object_check(&f->store, &r), -ENOENT);
	put_object(f, &r, "hello");
	assert_int_equal(object_check(&f->store, &r), 0);
	assert_int_equal(object_check(&f->store, &x), -ENOENT); /* another class, another inode */
	object_name(&r, name);
	assert_int_equal(fchmodat(f->store.dir[STORE_OBJECTS], name, 0644, 0), 0);
	assert_int_equal(object_check(&f->store, &r), -ESTALE);

	OWN(fd) int fd = openat(f->store.dir[STORE_OBJECTS], name, O_WRONLY);

	assert_int_equal(pwrite(fd, "J", 1, 0), 1);
	assert_int_equal(object_check(&f->store, &r), -EBADMSG);
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(object_check(&f->store, &r), -EBADMSG);
}

static void bytes_that_are_not_the_listed_ones_never_become_an_object(void **state)
{
	struct fixture *f = *state;
	struct index_entry e = entry_of("hello", ENTRY_FILE);
	int tmp;

	enter(f);
	tmp = f->store.dir[STORE_TMP];
	assert_int_equal(io_replace_file(tmp, "1", "hellx", 5, 0600), 0);
	assert_int_equal(object_seal(&e, tmp, "1", true), -EBADMSG);
	assert_int_equal(symlinkat("/etc/passwd", tmp, "2"), 0);
	assert_int_equal(object_seal(&e, tmp, "2", true), -ELOOP);
	assert_int_equal(io_replace_file(tmp, "3", "hello", 5, 0600), 0);
	assert_int_equal(linkat(tmp, "3", tmp, "4", 0), 0); /* somebody else has a name for it */
	assert_int_equal(object_seal(&e, tmp, "3", true), -EBADMSG);
	assert_int_equal(mkfifoat(tmp, "5", 0600), 0);
	assert_int_equal(object_seal(&e, tmp, "5", true), -EBADMSG);
}

static void a_damaged_object_is_replaced_even_by_a_file_in_the_place_of_a_folder(void **state)
{
	struct fixture *f = *state;
	struct index_entry e = entry_of("hello", ENTRY_FILE);
	char name[OBJECT_NAME_MAX];

	enter(f);
	put_object(f, &e, "hello");
	object_name(&e, name);
	assert_int_equal(unlinkat(f->store.dir[STORE_OBJECTS], name, 0), 0);
	assert_int_equal(mkdirat(f->store.dir[STORE_OBJECTS], name, 0700), 0);
	assert_int_equal(object_check(&f->store, &e), -EBADMSG);
	put_object(f, &e, "hello");
	assert_int_equal(object_check(&f->store, &e), 0);
}

/* ---- tables ---- */

static void every_fault_has_a_code_of_its_own_and_a_remedy(void **state)
{
	char codes[FAULT_COUNT][32];

	(void)state;
	for (int i = 0; i < FAULT_COUNT; i++) {
		struct problem p;

		assert_int_equal(fault(&p, (enum fault)i, "/x", "got %d", i), -ECANCELED);
		assert_true(p.code[0] != '\0' && p.remedy[0] != '\0');
		assert_true(strlen(p.remedy) + 1 < sizeof p.remedy); /* nothing was cut */
		memcpy(codes[i], p.code, sizeof codes[i]);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(codes[i], codes[k]);
	}
}

static void a_full_disk_is_told_from_a_broken_one(void **state)
{
	struct problem p;

	(void)state;
	assert_int_equal(fault_errno(&p, -ENOSPC, "/x", "cannot"), -ECANCELED);
	assert_true(fault_is(&p, FAULT_NO_SPACE));
	assert_int_equal(fault_errno(&p, -EDQUOT, "/x", "cannot"), -ECANCELED);
	assert_true(fault_is(&p, FAULT_NO_SPACE));
	assert_int_equal(fault_errno(&p, -EIO, "/x", "cannot"), -ECANCELED);
	assert_true(fault_is(&p, FAULT_STORE_IO));
	assert_int_equal(fault_errno(&p, -ECANCELED, "/x", "cannot"), -ECANCELED);
	assert_true(fault_is(&p, FAULT_STORE_IO)); /* told already: left as it was */
}

static void a_set_of_digests_finds_what_was_put_in(void **state)
{
	struct digests d = { .at = NULL };
	struct digest one = { .bytes = { 0 } };

	(void)state;
	assert_false(digests_have(&d, &one));
	for (unsigned i = 0; i < 1000; i++) {
		one.bytes[0] = (uint8_t)(i * 7);
		one.bytes[1] = (uint8_t)(i >> 8);
		assert_int_equal(digests_add(&d, &one), 0);
		assert_true(digests_have(&d, &one));
	}
	one.bytes[31] = 1;
	assert_false(digests_have(&d, &one));
	digests_done(&d);
}

static void only_addresses_that_are_safe_to_ask_are_asked(void **state)
{
	static const struct { const char *url; bool insecure, ok, near; } cases[] = {
		{ "file:///srv/bundles", false, true, true },      { "file://host/srv", false, false, false },
		{ "https://registry.example.org/x/", false, true, false }, { "https://127.0.0.1:4443", false, true, true },
		{ "http://127.0.0.1:8080/", false, true, true },   { "http://localhost/", false, true, true },
		{ "http://[::1]:80/", false, true, true },         { "http://example.org/", false, false, false },
		{ "http://example.org/", true, true, false },      { "http://localhost.example.org/", false, false, false },
		{ "http://127.0.0.1.example.org/", false, false, false }, { "http://127.0.0.1@example.org/", true, false, false },
		{ "ftp://localhost/", true, false, false },        { "HTTPS://x/", true, false, false },
		{ "", true, false, false },                        { "https://x/?q", true, false, false },
		{ "https://x/#f", true, false, false },            { "https://x/a b", true, false, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct store_open order = { .url = cases[i].url, .insecure = cases[i].insecure, .bundle = "acme/mail" };
		struct problem p;
		struct asker asker = { .problem = &p };
		struct registry r = { .order = &order, .asker = &asker };
		int got = registry_look(&r);

		if ((got == 0) != cases[i].ok || (got == 0 && r.is_near != cases[i].near))
			fail_msg("%s: %d near %d", cases[i].url, got, r.is_near);
	}
}

static void the_files_of_a_registry_hang_beneath_its_address(void **state)
{
	struct store_open order = { .url = "https://x/base//" };
	struct registry r = { .order = &order };
	char buf[URL_MAX];

	(void)state;
	assert_int_equal(registry_url(&r, "o/ab/cd", buf, sizeof buf), 0);
	assert_string_equal(buf, "https://x/base/o/ab/cd");
	assert_int_equal(registry_url(&r, "o/ab/cd", buf, 10), -ENAMETOOLONG);
}

static void a_record_becomes_json_with_all_its_fields(void **state)
{
	struct upgrade_child_row row = { .name = "acme:mail", .action = "respawn", .ok = true, .gap_ms = 12,
	                                 .code = "\xff not utf-8", .from = { .bytes = { 1 } } };
	OWN(json) json_t *j = json_from_record(&record_upgrade_child_row, &row);
	const char *s;
	uint64_t n;
	bool ok;

	(void)state;
	assert_non_null(j);
	assert_int_equal(json_object_size(j), record_upgrade_child_row.count);
	assert_int_equal(json_get_text(j, "name", &s), 0);
	assert_string_equal(s, "acme:mail");
	assert_int_equal(json_get_text(j, "code", &s), 0);
	assert_string_equal(s, "");
	assert_int_equal(json_get_text(j, "error", &s), 0); /* NULL is "" */
	assert_int_equal(json_get_u64(j, "gap_ms", &n), 0);
	assert_int_equal(n, 12);
	assert_int_equal(json_get_bool(j, "ok", &ok), 0);
	assert_true(ok);
	assert_int_equal(json_get_text(j, "to", &s), 0);
	assert_string_equal(s, "");
}

int main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(an_empty_folder_becomes_a_store_and_opens_again),
		TEST(a_folder_with_other_things_is_left_alone),
		TEST(another_version_is_refused),
		TEST(a_folder_of_the_store_that_others_can_write_is_refused),
		TEST(a_link_in_the_place_of_a_folder_is_not_followed),
		TEST(an_exclusive_lock_waits_for_nobody_to_share),
		TEST(what_is_discarded_is_gone_with_all_that_it_holds),
		TEST(an_object_is_checked_by_its_bytes_and_its_mode),
		TEST(bytes_that_are_not_the_listed_ones_never_become_an_object),
		TEST(a_damaged_object_is_replaced_even_by_a_file_in_the_place_of_a_folder),
		cmocka_unit_test(every_fault_has_a_code_of_its_own_and_a_remedy),
		cmocka_unit_test(a_full_disk_is_told_from_a_broken_one),
		cmocka_unit_test(a_set_of_digests_finds_what_was_put_in),
		cmocka_unit_test(only_addresses_that_are_safe_to_ask_are_asked),
		cmocka_unit_test(the_files_of_a_registry_hang_beneath_its_address),
		cmocka_unit_test(a_record_becomes_json_with_all_its_fields),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
