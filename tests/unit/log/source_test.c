#include "log/source.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "sys/fd.h"

/* A pipe, a relay that reeve would keep, and a file. */
struct stage {
	struct source source;
	struct intake in;
	int           write_fd;
	int           relay[2];     /* our own copies */
	int           file;
};

static int copy_of(int fd)
{
	int copy = sys_dup(fd);

	assert_true(copy >= 0);
	return copy;
}

/* What a reeve-log does when it is told of the relay. */
static void give_relay(struct stage *s)
{
	int copies[] = { copy_of(s->relay[0]), copy_of(s->relay[1]) };

	intake_add_relay(&s->in, copies);
}

static void begin(struct stage *s)
{
	char path[] = "/tmp/reeve-source.XXXXXX";
	int ends[2];

	assert_int_equal(source_init(&s->source), 0);
	assert_int_equal(sys_pipe(ends, NONBLOCK_BOTH), 0);
	assert_int_equal(sys_pipe(s->relay, NONBLOCK_NONE), 0);
	intake_init(&s->in, ends[0]);
	s->write_fd = ends[1];
	s->file = mkstemp(path);
	assert_true(s->file >= 0);
	assert_int_equal(unlink(path), 0);
}

static void end(struct stage *s)
{
	intake_done(&s->in);
	source_done(&s->source);
	sys_close(s->write_fd);
	sys_close(s->relay[0]);
	sys_close(s->relay[1]);
	sys_close(s->file);
}

static void put(int fd, const char *text)
{
	assert_int_equal(sys_write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

static void file_is(const struct stage *s, const char *want)
{
	char got[256] = { 0 };

	assert_int_equal(pread(s->file, got, sizeof got - 1, 0), (ssize_t)strlen(want));
	assert_string_equal(got, want);
}

static void peek_is(struct stage *s, size_t max, const char *want)
{
	char got[256] = { 0 };

	assert_int_equal(source_peek(&s->source, &s->in, got, max), (ssize_t)strlen(want));
	assert_string_equal(got, want);
}

static void a_look_leaves_everything_where_it_is(void **state)
{
	struct stage s;

	(void)state;
	begin(&s);
	put(s.write_fd, "one\ntwo\n");
	peek_is(&s, 4, "one\n");
	peek_is(&s, 100, "one\ntwo\n");
	assert_int_equal(source_consume(&s.source, &s.in, 4), 0);
	peek_is(&s, 100, "two\n");
	assert_int_equal(source_waiting(&s.in), 4);
	end(&s);
}

static void without_a_relay_the_file_takes_from_the_pipe(void **state)
{
	struct stage s;

	(void)state;
	begin(&s);
	put(s.write_fd, "one\ntwo\n");
	assert_int_equal(source_move(&s.in, s.file, 4), 4);
	assert_int_equal(source_move(&s.in, s.file, 100), 4);
	assert_int_equal(source_move(&s.in, s.file, 100), -EAGAIN);
	file_is(&s, "one\ntwo\n");
	end(&s);
}

static void with_a_relay_it_takes_the_same(void **state)
{
	struct stage s;

	(void)state;
	begin(&s);
	give_relay(&s);
	put(s.write_fd, "one\ntwo\n");
	assert_int_equal(source_move(&s.in, s.file, 4), 4);
	assert_int_equal(s.in.held, 0);
	assert_int_equal(source_move(&s.in, s.file, 100), 4);
	assert_int_equal(source_move(&s.in, s.file, 100), -EAGAIN);
	file_is(&s, "one\ntwo\n");
	sys_close(s.write_fd);
	s.write_fd = -1;
	assert_int_equal(source_move(&s.in, s.file, 100), 0);
	end(&s);
}

static void what_a_predecessor_left_in_the_relay_comes_first(void **state)
{
	struct stage s;

	(void)state;
	begin(&s);
	put(s.relay[1], "one\ntwo\n");
	put(s.write_fd, "three\n");
	give_relay(&s);
	assert_int_equal(source_waiting(&s.in), 14);
	peek_is(&s, 8, "one\ntwo\n");
	peek_is(&s, 100, "one\ntwo\nthree\n");
	assert_int_equal(source_consume(&s.source, &s.in, 4), 0);
	peek_is(&s, 2, "tw");
	assert_int_equal(source_move(&s.in, s.file, 2), 2);
	assert_int_equal(source_move(&s.in, s.file, 100), 2);
	assert_int_equal(source_move(&s.in, s.file, 100), 6);
	file_is(&s, "two\nthree\n");
	end(&s);
}

static void taking_goes_from_the_relay_into_the_pipe(void **state)
{
	struct stage s;

	(void)state;
	begin(&s);
	put(s.relay[1], "one\n");
	put(s.write_fd, "two\nthree\n");
	give_relay(&s);
	assert_int_equal(source_consume(&s.source, &s.in, 8), 0);
	peek_is(&s, 100, "three\n");
	assert_int_equal(s.in.held, 0);
	end(&s);
}

static void what_the_file_has_no_room_for_waits_in_the_relay(void **state)
{
	struct rlimit were, small;
	struct stage s;

	(void)state;
	begin(&s);
	give_relay(&s);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &were), 0);
	small = were;
	small.rlim_cur = 6;
	assert_int_equal(sigaction(SIGXFSZ, &(struct sigaction){ .sa_handler = SIG_IGN }, NULL), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	put(s.write_fd, "one\ntwo\n");
	assert_int_equal(source_move(&s.in, s.file, 100), 6);
	assert_int_equal(source_move(&s.in, s.file, 100), -EFBIG);
	assert_int_equal(source_waiting(&s.in), 2);
	put(s.write_fd, "three\n");
	peek_is(&s, 100, "o\nthree\n");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &were), 0);
	assert_int_equal(source_move(&s.in, s.file, 100), 2);
	assert_int_equal(source_move(&s.in, s.file, 100), 6);
	file_is(&s, "one\ntwo\nthree\n");
	end(&s);
}

static void a_second_relay_is_not_kept(void **state)
{
	struct stage s;
	int first;

	(void)state;
	begin(&s);
	give_relay(&s);
	first = s.in.relay[0];
	give_relay(&s);
	assert_int_equal(s.in.relay[0], first);
	end(&s);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_look_leaves_everything_where_it_is),
		cmocka_unit_test(without_a_relay_the_file_takes_from_the_pipe),
		cmocka_unit_test(with_a_relay_it_takes_the_same),
		cmocka_unit_test(what_a_predecessor_left_in_the_relay_comes_first),
		cmocka_unit_test(taking_goes_from_the_relay_into_the_pipe),
		cmocka_unit_test(what_the_file_has_no_room_for_waits_in_the_relay),
		cmocka_unit_test(a_second_relay_is_not_kept),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
