/* What is told to people: log.h and problem.h. */
#include "base/log.h"

#include "base_test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/own.h"
#include "base/problem.h"

struct capture {
	int pipe[2];
	int saved;
};

/* Standard error becomes a pipe of ours. */
static int set_up(void **state)
{
	struct capture *c = calloc(1, sizeof *c);

	assert_non_null(c);
	assert_int_equal(pipe2(c->pipe, O_CLOEXEC | O_NONBLOCK), 0);
	c->saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
	assert_true(c->saved >= 0);
	assert_int_equal(dup2(c->pipe[1], STDERR_FILENO), STDERR_FILENO);
	log_init("reeve", LOG_INFO);
	*state = c;
	return 0;
}

static int tear_down(void **state)
{
	struct capture *c = *state;

	(void)dup2(c->saved, STDERR_FILENO);
	(void)close(c->saved);
	(void)close(c->pipe[0]);
	(void)close(c->pipe[1]);
	free(c);
	return 0;
}

/* What was written since the last call. */
static const char *told(const struct capture *c)
{
	static char buf[8192];
	ssize_t n = read(c->pipe[0], buf, sizeof buf - 1);

	buf[n > 0 ? n : 0] = '\0';
	return buf;
}

static void a_line_is_subject_event_and_fields(void **state)
{
	log_event(LOG_INFO, "acme:mail", "exited", "status=%d after_ms=%d", 1, 5230);
	assert_string_equal(told(*state), "reeve: acme:mail exited status=1 after_ms=5230\n");
	log_event(LOG_WARN, "reeve", "helper-died", NULL);
	assert_string_equal(told(*state), "reeve: warn: reeve helper-died\n");
}

static void what_is_above_the_level_is_left_out(void **state)
{
	log_event(LOG_DEBUG, "x", "y", NULL);
	assert_string_equal(told(*state), "");
	log_init("name", LOG_ERROR);
	log_event(LOG_WARN, "x", "y", NULL);
	assert_string_equal(told(*state), "");
	log_event(LOG_ERROR, "x", "y", NULL);
	assert_string_equal(told(*state), "name: error: x y\n");
}

static void one_event_is_one_line_whatever_comes_in(void **state)
{
	char big[5000];
	const char *line;

	log_event(LOG_INFO, "a\nb", "event", "text=\"%s\"", "x\n\x1b[2J");
	assert_string_equal(told(*state), "reeve: a\\x0ab event text=\"x\\x0a\\x1b[2J\"\n");
	memset(big, '\n', sizeof big - 1);
	big[sizeof big - 1] = '\0';
	log_event(LOG_INFO, "x", "event", "%s", big);
	line = told(*state);
	assert_true(strlen(line) < 4096);
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
}

static void nobody_waits_for_a_reader_and_what_was_lost_is_counted(void **state)
{
	const struct capture *c = *state;
	unsigned long before = log_dropped();
	char want[64];

	while (write(c->pipe[1], "full", 4) > 0)
		;
	log_event(LOG_INFO, "x", "lost", NULL);
	log_event(LOG_INFO, "x", "lost", NULL);
	assert_int_equal(log_dropped(), before + 2);
	while (told(c)[0] != '\0')
		;
	errno = E2BIG;
	log_event(LOG_INFO, "x", "kept", NULL);
	assert_int_equal(errno, E2BIG);
	(void)snprintf(want, sizeof want, "reeve: x kept lines_dropped=%lu\n", before + 2);
	assert_string_equal(told(c), want);
	log_event(LOG_INFO, "x", "kept", NULL);
	assert_string_equal(told(c), "reeve: x kept\n");
}

static void levels_have_names(void **state)
{
	enum log_level level = LOG_INFO;

	(void)state;
	for (int i = 0; i < LOG_LEVEL_COUNT; i++) {
		assert_int_equal(log_level_from_text(log_level_name((enum log_level)i), &level), 0);
		assert_int_equal(level, i);
	}
	assert_int_equal(log_level_from_text("loud", &level), -EINVAL);
	assert_string_equal(log_level_name(LOG_LEVEL_COUNT), "?");
}

static void a_problem_says_what_where_and_what_to_do(void **state)
{
	struct problem p;
	char line[1024];

	(void)state;
	problem_set(&p, PROBLEM_BUNDLE, "file-altered", "bin/mail", "%d bytes", 12);
	problem_expect(&p, "%d bytes", 34);
	problem_remedy(&p, "Run %s.", "reevectl restart acme:mail");
	assert_string_equal(p.code, "file-altered");
	problem_format(&p, line, sizeof line);
	assert_string_equal(line, "bin/mail: 12 bytes (expected 34 bytes). Run reevectl restart acme:mail.");
	problem_set(&p, PROBLEM_HOST, "no-user", NULL, "%s", "");
	problem_format(&p, line, sizeof line);
	assert_string_equal(line, "no-user");
	assert_string_equal(problem_class_name(PROBLEM_HOST), "host");
	assert_string_equal(problem_class_name(PROBLEM_CLASS_COUNT), "?");
}

static void a_problem_takes_hostile_texts_of_any_length(void **state)
{
	struct problem p;
	char big[4096], line[64];

	(void)state;
	memset(big, '\x1b', sizeof big - 1);
	big[sizeof big - 1] = '\0';
	problem_set(&p, PROBLEM_CONFIG, big, big, "%s", big);
	problem_expect(&p, "%s", big);
	problem_remedy(&p, "%s", big);
	assert_null(strchr(p.path, '\x1b'));
	assert_null(strchr(p.got, '\x1b'));
	assert_null(strchr(p.expected, '\x1b'));
	assert_null(strchr(p.remedy, '\x1b'));
	assert_int_equal(strlen(p.got), sizeof p.got - 1);
	problem_format(&p, line, sizeof line);
	assert_int_equal(strlen(line), sizeof line - 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(a_line_is_subject_event_and_fields),
		TEST(what_is_above_the_level_is_left_out),
		TEST(one_event_is_one_line_whatever_comes_in),
		TEST(nobody_waits_for_a_reader_and_what_was_lost_is_counted),
		cmocka_unit_test(levels_have_names),
		cmocka_unit_test(a_problem_says_what_where_and_what_to_do),
		cmocka_unit_test(a_problem_takes_hostile_texts_of_any_length),
	};

	return RUN_TESTS(argc, argv, tests);
}
