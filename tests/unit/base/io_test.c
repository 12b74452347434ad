/* Files and paths: io.h, path.h and the ownership of own.h. */
#include "base/io.h"

#include "base_test.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/own.h"
#include "base/path.h"

struct world {
	char dir[64];
	int  fd;
};

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	assert_non_null(w);
	(void)snprintf(w->dir, sizeof w->dir, "/tmp/reeve-io-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	w->fd = open(w->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(w->fd >= 0);
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

	(void)close(w->fd);
	free(w);
	return r;
}

static void a_file_is_replaced_whole_and_read_back(void **state)
{
	struct world *w = *state;
	OWN(fd) int dir = open(w->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	OWN(mem) char *text = NULL;
	struct stat st;
	size_t len;

	assert_int_equal(io_replace_file(dir, "x", "first", 5, 0640), 0);
	assert_int_equal(io_replace_file(dir, "x", "sec\0nd", 6, 0600), 0);
	assert_int_equal(io_read_file(dir, "x", 100, &text, &len), 0);
	assert_int_equal(len, 6);
	assert_memory_equal(text, "sec\0nd", 7); /* with the NUL behind it */
	assert_int_equal(fstatat(dir, "x", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

static void what_cannot_be_replaced_leaves_nothing_beside_it(void **state)
{
	struct world *w = *state;
	OWN(fd) int dir = open(w->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	OWN(dir) DIR *entries = NULL;
	unsigned n = 0;

	assert_int_equal(mkdirat(dir, "x", 0755), 0);
	assert_int_equal(io_replace_file(dir, "x", "y", 1, 0644), -EISDIR);
	entries = opendir(w->dir);
	assert_non_null(entries);
	while (readdir(entries) != NULL)
		n++;
	assert_int_equal(n, 3); /* ".", "..", "x" */
}

static void reading_has_a_most(void **state)
{
	struct world *w = *state;
	OWN(fd) int dir = open(w->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	OWN(mem) char *text = NULL;
	size_t len;
	char big[10000];

	memset(big, 'a', sizeof big);
	assert_int_equal(io_replace_file(dir, "x", big, sizeof big, 0600), 0);
	assert_int_equal(io_read_file(dir, "x", sizeof big - 1, &text, &len), -EFBIG);
	assert_null(text);
	assert_int_equal(io_read_file(dir, "x", sizeof big, &text, &len), 0);
	assert_int_equal(len, sizeof big);
	assert_memory_equal(text, big, sizeof big);
}

static void what_is_no_file_is_not_waited_for(void **state)
{
	struct world *w = *state;
	char *text;
	size_t len;

	assert_int_equal(io_read_file(w->fd, "none", 10, &text, &len), -ENOENT);
	assert_int_equal(io_read_file(w->fd, ".", 10, &text, &len), -EISDIR);
	assert_int_equal(mkfifoat(w->fd, "fifo", 0600), 0);
	assert_int_equal(io_read_file(w->fd, "fifo", 10, &text, &len), 0); /* no writer: the end at once */
	assert_int_equal(len, 0);
	free(text);
}

static void reading_exactly_says_when_the_end_came_first(void **state)
{
	int pipes[2];
	char buf[4];

	(void)state;
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	assert_int_equal(io_write_all(pipes[1], "abcdef", 6), 0);
	assert_int_equal(close(pipes[1]), 0);
	assert_int_equal(io_read_exactly(pipes[0], buf, 4), 0);
	assert_memory_equal(buf, "abcd", 4);
	assert_int_equal(io_read_exactly(pipes[0], buf, 4), -ENODATA);
	assert_int_equal(close(pipes[0]), 0);
	assert_int_equal(io_read_exactly(pipes[0], buf, 4), -EBADF);
	assert_int_equal(io_write_all(pipes[0], "x", 1), -EBADF);
}

static void nothing_beneath_a_folder_leads_out_of_it(void **state)
{
	struct world *w = *state;
	OWN(fd) int made = -1;

	assert_int_equal(mkdirat(w->fd, "in", 0755), 0);
	assert_int_equal(symlinkat("/etc", w->fd, "out"), 0);
	assert_int_equal(symlinkat("in", w->fd, "link"), 0);
	made = path_open_beneath(w->fd, "in/file", O_WRONLY | O_CREAT | O_EXCL, 0600);
	assert_true(made >= 0);
	assert_int_equal(fcntl(made, F_GETFD), FD_CLOEXEC);
	assert_true(path_open_beneath(w->fd, "out/passwd", O_RDONLY, 0) < 0);
	assert_true(path_open_beneath(w->fd, "link/file", O_RDONLY, 0) < 0);
	assert_true(path_open_beneath(w->fd, "out", O_RDONLY, 0) < 0);
	assert_true(path_open_beneath(w->fd, "../x", O_RDONLY, 0) < 0);
	assert_true(path_open_beneath(w->fd, "in/../../x", O_RDONLY, 0) < 0);
	assert_true(path_open_beneath(w->fd, "/etc/passwd", O_RDONLY, 0) < 0);
	assert_true(path_open_beneath(w->fd, "", O_RDONLY, 0) < 0);
	assert_int_equal(path_open_beneath(w->fd, "in/none", O_RDONLY, 0), -ENOENT);
}

static void folders_are_made_with_those_above_them(void **state)
{
	struct world *w = *state;
	char path[128];
	struct stat st;

	(void)snprintf(path, sizeof path, "%s/a/b/c", w->dir);
	assert_int_equal(path_make_dirs(path, 0750), 0);
	assert_int_equal(path_make_dirs(path, 0750), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISDIR(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0750);
	(void)snprintf(path, sizeof path, "%s/file", w->dir);
	assert_int_equal(close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600)), 0);
	(void)snprintf(path, sizeof path, "%s/file/x", w->dir);
	assert_int_equal(path_make_dirs(path, 0750), -ENOTDIR);
}

static void joined_paths_fit_or_are_refused(void **state)
{
	char buf[8];

	(void)state;
	assert_int_equal(path_join(buf, sizeof buf, "/a", "b"), 0);
	assert_string_equal(buf, "/a/b");
	assert_int_equal(path_join(buf, sizeof buf, "/a", "/b"), 0);
	assert_string_equal(buf, "/b");
	assert_int_equal(path_join(buf, sizeof buf, "/abc", "def"), -ENAMETOOLONG);
	assert_int_equal(path_join(buf, sizeof buf, "/", "/1234567"), -ENAMETOOLONG);
}

static void plain_paths_are_relative_and_say_what_they_are(void **state)
{
	static const char *const good[] = { "a", "a/b", "a.b/c..d", ".hidden", "...", "gr\xc3\xbc\xc3\x9f/x", "a b" };
	static const char *const bad[] = {
		"", "/", "/a", "a/", "a//b", ".", "..", "a/.", "a/../b", "./a", "a\nb", "a\x7f", "\xff", "a/\xc0\xaf",
	};
	char part[NAME_MAX + 2];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_true(path_is_plain(good[i]));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(path_is_plain(bad[i]));
	memset(part, 'a', sizeof part);
	part[NAME_MAX] = '\0';
	assert_true(path_is_plain(part));
	part[NAME_MAX] = 'a';
	part[NAME_MAX + 1] = '\0';
	assert_false(path_is_plain(part));
}

static void what_is_taken_is_not_released(void **state)
{
	int kept, dropped;

	(void)state;
	{
		OWN(fd) int a = open("/dev/null", O_RDONLY | O_CLOEXEC);
		OWN(fd) int b = open("/dev/null", O_RDONLY | O_CLOEXEC);
		OWN(mem) char *gone = malloc(1);

		assert_non_null(gone);
		kept = take_fd(&a);
		dropped = b;
		errno = E2BIG;
	}
	assert_int_equal(errno, E2BIG);
	assert_true(fcntl(kept, F_GETFD) >= 0);
	assert_int_equal(fcntl(dropped, F_GETFD), -1);
	assert_int_equal(close(kept), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_is_replaced_whole_and_read_back),
		TEST(what_cannot_be_replaced_leaves_nothing_beside_it),
		TEST(reading_has_a_most),
		TEST(what_is_no_file_is_not_waited_for),
		cmocka_unit_test(reading_exactly_says_when_the_end_came_first),
		TEST(nothing_beneath_a_folder_leads_out_of_it),
		TEST(folders_are_made_with_those_above_them),
		cmocka_unit_test(joined_paths_fit_or_are_refused),
		cmocka_unit_test(plain_paths_are_relative_and_say_what_they_are),
		cmocka_unit_test(what_is_taken_is_not_released),
	};

	return RUN_TESTS(argc, argv, tests);
}
