#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "ctl/command.h"
#include "ctl/session.h"
#include "sys/fd.h"

static void take_row(struct ctl *c, enum msg type, const union row *row, void *arg)
{
	(void)c;
	(void)type;
	(void)row;
	(void)arg;
}

/* The stream is the child's own bytes: they are passed on as they are. Ends with its writer. */
static void copy_stream(struct ctl *c, int fd, void *arg)
{
	char buf[65536];
	ssize_t n = 0;
	int r = 0;

	(void)c;
	(void)arg;
	while (r == 0) {
		n = sys_read(fd, buf, sizeof buf);
		if (n <= 0)
			break;
		r = io_write_all(STDOUT_FILENO, buf, (size_t)n);
	}
	if (r < 0 || n < 0)
		fprintf(stderr, "reevectl: the stream broke off: %s\n", strerror(r < 0 ? -r : (int)-n));
	sys_close(fd);
}

static int tail(struct ctl *c, bool whole)
{
	static const struct view view = { .row = take_row, .stream = copy_stream };
	struct ask_tail ask = {
		.child = c->words[0],
		.lines = c->lines,
		.follow = (c->options & OPTION_FOLLOW) != 0,
		.whole = whole,
		.err = (c->options & OPTION_STDERR) != 0,
	};

	if (c->json) {
		fputs("reevectl: a child's output is what it is: there is no --json for it\n", stderr);
		return EXIT_USAGE;
	}
	return session_ask(c, MSG_TAIL, &ask, &view);
}

int run_tail(struct ctl *c)
{
	return tail(c, (c->options & OPTION_WHOLE) != 0);
}

int run_log(struct ctl *c)
{
	return tail(c, true);
}
