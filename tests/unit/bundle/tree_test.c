#include "bundle/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/io.h"
#include "base/own.h"
#include "bundle/hash.h"

/* A tree on disk and its index, as a bundle of a program, a page and a link to it. */
struct world {
	char                path[64];
	int                 fd;
	void               *data;
	struct index       *index;
	struct signatures  *signatures;
	char                told[16][96]; /* "code path" */
	size_t              told_n;
	struct tree_count   count;
};

static const struct { const char *path, *bytes; mode_t mode; } files[] = {
	{ "bin/httpd", "#!/bin/sh\n", 0555 },
	{ "www-old", "not beneath www\n", 0444 },
	{ "www/index.html", "<p>hello\n", 0444 },
};

static const char *const folders[] = { "bin", "www", "www/empty" };

/* In place where the file is there already, as whoever owns it can. */
static void put_file(int dir, const char *path, const char *bytes, mode_t mode)
{
	(void)fchmodat(dir, path, 0600, 0);

	OWN(fd) int fd = openat(dir, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(io_write_all(fd, bytes, strlen(bytes)), 0);
	assert_int_equal(fchmod(fd, mode), 0);
}

static void build_index(struct world *w)
{
	struct index_entry e[] = {
		{ .path = "bin", .type = ENTRY_FOLDER },
		{ .path = "bin/httpd", .type = ENTRY_EXECUTABLE },
		{ .path = "home", .type = ENTRY_LINK, .target = "www/index.html" },
		{ .path = "www", .type = ENTRY_FOLDER },
		{ .path = "www-old", .type = ENTRY_FILE },
		{ .path = "www/empty", .type = ENTRY_FOLDER },
		{ .path = "www/index.html", .type = ENTRY_FILE },
	};
	struct index_draft d = {
		.manifest.bytes = { 1 }, .name = "web", .version = "1", .platform = "any", .seq = 1,
		.schema = 1, .entries = e, .entries_n = ARRAY_LEN(e),
	};
	size_t len;

	for (size_t i = 0; i < ARRAY_LEN(e); i++)
		for (size_t k = 0; k < ARRAY_LEN(files); k++)
			if (strcmp(e[i].path, files[k].path) == 0) {
				e[i].size = strlen(files[k].bytes);
				hash_bytes(files[k].bytes, e[i].size, &e[i].digest);
			}
	assert_int_equal(index_build(&d, &w->data, &len), 0);
	assert_int_equal(index_from_memory(w->data, len, &w->index), 0);
}

/* Folders stay 0755 while the world is made and unmade. */
static void chmod_folders(struct world *w, mode_t mode)
{
	for (size_t i = 0; i < ARRAY_LEN(folders); i++)
		(void)fchmodat(w->fd, folders[i], mode, 0);
}

static int make_world(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	assert_non_null(w);
	(void)snprintf(w->path, sizeof w->path, "/tmp/tree_test.XXXXXX");
	assert_non_null(mkdtemp(w->path));
	assert_int_equal(chmod(w->path, 0755), 0);
	w->fd = open(w->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(w->fd >= 0);
	for (size_t i = 0; i < ARRAY_LEN(folders); i++)
		assert_int_equal(mkdirat(w->fd, folders[i], 0755), 0);
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		put_file(w->fd, files[i].path, files[i].bytes, files[i].mode);
	assert_int_equal(symlinkat("www/index.html", w->fd, "home"), 0);
	chmod_folders(w, 0555);
	build_index(w);
	assert_int_equal(signatures_new(index_manifest_digest(w->index), index_count(w->index),
	                                &w->signatures), 0);
	*state = w;
	return 0;
}

static int drop_world(void **state)
{
	struct world *w = *state;
	char command[128];

	chmod_folders(w, 0755);
	(void)close(w->fd);
	signatures_free(w->signatures);
	index_free(w->index);
	free(w->data);
	(void)snprintf(command, sizeof command, "%s", w->path);
	free(w);

	pid_t pid = fork();

	if (pid == 0) {
		(void)execlp("rm", "rm", "-rf", command, (char *)NULL);
		_exit(127);
	}
	return pid < 0;
}

static void hear(void *arg, const struct problem *p)
{
	struct world *w = arg;

	assert_int_equal(p->class, PROBLEM_BUNDLE);
	assert_true(p->remedy[0] != '\0');
	assert_true(w->told_n < ARRAY_LEN(w->told));
	(void)snprintf(w->told[w->told_n++], sizeof w->told[0], "%s %.60s", p->code, p->path);
}

static int check(struct world *w, enum tree_level level)
{
	struct tree_check c = {
		.dir = w->fd, .index = w->index, .signatures = w->signatures, .owner = geteuid(),
		.level = level, .problem = hear, .arg = w,
	};

	w->told_n = 0;
	w->count = (struct tree_count){ 0 };
	return tree_verify(&c, &w->count);
}

static void expect_told(struct world *w, enum tree_level level, const char *line)
{
	assert_int_equal(check(w, level), 0);
	assert_int_equal(w->count.problems, w->told_n);
	for (size_t i = 0; i < w->told_n; i++)
		if (strcmp(w->told[i], line) == 0)
			return;
	fail_msg("nobody said: %s (but %s)", line, w->told_n > 0 ? w->told[0] : "nothing");
}

/* Lets the newest stamp in the tree become older than the racy rule asks for. */
static void let_stamps_age(struct world *w)
{
	struct stat st;
	int64_t newest = 0;
	static const char *const all[] = { ".", "bin", "bin/httpd", "home", "www", "www-old", "www/empty",
	                                   "www/index.html" };

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if (fstatat(w->fd, all[i], &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    st.st_ctim.tv_sec * 1000000000ll + st.st_ctim.tv_nsec > newest)
			newest = st.st_ctim.tv_sec * 1000000000ll + st.st_ctim.tv_nsec;
	newest += 25000000;
	(void)clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME,
	                      &(struct timespec){ newest / 1000000000, newest % 1000000000 }, NULL);
}

static void a_right_tree_has_no_problem(void **state)
{
	struct world *w = *state;

	assert_int_equal(check(w, TREE_STAT), 0);
	assert_int_equal(w->count.problems, 0);
	assert_int_equal(w->count.files_hashed, ARRAY_LEN(files));
	assert_true(signatures_is_changed(w->signatures));
}

static void a_second_look_reads_nothing(void **state)
{
	struct world *w = *state;

	assert_int_equal(check(w, TREE_LOOK), -EAGAIN);
	let_stamps_age(w);
	assert_int_equal(check(w, TREE_STAT), 0);
	assert_int_equal(check(w, TREE_LOOK), 0);
	assert_int_equal(check(w, TREE_STAT), 0);
	assert_int_equal(w->count.files_hashed, 0);
	assert_int_equal(check(w, TREE_FULL), 0);
	assert_int_equal(w->count.files_hashed, ARRAY_LEN(files));
	assert_int_equal(w->count.problems, 0);
}

static void damage_after_a_clean_look_shows(void **state)
{
	struct world *w = *state;

	let_stamps_age(w);
	assert_int_equal(check(w, TREE_STAT), 0);
	put_file(w->fd, "www/index.html", "<p>HELLO\n", 0444); /* same length */
	assert_int_equal(check(w, TREE_LOOK), -EAGAIN);
	assert_int_equal(w->told_n, 0);
	expect_told(w, TREE_STAT, "file-altered www/index.html");
	assert_int_equal(w->count.files_hashed, 1);
	expect_told(w, TREE_STAT, "file-altered www/index.html");
	put_file(w->fd, "www/index.html", "<p>hello\n", 0444);
	assert_int_equal(check(w, TREE_STAT), 0);
	assert_int_equal(w->count.problems, 0);
}

static void a_rewrite_that_forges_the_time_shows(void **state)
{
	struct world *w = *state;
	struct stat st;

	let_stamps_age(w);
	assert_int_equal(check(w, TREE_STAT), 0);
	assert_int_equal(fstatat(w->fd, "www-old", &st, 0), 0);
	put_file(w->fd, "www-old", "NOT beneath www\n", 0444);
	assert_int_equal(utimensat(w->fd, "www-old", (struct timespec[]){ st.st_atim, st.st_mtim }, 0), 0);
	expect_told(w, TREE_STAT, "file-altered www-old");
}

static void a_missing_file_is_named(void **state)
{
	struct world *w = *state;

	chmod_folders(w, 0755);
	assert_int_equal(unlinkat(w->fd, "bin/httpd", 0), 0);
	chmod_folders(w, 0555);
	expect_told(w, TREE_STAT, "file-missing bin/httpd");
	assert_int_equal(w->told_n, 1);
}

static void a_missing_folder_names_all_that_was_in_it(void **state)
{
	struct world *w = *state;

	chmod_folders(w, 0755);
	assert_int_equal(unlinkat(w->fd, "bin/httpd", 0), 0);
	assert_int_equal(unlinkat(w->fd, "bin", AT_REMOVEDIR), 0);
	chmod_folders(w, 0555);
	expect_told(w, TREE_STAT, "file-missing bin");
	expect_told(w, TREE_STAT, "file-missing bin/httpd");
	assert_int_equal(w->told_n, 2);
}

static void what_the_manifest_does_not_list_is_extra(void **state)
{
	struct world *w = *state;

	let_stamps_age(w);
	assert_int_equal(check(w, TREE_STAT), 0);
	put_file(w->fd, "plugin", "mine", 0444);
	chmod_folders(w, 0755);
	put_file(w->fd, "www/empty/.hidden", "mine", 0444);
	chmod_folders(w, 0555);
	expect_told(w, TREE_STAT, "file-extra plugin");
	expect_told(w, TREE_STAT, "file-extra www/empty/.hidden");
	assert_int_equal(w->told_n, 2);
}

static void an_extra_name_cannot_speak_to_the_terminal(void **state)
{
	struct world *w = *state;

	put_file(w->fd, "a\033[31m\nb", "", 0444);
	expect_told(w, TREE_STAT, "file-extra a\\x1b[31m\\x0ab");
}

static void a_wrong_mode_shows_until_it_is_right(void **state)
{
	struct world *w = *state;

	assert_int_equal(fchmodat(w->fd, "bin/httpd", 04755, 0), 0);
	assert_int_equal(fchmodat(w->fd, "www", 0777, 0), 0);
	expect_told(w, TREE_STAT, "file-mode bin/httpd");
	expect_told(w, TREE_STAT, "file-mode www");
	let_stamps_age(w);
	expect_told(w, TREE_STAT, "file-mode bin/httpd");
	assert_int_equal(w->told_n, 2);
	assert_int_equal(fchmodat(w->fd, "bin/httpd", 0555, 0), 0);
	assert_int_equal(fchmodat(w->fd, "www", 0555, 0), 0);
	assert_int_equal(check(w, TREE_STAT), 0);
	assert_int_equal(w->count.problems, 0);
}

static void a_tree_that_others_may_write_is_refused(void **state)
{
	struct world *w = *state;

	assert_int_equal(fchmod(w->fd, 0775), 0);
	expect_told(w, TREE_STAT, "file-mode .");
	assert_int_equal(fchmod(w->fd, 0555), 0);
	assert_int_equal(check(w, TREE_STAT), 0);
	assert_int_equal(w->count.problems, 0);
	assert_int_equal(fchmod(w->fd, 0755), 0);
}

static void a_file_of_another_type_is_named(void **state)
{
	struct world *w = *state;

	chmod_folders(w, 0755);
	assert_int_equal(unlinkat(w->fd, "www-old", 0), 0);
	assert_int_equal(mkfifoat(w->fd, "www-old", 0444), 0);
	assert_int_equal(unlinkat(w->fd, "www/empty", AT_REMOVEDIR), 0);
	assert_int_equal(symlinkat("/etc", w->fd, "www/empty"), 0);
	chmod_folders(w, 0555);
	expect_told(w, TREE_STAT, "file-type www-old");
	expect_told(w, TREE_STAT, "file-type www/empty");
	assert_int_equal(w->told_n, 2);
}

static void a_folder_that_became_a_link_is_not_followed(void **state)
{
	struct world *w = *state;

	chmod_folders(w, 0755);
	assert_int_equal(renameat(w->fd, "bin", w->fd, "www/away"), 0);
	assert_int_equal(symlinkat("www/away", w->fd, "bin"), 0);
	chmod_folders(w, 0555);
	expect_told(w, TREE_STAT, "file-type bin");
	expect_told(w, TREE_STAT, "file-missing bin/httpd");
	expect_told(w, TREE_STAT, "file-extra www/away");
}

static void a_link_elsewhere_is_named(void **state)
{
	struct world *w = *state;

	let_stamps_age(w);
	assert_int_equal(check(w, TREE_STAT), 0);
	assert_int_equal(unlinkat(w->fd, "home", 0), 0);
	assert_int_equal(symlinkat("/etc/passwd", w->fd, "home"), 0);
	expect_told(w, TREE_STAT, "link-target home");
	assert_int_equal(w->told_n, 1);
}

static void a_strange_owner_is_named(void **state)
{
	struct world *w = *state;

	if (geteuid() != 0)
		skip();
	assert_int_equal(fchownat(w->fd, "www/index.html", 12345, 0, 0), 0);
	assert_int_equal(fchmodat(w->fd, "www/index.html", 0444, 0), 0);
	expect_told(w, TREE_STAT, "file-owner www/index.html");
}

static void signatures_of_another_owner_do_not_help(void **state)
{
	struct world *w = *state;
	struct tree_check c = {
		.dir = w->fd, .index = w->index, .signatures = w->signatures, .owner = 12345,
		.level = TREE_STAT, .problem = hear, .arg = w,
	};

	if (geteuid() != 0)
		skip();
	let_stamps_age(w);
	assert_int_equal(fchownat(w->fd, "www-old", 12345, 0, 0), 0);
	let_stamps_age(w);
	assert_int_equal(tree_verify(&c, &w->count), 0);
	assert_int_equal(w->count.problems, 0);
	expect_told(w, TREE_STAT, "file-owner www-old");
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, make_world, drop_world)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		IN_A_WORLD(a_right_tree_has_no_problem),
		IN_A_WORLD(a_second_look_reads_nothing),
		IN_A_WORLD(damage_after_a_clean_look_shows),
		IN_A_WORLD(a_rewrite_that_forges_the_time_shows),
		IN_A_WORLD(a_missing_file_is_named),
		IN_A_WORLD(a_missing_folder_names_all_that_was_in_it),
		IN_A_WORLD(what_the_manifest_does_not_list_is_extra),
		IN_A_WORLD(an_extra_name_cannot_speak_to_the_terminal),
		IN_A_WORLD(a_wrong_mode_shows_until_it_is_right),
		IN_A_WORLD(a_tree_that_others_may_write_is_refused),
		IN_A_WORLD(a_file_of_another_type_is_named),
		IN_A_WORLD(a_folder_that_became_a_link_is_not_followed),
		IN_A_WORLD(a_link_elsewhere_is_named),
		IN_A_WORLD(a_strange_owner_is_named),
		IN_A_WORLD(signatures_of_another_owner_do_not_help),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
