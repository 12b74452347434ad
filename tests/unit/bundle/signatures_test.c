#include "bundle/signatures.h"

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

static const int64_t second = 1000000000;
static const struct digest tree = { .bytes = { 5 } };

/* A file last changed at this moment. */
static struct stat file_of(int64_t ns)
{
	return (struct stat){
		.st_dev = 1, .st_ino = 2, .st_size = 3, .st_mode = S_IFREG | 0444, .st_nlink = 1,
		.st_mtim = { ns / second, ns % second }, .st_ctim = { ns / second, ns % second },
	};
}

static struct signatures *fresh(uint32_t count)
{
	struct signatures *s = NULL;

	assert_int_equal(signatures_new(&tree, count, &s), 0);
	return s;
}

static void what_was_never_read_is_not_clean(void **state)
{
	struct signatures *s = fresh(2);
	struct stat st = file_of(1);

	(void)state;
	assert_false(signatures_is_clean(s, 0, &st));
	assert_false(signatures_is_clean(s, 2, &st));
	assert_false(signatures_is_clean(s, 3, &st));
	assert_false(signatures_is_changed(s));
	signatures_free(s);
}

static void every_difference_shows(void **state)
{
	int64_t now = signatures_now_ns();
	struct stat st = file_of(now - 3600 * second + 1), other[8];
	struct signatures *s = fresh(1);

	(void)state;
	signatures_record(s, 0, &st, now);
	assert_true(signatures_is_changed(s));
	assert_true(signatures_is_clean(s, 0, &st));
	for (size_t i = 0; i < ARRAY_LEN(other); i++)
		other[i] = st;
	other[0].st_dev++;
	other[1].st_ino++;
	other[2].st_size++;
	other[3].st_mtim.tv_nsec++;
	other[4].st_ctim.tv_nsec++;
	other[5].st_mode ^= 0200;
	other[6].st_uid++;
	other[7].st_nlink++;
	for (size_t i = 0; i < ARRAY_LEN(other); i++)
		assert_false(signatures_is_clean(s, 0, &other[i]));
	signatures_forget(s, 0);
	assert_false(signatures_is_clean(s, 0, &st));
	signatures_free(s);
}

static void a_file_changed_just_before_it_was_read_is_racy(void **state)
{
	int64_t now = signatures_now_ns() / second * second; /* a whole second */
	static const struct { int64_t before_ns; bool clean; } cases[] = {
		{ 1, false }, { 19 * 1000000, false }, { 20 * 1000000, false }, { 21 * 1000000, true },
		/* whole seconds: a file system without fractions */
		{ 1000000000, false }, { 2000000000, false }, { 3000000000, true },
		{ -5, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct stat st = file_of(now - cases[i].before_ns);
		struct signatures *s = fresh(1);

		signatures_record(s, 0, &st, now);
		if (signatures_is_clean(s, 0, &st) != cases[i].clean)
			fail_msg("case %zu", i);
		signatures_free(s);
	}
}

static void a_link_of_our_own_keeps_what_is_known(void **state)
{
	int64_t now = signatures_now_ns();
	struct stat before = file_of(now - 60 * second + 1), after = before, altered;
	struct signatures *s = fresh(1);

	(void)state;
	signatures_record(s, 0, &before, now - 30 * second);
	after.st_nlink = 2;
	after.st_ctim.tv_sec += 55;
	altered = after;
	altered.st_mtim.tv_nsec++;
	assert_false(signatures_relinked(s, 0, &before, &altered, now));
	assert_false(signatures_relinked(s, 0, &after, &after, now));
	assert_true(signatures_relinked(s, 0, &before, &after, now));
	assert_true(signatures_is_clean(s, 0, &after));
	assert_false(signatures_is_clean(s, 0, &before));
	signatures_free(s);
}

struct folder {
	char path[32];
	int  fd;
};

static int make_folder(void **state)
{
	static struct folder f;

	(void)snprintf(f.path, sizeof f.path, "signatures_test.XXXXXX");
	if (mkdtemp(f.path) == NULL)
		return -1;
	f.fd = open(f.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*state = &f;
	return f.fd < 0;
}

static int drop_folder(void **state)
{
	struct folder *f = *state;

	(void)unlinkat(f->fd, "s", 0);
	(void)close(f->fd);
	return rmdir(f->path);
}

static void what_is_saved_loads(void **state)
{
	const struct folder *f = *state;
	int64_t now = signatures_now_ns();
	struct stat st = file_of(now - 60 * second + 1);
	struct signatures *s = fresh(4), *back = NULL;

	signatures_record(s, 4, &st, now);
	assert_int_equal(signatures_load(f->fd, "s", &tree, 4, &back), -ENOENT);
	assert_int_equal(signatures_save(s, f->fd, "s"), 0);
	assert_int_equal(signatures_load(f->fd, "s", &tree, 4, &back), 0);
	assert_true(signatures_is_clean(back, 4, &st));
	assert_false(signatures_is_clean(back, 3, &st));
	assert_false(signatures_is_changed(back));
	signatures_free(back);
	signatures_free(s);
}

static void a_stamp_from_the_future_is_not_trusted(void **state)
{
	const struct folder *f = *state;
	int64_t now = signatures_now_ns();
	struct stat st = file_of(now - 60 * second + 1);
	struct signatures *s = fresh(1), *back = NULL;

	signatures_record(s, 0, &st, now + 3600 * second);
	assert_int_equal(signatures_save(s, f->fd, "s"), 0);
	assert_int_equal(signatures_load(f->fd, "s", &tree, 1, &back), 0);
	assert_false(signatures_is_clean(back, 0, &st));
	signatures_free(back);
	signatures_free(s);
}

static void what_is_not_ours_is_refused(void **state)
{
	const struct folder *f = *state;
	struct digest other = { .bytes = { 6 } };
	struct signatures *s = fresh(3), *back = NULL;
	OWN(mem) char *data = NULL;
	size_t len;

	assert_int_equal(signatures_save(s, f->fd, "s"), 0);
	assert_int_equal(signatures_load(f->fd, "s", &other, 3, &back), -EBADMSG);
	assert_int_equal(signatures_load(f->fd, "s", &tree, 2, &back), -EBADMSG);
	assert_int_equal(signatures_load(f->fd, "s", &tree, 4, &back), -EBADMSG);
	assert_int_equal(io_read_file(f->fd, "s", 4096, &data, &len), 0);
	assert_int_equal(io_replace_file(f->fd, "s", data, len - 1, 0600), 0);
	assert_int_equal(signatures_load(f->fd, "s", &tree, 3, &back), -EBADMSG);
	assert_int_equal(io_replace_file(f->fd, "s", "", 0, 0600), 0);
	assert_int_equal(signatures_load(f->fd, "s", &tree, 3, &back), -EBADMSG);
	data[0] ^= 1;
	assert_int_equal(io_replace_file(f->fd, "s", data, len, 0600), 0);
	assert_int_equal(signatures_load(f->fd, "s", &tree, 3, &back), -EBADMSG);
	data[0] ^= 1;
	assert_int_equal(io_replace_file(f->fd, "s", data, len, 0622), 0);
	assert_int_equal(signatures_load(f->fd, "s", &tree, 3, &back), -EBADMSG);
	signatures_free(s);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_never_read_is_not_clean),
		cmocka_unit_test(every_difference_shows),
		cmocka_unit_test(a_file_changed_just_before_it_was_read_is_racy),
		cmocka_unit_test(a_link_of_our_own_keeps_what_is_known),
		cmocka_unit_test_setup_teardown(what_is_saved_loads, make_folder, drop_folder),
		cmocka_unit_test_setup_teardown(a_stamp_from_the_future_is_not_trusted, make_folder, drop_folder),
		cmocka_unit_test_setup_teardown(what_is_not_ours_is_refused, make_folder, drop_folder),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
