#include "log/backups.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/own.h"
#include "base/text.h"

static char root[64];
static int dir = -1;

/* Files of a story are "name=content" with a space between; "name>target" is a link. */
static void make(const char *files)
{
	char words[1024], *at = words;

	assert_int_equal(text_copy(words, sizeof words, files), 0);
	for (char *word; (word = strsep(&at, " ")) != NULL && *word != '\0';) {
		char *mark = strpbrk(word, "=>");
		bool is_link;
		int fd;

		assert_non_null(mark);
		is_link = *mark == '>';
		*mark = '\0';
		if (is_link) {
			assert_int_equal(symlinkat(mark + 1, dir, word), 0);
			continue;
		}
		fd = openat(dir, word, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		assert_true(fd >= 0);
		assert_int_equal(write(fd, mark + 1, strlen(mark + 1)), (ssize_t)strlen(mark + 1));
		close(fd);
	}
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* What is there now, by name, in the same words; all of it is gone afterwards. */
static const char *there_was(void)
{
	static char buf[1024];
	char names[64][64];
	OWN(dir) DIR *d = fdopendir(dup(dir));
	struct text t;
	size_t n = 0;

	assert_non_null(d);
	rewinddir(d);
	for (const struct dirent *e; (e = readdir(d)) != NULL;)
		if (e->d_name[0] != '.')
			assert_int_equal(text_copy(names[n++], sizeof names[0], e->d_name), 0);
	qsort(names, n, sizeof names[0], by_name);
	text_init(&t, buf, sizeof buf);
	for (size_t i = 0; i < n; i++) {
		char content[64] = "";
		int fd = openat(dir, names[i], O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
		ssize_t len = fd >= 0 ? read(fd, content, sizeof content - 1) : readlinkat(dir, names[i], content, sizeof content - 1);

		text_addf(&t, "%s%s%s%.*s", i > 0 ? " " : "", names[i], fd >= 0 ? "=" : ">", (int)len, content);
		close(fd);
		assert_int_equal(unlinkat(dir, names[i], 0), 0);
	}
	return buf;
}

static struct backups upto(uint32_t max)
{
	return (struct backups){ .dir = dir, .name = "log", .max = max };
}

static void every_number_moves_up_by_one(void **state)
{
	static const struct { uint32_t max; const char *before, *after; } cases[] = {
		{ 3, "log=a", "log.1=a" },
		{ 3, "", "" },
		{ 3, "log=a log.1=b log.2=c", "log.1=a log.2=b log.3=c" },
		{ 3, "log=a log.1=b log.2=c log.3=d", "log.1=a log.2=b log.3=c" },
		{ 3, "log=a log.1.zst=b log.2=c log.3.zst=d", "log.1=a log.2.zst=b log.3=c" },
		{ 3, "log=a log.1=b log.3=d", "log.1=a log.2=b log.3=d" },              /* an end half-way left a gap */
		{ 3, "log=a log.2=c log.3=d", "log.1=a log.2=c log.3=d" },
		{ 3, "log.1=b log.2=c", "log.2=b log.3=c" },
		{ 3, "log=a log.1=b log.1.zst=b", "log.1=a log.2.zst=b" },              /* one backup under both names */
		{ 1, "log=a log.1=b", "log.1=a" },
		{ 1, "log=a log.1.zst=b", "log.1=a" },
		{ 0, "log=a", "" },
		{ 0, "log=a log.1=b log.2.zst=c", "" },                                  /* there were more once */
		{ 2, "log=a log.1=b log.2=c log.3=d log.4.zst=e log.9=f", "log.1=a log.2=b" },
		{ 2, "log=a log.1=b log.2024=x log.gz=y log.1.bak=z", "log.1=a log.1.bak=z log.2=b log.2024=x log.gz=y" },
		{ UINT32_MAX, "log=a log.1=b", "log.1=a log.2=b" },
		{ 3, "log=a log.1>/etc/passwd", "log.1=a log.2>/etc/passwd" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct backups b = upto(cases[i].max);

		make(cases[i].before);
		assert_int_equal(backups_push(&b), 0);
		assert_string_equal(there_was(), cases[i].after);
	}
}

static void one_backup_under_two_names_is_one(void **state)
{
	struct backups b = upto(5);

	(void)state;
	make("log=a log.1=bb log.1.zst=b log.3=c log.zst-tmp=d log.4.zst=e");
	assert_int_equal(backups_bytes(&b), 3);
	backups_tidy(&b);
	assert_string_equal(there_was(), "log=a log.1.zst=b log.3=c log.4.zst=e");
}

static void the_oldest_goes_first(void **state)
{
	struct backups b = upto(9);

	(void)state;
	make("log=a log.1=b log.2.zst=c log.4=d log.4.zst=d");
	assert_int_equal(backups_drop_oldest(&b), 0);
	assert_int_equal(backups_drop_oldest(&b), 0);
	assert_int_equal(backups_drop_oldest(&b), 0);
	assert_int_equal(backups_drop_oldest(&b), -ENOENT);
	assert_string_equal(there_was(), "log=a");
}

static char first_byte(int fd)
{
	char c = '\0';

	assert_true(fd >= 0);
	assert_int_equal(read(fd, &c, 1), 1);
	close(fd);
	return c;
}

static void a_backup_is_opened_under_either_name_and_never_through_a_link(void **state)
{
	struct backups b = upto(5);
	bool compressed;

	(void)state;
	make("log=a log.1=b log.2.zst=c log.3>log log.4.zst>log log.5=f log.5.zst=g");
	assert_int_equal(first_byte(backups_open(&b, 0, &compressed)), 'a');
	assert_int_equal(first_byte(backups_open(&b, 1, &compressed)), 'b');
	assert_false(compressed);
	assert_int_equal(first_byte(backups_open(&b, 2, &compressed)), 'c');
	assert_true(compressed);
	assert_int_equal(backups_open(&b, 3, &compressed), -ELOOP);
	assert_true(backups_open(&b, 4, &compressed) < 0);
	assert_int_equal(first_byte(backups_open(&b, 5, &compressed)), 'g');
	assert_int_equal(first_byte(backups_open_plain(&b)), 'b'); /* neither a link nor one that is compressed */
	(void)there_was();
	assert_int_equal(backups_open_plain(&b), -ENOENT);
}

static void what_is_compressed_finds_its_backup_wherever_it_moved(void **state)
{
	struct backups b = upto(5);
	struct stat plain;
	int temp;

	(void)state;
	make("log=a log.1=b log.2=c log.zst-tmp=old");
	assert_int_equal(fstatat(dir, "log.2", &plain, AT_SYMLINK_NOFOLLOW), 0);
	temp = backups_make_temp(&b);
	assert_true(temp >= 0);
	assert_int_equal(write(temp, "C", 1), 1);
	close(temp);
	assert_int_equal(backups_push(&b), 0);
	assert_int_equal(backups_use_temp(&b, &plain), 0);
	assert_string_equal(there_was(), "log.1=a log.2=b log.3.zst=C");
}

static void what_is_compressed_replaces_nothing_when_its_backup_is_gone(void **state)
{
	struct backups b = upto(5);
	struct stat plain;

	(void)state;
	make("log=a log.1=b");
	assert_int_equal(fstatat(dir, "log.1", &plain, AT_SYMLINK_NOFOLLOW), 0);
	close(backups_make_temp(&b));
	assert_int_equal(unlinkat(dir, "log.1", 0), 0);
	assert_int_equal(backups_use_temp(&b, &plain), -ENOENT);
	backups_drop_temp(&b);
	assert_string_equal(there_was(), "log=a");
}

static void the_temporary_file_never_follows_a_link(void **state)
{
	struct backups b = upto(5);

	(void)state;
	make("log=a log.zst-tmp>victim");
	close(backups_make_temp(&b));
	assert_string_equal(there_was(), "log=a log.zst-tmp=");
}

static void what_cannot_be_moved_is_told(void **state)
{
	struct backups b = upto(1);

	(void)state;
	make("log=a");
	assert_int_equal(mkdirat(dir, "log.1", 0700), 0);
	assert_int_equal(backups_push(&b), -EISDIR);
	assert_int_equal(unlinkat(dir, "log.1", AT_REMOVEDIR), 0);
	assert_string_equal(there_was(), "log=a");
}

static void a_name_that_leaves_no_room_for_a_number_is_refused(void **state)
{
	char name[NAME_MAX + 1];
	struct backups b = { .dir = dir, .name = name, .max = 3 };

	(void)state;
	memset(name, 'x', NAME_MAX);
	name[NAME_MAX] = '\0';
	close(openat(dir, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	assert_true(backups_push(&b) < 0);
	assert_true(backups_make_temp(&b) < 0);
	assert_int_equal(faccessat(dir, name, F_OK, 0), 0);
	assert_int_equal(unlinkat(dir, name, 0), 0);
}

static int set_up(void **state)
{
	(void)state;
	(void)snprintf(root, sizeof root, "/tmp/reeve-backups.XXXXXX");
	if (mkdtemp(root) == NULL)
		return -1;
	dir = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dir < 0 ? -1 : 0;
}

static int tear_down(void **state)
{
	(void)state;
	close(dir);
	return rmdir(root);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_number_moves_up_by_one),
		cmocka_unit_test(one_backup_under_two_names_is_one),
		cmocka_unit_test(the_oldest_goes_first),
		cmocka_unit_test(a_backup_is_opened_under_either_name_and_never_through_a_link),
		cmocka_unit_test(what_is_compressed_finds_its_backup_wherever_it_moved),
		cmocka_unit_test(what_is_compressed_replaces_nothing_when_its_backup_is_gone),
		cmocka_unit_test(the_temporary_file_never_follows_a_link),
		cmocka_unit_test(what_cannot_be_moved_is_told),
		cmocka_unit_test(a_name_that_leaves_no_room_for_a_number_is_refused),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
