/* One bundle's place: the pointer, the generations and the mark, sound and damaged. */
#include "store/place.h"

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
#include "store/fault.h"
#include "store/generation.h"
#include "store/mark.h"

struct fixture {
	char         path[64];
	struct store store;
	struct place place;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct problem p;

	(void)snprintf(f->path, sizeof f->path, "/tmp/reeve-place.XXXXXX");
	assert_non_null(mkdtemp(f->path));
	assert_int_equal(store_enter(&f->store, f->path, &p), 0);
	assert_int_equal(place_enter(&f->place, &f->store, "acme/mail", &p), 0);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	place_leave(&f->place);
	store_leave(&f->store);
	store_discard(AT_FDCWD, f->path);
	free(f);
	return 0;
}

static struct digest digest_of(uint8_t byte)
{
	struct digest d;

	memset(d.bytes, byte, sizeof d.bytes);
	return d;
}

static void write_file(int dir, const char *name, const char *text)
{
	assert_int_equal(io_replace_file(dir, name, text, strlen(text), 0644), 0);
}

static void there_is_no_pointer_before_the_first_flip(void **state)
{
	struct fixture *f = *state;
	struct digest d;

	assert_int_equal(place_current(&f->place, &d), -ENOENT);
}

static void a_flip_moves_the_pointer_whatever_it_named(void **state)
{
	struct fixture *f = *state;
	struct digest one = digest_of(1), two = digest_of(2), got;

	assert_int_equal(place_flip(&f->place, &one), 0);
	assert_int_equal(place_flip(&f->place, &two), 0);
	assert_int_equal(place_current(&f->place, &got), 0);
	assert_true(digest_is_equal(&got, &two));
}

static void a_pointer_out_of_the_place_is_not_followed(void **state)
{
	static const char *const targets[] = {
		"/etc", "../../trees/acme+mail/", "../../trees/acme+web/0101", "../../trees/acme+mail/../../../etc",
		"../../trees/acme+mail/010101010101010101010101010101010101010101010101010101010101010X",
		"../../trees/acme+mail/01010101010101010101010101010101010101010101010101010101010101010/x",
	};
	struct fixture *f = *state;
	struct digest got;

	for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
		assert_int_equal(symlinkat(targets[i], f->place.dir, "current"), 0);
		assert_int_equal(place_current(&f->place, &got), -EBADMSG);
		assert_int_equal(unlinkat(f->place.dir, "current", 0), 0);
	}
	write_file(f->place.dir, "current", "not a link");
	assert_int_equal(place_current(&f->place, &got), -EBADMSG);
}

static void only_names_of_bundles_have_a_place(void **state)
{
	static const char *const names[] = { "", "..", "../x", "a//b", "/a", "A", "a/b/c/d/e", "a+b", "a b", "-" };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct place pl;
		struct problem p;

		assert_int_equal(place_enter(&pl, &f->store, names[i], &p), -ECANCELED);
		assert_true(fault_is(&p, FAULT_NAME));
	}
}

static void a_generation_comes_back_as_it_was_written(void **state)
{
	struct fixture *f = *state;
	struct generation g = { .number = 7, .digest = digest_of(7), .from = digest_of(6), .version = "1.0 \"beta\"",
	                        .seq = INT64_MAX, .reason = "heal", .by = "alice", .when_ms = 5, .outcome = OUTCOME_PENDING }, got;

	assert_int_equal(generation_save(f->place.generations, &g), 0);
	assert_int_equal(generation_load(f->place.generations, 7, &got), 0);
	assert_memory_equal(&got.digest, &g.digest, sizeof g.digest);
	assert_memory_equal(&got.from, &g.from, sizeof g.from);
	assert_string_equal(got.version, g.version);
	assert_int_equal(got.seq, g.seq);
	assert_int_equal(got.outcome, OUTCOME_PENDING);
	assert_int_equal(generation_load(f->place.generations, 8, &got), -ENOENT);
}

static void a_damaged_generation_is_refused(void **state)
{
	static const char *const texts[] = {
		"", "{", "[]", "{}", "{\"generation\": 1}",
		"{\"generation\": 2, \"digest\": \"\", \"from\": \"\", \"version\": \"\", \"seq\": 1, \"reason\": \"\", \"by\": \"\", \"when_ms\": 1, \"outcome\": \"committed\"}",
		"{\"generation\": 1, \"digest\": \"12\", \"from\": \"\", \"version\": \"\", \"seq\": 1, \"reason\": \"\", \"by\": \"\", \"when_ms\": 1, \"outcome\": \"committed\"}",
		"{\"generation\": 1, \"digest\": \"\", \"from\": \"\", \"version\": \"\", \"seq\": -1, \"reason\": \"\", \"by\": \"\", \"when_ms\": 1, \"outcome\": \"committed\"}",
		"{\"generation\": 1, \"digest\": \"\", \"from\": \"\", \"version\": \"\", \"seq\": 1, \"reason\": \"\", \"by\": \"\", \"when_ms\": 1, \"outcome\": \"maybe\"}",
		"{\"generation\": 1, \"generation\": 1}", "{\"generation\": 1} x",
	};
	struct fixture *f = *state;
	struct generation got;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		write_file(f->place.generations, "1.json", texts[i]);
		assert_int_equal(generation_load(f->place.generations, 1, &got), -EBADMSG);
	}
}

static void the_last_generation_is_found_among_other_files(void **state)
{
	struct fixture *f = *state;
	uint64_t n;

	assert_int_equal(generation_last(f->place.generations, &n), 0);
	assert_int_equal(n, 0);
	write_file(f->place.generations, "9.json", "{}");
	write_file(f->place.generations, "10.json", "{}");
	write_file(f->place.generations, "99.json.bak", "{}");
	write_file(f->place.generations, "-100.json", "{}");
	write_file(f->place.generations, "007.json", "{}");
	assert_int_equal(generation_last(f->place.generations, &n), 0);
	assert_int_equal(n, 10);
}

static void put(struct fixture *f, uint64_t number, uint8_t byte, enum outcome outcome)
{
	struct generation g = { .number = number, .digest = digest_of(byte), .outcome = outcome };

	assert_int_equal(generation_save(f->place.generations, &g), 0);
}

static enum outcome outcome_of(struct fixture *f, uint64_t number)
{
	struct generation g;

	assert_int_equal(generation_load(f->place.generations, number, &g), 0);
	return g.outcome;
}

static void what_is_pending_is_settled_by_the_pointer(void **state)
{
	struct fixture *f = *state;
	struct digest two = digest_of(2);

	put(f, 1, 1, OUTCOME_COMMITTED);
	put(f, 2, 2, OUTCOME_PENDING);     /* flipped, and killed before it was noted */
	put(f, 3, 3, OUTCOME_PENDING);     /* killed before the flip */
	assert_int_equal(place_flip(&f->place, &two), 0);
	assert_int_equal(place_settle(&f->place), 0);
	assert_int_equal(outcome_of(f, 1), OUTCOME_COMMITTED);
	assert_int_equal(outcome_of(f, 2), OUTCOME_COMMITTED);
	assert_int_equal(outcome_of(f, 3), OUTCOME_ABANDONED);
}

static void without_a_pointer_nothing_pending_came_to_be(void **state)
{
	struct fixture *f = *state;

	put(f, 1, 0, OUTCOME_PENDING);
	assert_int_equal(place_settle(&f->place), 0);
	assert_int_equal(outcome_of(f, 1), OUTCOME_ABANDONED);
}

static void an_older_pending_one_of_the_same_version_never_was(void **state)
{
	struct fixture *f = *state;
	struct digest one = digest_of(1);

	put(f, 1, 1, OUTCOME_PENDING);
	put(f, 2, 1, OUTCOME_COMMITTED);
	assert_int_equal(place_flip(&f->place, &one), 0);
	assert_int_equal(place_settle(&f->place), 0);
	assert_int_equal(outcome_of(f, 1), OUTCOME_ABANDONED);
}

static void the_newest_committed_generation_of_a_version_is_found(void **state)
{
	struct fixture *f = *state;
	struct digest one = digest_of(1), nine = digest_of(9);
	struct generation g;

	put(f, 1, 1, OUTCOME_COMMITTED);
	put(f, 2, 2, OUTCOME_COMMITTED);
	put(f, 3, 1, OUTCOME_COMMITTED);
	put(f, 4, 1, OUTCOME_ABANDONED);
	assert_int_equal(generation_find(f->place.generations, &one, &g), 0);
	assert_int_equal(g.number, 3);
	assert_int_equal(generation_find(f->place.generations, &nine, &g), -ENOENT);
}

static void a_mark_starts_at_nothing_and_comes_back(void **state)
{
	struct fixture *f = *state;
	struct mark m, got;

	assert_int_equal(mark_load(f->place.dir, &m), 0);
	assert_int_equal(m.seq, 0);
	assert_false(m.is_signed);
	m = (struct mark){ .seq = 41, .digest = digest_of(4), .is_signed = true, .checked_ms = 12, .channel = "edge", .rev = 3 };
	assert_int_equal(mark_save(f->place.dir, &m), 0);
	assert_int_equal(mark_load(f->place.dir, &got), 0);
	assert_int_equal(got.seq, 41);
	assert_true(got.is_signed);
	assert_string_equal(got.channel, "edge");
	assert_int_equal(got.rev, 3);
	assert_true(digest_is_equal(&got.digest, &m.digest));
}

static void a_damaged_mark_is_an_error_and_not_a_fresh_start(void **state)
{
	static const char *const texts[] = { "", "{}", "null", "{\"seq\": \"1\"}", "{\"seq\": 1, \"digest\": \"zz\"}", "\xff\xfe" };
	struct fixture *f = *state;
	struct mark got;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		write_file(f->place.dir, "state.json", texts[i]);
		assert_int_equal(mark_load(f->place.dir, &got), -EBADMSG);
	}
}

static void a_second_lock_is_refused(void **state)
{
	struct fixture *f = *state;
	struct place other;
	struct problem p;

	assert_int_equal(place_enter(&other, &f->store, "acme/mail", &p), 0);
	assert_int_equal(place_lock(&f->place, &p), 0);
	assert_int_equal(place_lock(&other, &p), -ECANCELED);
	assert_true(fault_is(&p, FAULT_BUSY));
	place_leave(&other);
}

int main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(there_is_no_pointer_before_the_first_flip),
		TEST(a_flip_moves_the_pointer_whatever_it_named),
		TEST(a_pointer_out_of_the_place_is_not_followed),
		TEST(only_names_of_bundles_have_a_place),
		TEST(a_generation_comes_back_as_it_was_written),
		TEST(a_damaged_generation_is_refused),
		TEST(the_last_generation_is_found_among_other_files),
		TEST(what_is_pending_is_settled_by_the_pointer),
		TEST(without_a_pointer_nothing_pending_came_to_be),
		TEST(an_older_pending_one_of_the_same_version_never_was),
		TEST(the_newest_committed_generation_of_a_version_is_found),
		TEST(a_mark_starts_at_nothing_and_comes_back),
		TEST(a_damaged_mark_is_an_error_and_not_a_fresh_start),
		TEST(a_second_lock_is_refused),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
