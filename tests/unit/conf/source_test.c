/* Files on disk: what is included, and whom reeve believes. */
#include "conf_world.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/own.h"

struct world {
	char dir[64];
	char path[128];
};

/* The path of a name in the world's folder; good until the next call. */
static const char *in(struct world *w, const char *name)
{
	(void)snprintf(w->path, sizeof w->path, "%s/%s", w->dir, name);
	return w->path;
}

static void put(struct world *w, const char *name, const char *text)
{
	OWN(fd) int fd = open(in(w, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(io_write_all(fd, text, strlen(text)), 0);
	assert_int_equal(fchmod(fd, 0644), 0);
}

static struct conf *load(struct world *w)
{
	struct conf *c = NULL;
	struct problem why;

	assert_int_equal(conf_load(in(w, "reeve.ini"), &c, &why), 0);
	assert_non_null(c);
	return c;
}

/* Loading fails with the error, and says which file. */
static void assert_unreadable(struct world *w, int error)
{
	struct conf *c = NULL;
	struct problem why;

	assert_int_equal(conf_load(in(w, "reeve.ini"), &c, &why), error);
	assert_null(c);
	assert_non_null(strstr(why.path, "reeve.ini"));
	assert_true(why.got[0] != '\0' && why.remedy[0] != '\0');
}

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	assert_non_null(w);
	(void)snprintf(w->dir, sizeof w->dir, "/tmp/reeve-conf-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	assert_int_equal(mkdir(in(w, "services.d"), 0755), 0);
	assert_int_equal(chmod(in(w, "services.d"), 0755), 0);
	put(w, "reeve.ini", "[include]\nfiles = services.d/*.ini\n[service:main]\ncommand = /bin/x\n");
	*state = w;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static int tear_down(void **state)
{
	struct world *w = *state;
	int r = nftw(w->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);

	free(w);
	return r;
}

static void included_files_are_read_in_the_order_of_their_names(void **state)
{
	struct world *w = *state;
	struct conf *c;

	put(w, "services.d/20.ini", "[service:b]\ncommand = x/%(program_name)s\n[service:a]\ncommand = /second\n");
	put(w, "services.d/10.ini", "[service:a]\ncommand = /first\n");
	put(w, "services.d/30.conf", "nonsense");
	c = load(w);
	assert_int_equal(c->errors_n, 1);
	assert_string_equal(c->errors[0].code, "E-DUP");
	assert_non_null(strstr(c->errors[0].file, "services.d/20.ini"));
	assert_int_equal(c->errors[0].line, 3);
	assert_int_equal(c->children_n, 3);
	assert_string_equal(texts_at(&conf_child(c, "default:a")->argv, 0), "/first");
	/* here is the folder of the included file */
	assert_non_null(strstr(texts_at(&conf_child(c, "default:b")->argv, 0), "/services.d/x/b"));
	conf_unref(c);
}

static void a_pattern_may_match_nothing_but_a_name_must(void **state)
{
	struct world *w = *state;
	struct conf *c = load(w);

	assert_no_mistake(c);
	conf_unref(c);
	put(w, "reeve.ini", "[include]\nfiles = services.d/*.ini\n  services.d/missing.ini\n[service:main]\ncommand = /bin/x\n");
	c = load(w);
	assert_mistake(c, "E-FILE", 2);
	assert_int_equal(c->children_n, 1);
	conf_unref(c);
}

static void patterns_are_expanded_and_quoted(void **state)
{
	struct world *w = *state;
	struct conf *c;

	put(w, "services.d/a b.ini", "[service:a]\ncommand = /bin/x\n");
	put(w, "reeve.ini", "[include]\nfiles = '%(here)s/services.d/a b.ini'\n");
	c = load(w);
	assert_no_mistake(c);
	assert_int_equal(c->children_n, 1);
	conf_unref(c);
	put(w, "reeve.ini", "[include]\nfiles = 'services.d/*.ini\n");
	c = load(w);
	assert_mistake(c, "E-FILE", 2);
	conf_unref(c);
	put(w, "reeve.ini", "[include]\nfiles = %(nope)s\n");
	c = load(w);
	assert_mistake(c, "E-EXPAND", 2);
	conf_unref(c);
}

static void mistakes_are_sorted_by_file_and_line(void **state)
{
	struct world *w = *state;
	struct conf *c;

	put(w, "services.d/b.ini", "x\ny\n");
	put(w, "services.d/a.ini", "x\ny\n");
	c = load(w);
	assert_int_equal(c->errors_n, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_non_null(strstr(c->errors[i].file, i < 2 ? "a.ini" : "b.ini"));
		assert_int_equal(c->errors[i].line, i % 2 + 1);
	}
	conf_unref(c);
}

static void the_main_file_may_be_named_from_where_one_stands(void **state)
{
	struct world *w = *state;
	OWN(fd) int before = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct conf *c = NULL;
	struct problem why;

	assert_int_equal(chdir(w->dir), 0);
	assert_int_equal(conf_load("reeve.ini", &c, &why), 0);
	assert_int_equal(fchdir(before), 0);
	assert_string_equal(c->org.file, in(w, "reeve.ini"));
	conf_unref(c);
}

static void an_included_file_cannot_include(void **state)
{
	struct world *w = *state;
	struct conf *c;

	put(w, "services.d/a.ini", "[include]\nfiles = a.ini\n[service:a]\ncommand = /bin/x\n");
	c = load(w);
	assert_mistake(c, "E-SECT", 1);
	assert_int_equal(c->children_n, 2);
	conf_unref(c);
}

static void what_is_no_plain_file_is_left_out(void **state)
{
	struct world *w = *state;
	struct conf *c;

	assert_int_equal(mkfifo(in(w, "services.d/fifo.ini"), 0644), 0);
	assert_int_equal(mkdir(in(w, "services.d/folder.ini"), 0755), 0);
	assert_int_equal(symlink("/dev/zero", in(w, "services.d/zero.ini")), 0);
	assert_int_equal(symlink("nowhere", in(w, "services.d/dangling.ini")), 0);
	assert_int_equal(symlink("loop.ini", in(w, "services.d/loop.ini")), 0);
	c = load(w);
	assert_int_equal(c->errors_n, 5);
	for (size_t i = 0; i < c->errors_n; i++)
		assert_string_equal(c->errors[i].code, "E-FILE");
	assert_int_equal(c->children_n, 1);
	conf_unref(c);
}

static void a_link_to_a_sound_file_is_followed(void **state)
{
	struct world *w = *state;
	struct conf *c;

	put(w, "real", "[service:a]\ncommand = /bin/x\n");
	assert_int_equal(symlink("../real", in(w, "services.d/a.ini")), 0);
	c = load(w);
	assert_no_mistake(c);
	assert_int_equal(c->children_n, 2);
	conf_unref(c);
}

static void what_others_may_write_is_not_believed(void **state)
{
	struct world *w = *state;
	struct conf *c;

	put(w, "services.d/a.ini", "[service:a]\ncommand = /bin/x\n");
	assert_int_equal(chmod(in(w, "services.d/a.ini"), 0646), 0);
	c = load(w);
	assert_mistake(c, "E-FILE", 2);
	assert_int_equal(c->children_n, 1);
	conf_unref(c);
	assert_int_equal(chmod(in(w, "services.d/a.ini"), 0644), 0);
	assert_int_equal(chmod(in(w, "services.d"), 0757), 0);
	c = load(w);
	assert_mistake(c, "E-FILE", 2);
	conf_unref(c);
	assert_int_equal(chmod(in(w, "reeve.ini"), 0646), 0);
	assert_unreadable(w, -EACCES);
	assert_int_equal(chmod(in(w, "reeve.ini"), 0644), 0);
	assert_int_equal(chmod(w->dir, 0757), 0);
	assert_unreadable(w, -EACCES);
}

static void a_group_is_others_unless_it_is_roots_or_the_owners(void **state)
{
	struct world *w = *state;
	struct conf *c;

	if (geteuid() != 0)
		skip();
	put(w, "services.d/a.ini", "[service:a]\ncommand = /bin/x\n");
	assert_int_equal(chown(in(w, "services.d/a.ini"), 0, 12345), 0);
	assert_int_equal(chmod(in(w, "services.d/a.ini"), 0664), 0);
	c = load(w);
	assert_mistake(c, "E-FILE", 2);
	conf_unref(c);
	assert_int_equal(chown(in(w, "services.d/a.ini"), 0, 0), 0);
	c = load(w);
	assert_no_mistake(c);
	conf_unref(c);
}

static void an_included_file_of_a_stranger_is_not_believed(void **state)
{
	struct world *w = *state;
	struct conf *c;

	if (geteuid() != 0)
		skip();
	put(w, "services.d/a.ini", "[service:a]\ncommand = /bin/x\n");
	assert_int_equal(chown(in(w, "services.d/a.ini"), 12345, 12345), 0);
	c = load(w);
	assert_mistake(c, "E-FILE", 2);
	conf_unref(c);
	/* Whoever starts reeve named the main file, and with it its owner. */
	assert_int_equal(chown(in(w, "reeve.ini"), 12345, 12345), 0);
	c = load(w);
	assert_no_mistake(c);
	assert_int_equal(c->children_n, 2);
	conf_unref(c);
}

static void files_have_a_most_of_bytes(void **state)
{
	struct world *w = *state;
	struct conf *c;

	put(w, "services.d/a.ini", "");
	assert_int_equal(truncate(in(w, "services.d/a.ini"), CONF_FILE_MAX + 1), 0);
	c = load(w);
	assert_mistake(c, "E-FILE", 2);
	conf_unref(c);
}

static void without_a_main_file_there_is_nothing(void **state)
{
	struct world *w = *state;

	assert_int_equal(unlink(in(w, "reeve.ini")), 0);
	assert_unreadable(w, -ENOENT);
	assert_int_equal(mkdir(in(w, "reeve.ini"), 0755), 0);
	assert_unreadable(w, -EACCES);
}

static void a_text_from_memory_reads_no_files(void **state)
{
	struct conf *c = parse("[include]\nfiles = /etc/passwd\n");

	(void)state;
	assert_mistake(c, "E-FILE", 1);
	conf_unref(c);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(included_files_are_read_in_the_order_of_their_names),
		TEST(a_pattern_may_match_nothing_but_a_name_must),
		TEST(patterns_are_expanded_and_quoted),
		TEST(mistakes_are_sorted_by_file_and_line),
		TEST(the_main_file_may_be_named_from_where_one_stands),
		TEST(an_included_file_cannot_include),
		TEST(what_is_no_plain_file_is_left_out),
		TEST(a_link_to_a_sound_file_is_followed),
		TEST(what_others_may_write_is_not_believed),
		TEST(a_group_is_others_unless_it_is_roots_or_the_owners),
		TEST(an_included_file_of_a_stranger_is_not_believed),
		TEST(files_have_a_most_of_bytes),
		TEST(without_a_main_file_there_is_nothing),
		cmocka_unit_test(a_text_from_memory_reads_no_files),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
