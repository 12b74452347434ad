#include "log/logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/log.h"
#include "base/text.h"
#include "sys/clock.h"
#include "sys/fd.h"

enum { HOUR_MS = 3600 * 1000, MOVE_MAX = 1024 * 1024 };

/* A folder of its own, and a file in it that a pipe goes to. */
struct stage {
	char            root[64], path[80];
	struct logfiles files;
	struct logfile *file;
	struct source   source;
	struct intake   in;
	int             write_fd;
};

static void begin(struct stage *s, struct logfile_settings want)
{
	int ends[2];

	(void)snprintf(s->root, sizeof s->root, "/tmp/reeve-logfile.XXXXXX");
	assert_non_null(mkdtemp(s->root));
	(void)snprintf(s->path, sizeof s->path, "%s/log", s->root);
	want.path = s->path;
	want.mode = 0640;
	logfiles_init(&s->files);
	assert_int_equal(logfile_get(&s->files, &want, &s->file), 0);
	assert_int_equal(source_init(&s->source), 0);
	assert_int_equal(sys_pipe(ends, NONBLOCK_BOTH), 0);
	intake_init(&s->in, ends[0]);
	s->write_fd = ends[1];
}

/* FILE.i, or FILE for 0. */
static const char *part_path(const struct stage *s, unsigned i)
{
	static char path[128];

	(void)snprintf(path, sizeof path, i == 0 ? "%s" : "%s.%u", s->path, i);
	return path;
}

static void end(struct stage *s)
{
	logfile_put(s->file);
	source_done(&s->source);
	intake_done(&s->in);
	sys_close(s->write_fd);
	for (unsigned i = 0; i < 20; i++)
		(void)unlink(part_path(s, i));
	assert_int_equal(rmdir(s->root), 0);
}

/* Writes text into the pipe and moves all of it to the file. */
static void move(struct stage *s, const char *text)
{
	size_t left = strlen(text);

	assert_int_equal(sys_write(s->write_fd, text, left), (ssize_t)left);
	while (left > 0) {
		ssize_t n = logfile_move(s->file, &s->source, &s->in, MOVE_MAX);

		assert_true(n > 0);
		left -= (size_t)n;
	}
}

/* What FILE.i holds; "-" when there is none. */
static const char *part(const struct stage *s, unsigned i)
{
	static char content[4096];
	int fd = open(part_path(s, i), O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, content, sizeof content - 1) : 0;

	sys_close(fd);
	content[n > 0 ? n : 0] = '\0';
	return fd < 0 ? "-" : content;
}

static void a_file_ends_with_the_last_line_that_fits(void **state)
{
	struct stage s;

	(void)state;
	begin(&s, (struct logfile_settings){ .maxbytes = 10, .backups = 9 });
	move(&s, "1234\n1234\n");
	assert_string_equal(part(&s, 0), "1234\n1234\n");
	assert_string_equal(part(&s, 1), "-");
	move(&s, "1\n123456789\n");
	assert_string_equal(part(&s, 2), "1234\n1234\n");
	assert_string_equal(part(&s, 1), "1\n");
	assert_string_equal(part(&s, 0), "123456789\n");
	move(&s, "a line that fits nowhere\n");
	assert_string_equal(part(&s, 2), "a line tha");
	assert_string_equal(part(&s, 1), "t fits now");
	assert_string_equal(part(&s, 0), "here\n");
	end(&s);
}

static void file_and_backups_stay_within_their_total(void **state)
{
	char line[16];
	struct stage s;

	(void)state;
	begin(&s, (struct logfile_settings){ .maxbytes = 100, .backups = 9, .total = 350 });
	for (int i = 1; i <= 200; i++) {
		off_t sum = 0;

		(void)snprintf(line, sizeof line, "line %04d\n", i);
		move(&s, line);
		for (unsigned k = 0; k < 10; k++) {
			struct stat st;

			sum += stat(part_path(&s, k), &st) == 0 ? st.st_size : 0;
		}
		assert_true(sum <= 350);
		assert_true(i < 40 || sum >= 240);
		assert_int_equal(memcmp(part(&s, 0) + strlen(part(&s, 0)) - 10, line, 10), 0);
	}
	end(&s);
}

static void a_total_without_a_size_lets_the_file_begin_anew(void **state)
{
	struct stage s;

	(void)state;
	begin(&s, (struct logfile_settings){ .backups = 9, .total = 10 });
	move(&s, "1234\n1234\n");
	move(&s, "5678\n");
	assert_string_equal(part(&s, 0), "5678\n");
	assert_string_equal(part(&s, 1), "-");
	end(&s);
}

static void an_old_file_is_rotated_when_its_last_line_is_whole(void **state)
{
	struct stage s;

	(void)state;
	begin(&s, (struct logfile_settings){ .maxage_ms = HOUR_MS, .backups = 9 });
	assert_true(logfile_due_ms(s.file) == UINT64_MAX); /* nothing in it */
	move(&s, "one\ntw");
	assert_true(logfile_due_ms(s.file) > sys_now_ms() + HOUR_MS / 2);
	s.file->born_ms -= HOUR_MS;
	assert_true(logfile_due_ms(s.file) <= sys_now_ms());
	logfile_rotate_old(s.file);
	assert_true(logfile_due_ms(s.file) == UINT64_MAX);
	assert_string_equal(part(&s, 1), "-");
	move(&s, "o");
	move(&s, "o\nthree\nfour");
	assert_string_equal(part(&s, 1), "one\ntwoo\n");
	assert_string_equal(part(&s, 0), "three\nfour");
	move(&s, "\n");
	s.file->born_ms -= HOUR_MS;
	logfile_rotate_old(s.file);
	assert_string_equal(part(&s, 1), "three\nfour\n");
	assert_string_equal(part(&s, 0), "-"); /* made with the next byte */
	end(&s);
}

static void how_old_it_is_survives_whoever_writes_it(void **state)
{
	struct logfile_settings want = { .maxage_ms = HOUR_MS, .backups = 9, .mode = 0640 };
	struct stage s;

	(void)state;
	begin(&s, want);
	move(&s, "one\n");
	logfile_put(s.file);
	want.path = s.path;
	assert_int_equal(logfile_get(&s.files, &want, &s.file), 0);
	logfile_find(s.file);
	assert_true(s.file->born_ms <= (int64_t)sys_now_ms());
	assert_true(logfile_due_ms(s.file) <= sys_now_ms() + HOUR_MS);
	assert_true(logfile_due_ms(s.file) > sys_now_ms() + HOUR_MS / 2);
	end(&s);
}

static void looking_for_a_file_makes_none(void **state)
{
	struct stage s;

	(void)state;
	begin(&s, (struct logfile_settings){ .maxage_ms = HOUR_MS });
	logfile_find(s.file);
	assert_string_equal(part(&s, 0), "-");
	end(&s);
}

static void a_rotation_that_fails_costs_no_byte(void **state)
{
	struct stage s;

	(void)state;
	begin(&s, (struct logfile_settings){ .maxbytes = 10, .backups = 1 });
	assert_int_equal(mkdir(part_path(&s, 1), 0700), 0);
	move(&s, "123456789\n");
	move(&s, "more\n");
	move(&s, "and more\n");
	assert_string_equal(part(&s, 0), "123456789\nmore\nand more\n");
	assert_int_equal(rmdir(part_path(&s, 1)), 0);
	s.file->rotate_after_ms = 1; /* its time has come */
	move(&s, "now\n");
	assert_string_equal(part(&s, 1), "123456789\nmore\nand more\n");
	assert_string_equal(part(&s, 0), "now\n");
	end(&s);
}

static void a_file_that_somebody_emptied_is_written_from_its_beginning(void **state)
{
	struct stage s;

	(void)state;
	begin(&s, (struct logfile_settings){ .maxbytes = 20, .backups = 1 });
	move(&s, "before before\n");
	assert_int_equal(truncate(s.path, 0), 0);
	move(&s, "after after after\n");
	assert_string_equal(part(&s, 0), "after after after\n");
	assert_string_equal(part(&s, 1), "-");
	end(&s);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_ends_with_the_last_line_that_fits),
		cmocka_unit_test(file_and_backups_stay_within_their_total),
		cmocka_unit_test(a_total_without_a_size_lets_the_file_begin_anew),
		cmocka_unit_test(an_old_file_is_rotated_when_its_last_line_is_whole),
		cmocka_unit_test(how_old_it_is_survives_whoever_writes_it),
		cmocka_unit_test(looking_for_a_file_makes_none),
		cmocka_unit_test(a_rotation_that_fails_costs_no_byte),
		cmocka_unit_test(a_file_that_somebody_emptied_is_written_from_its_beginning),
	};

	log_init("logfile_test", LOG_ERROR);
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
