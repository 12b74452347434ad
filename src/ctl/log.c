/* tail and log: what children said, and go on to say. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/own.h"
#include "ctl/command.h"
#include "ctl/feed.h"
#include "ctl/names.h"
#include "ctl/session.h"
#include "sys/clock.h"
#include "sys/fd.h"

enum {
	FOLLOW_MAX = 256,     /* children at once: each is a pipe here and one in reeve-log */
	SETTLE_MS  = 300,     /* without a byte: what was kept has come */
	RETRY_MS   = 250,     /* between two tries to go on with a stream that broke off, */
	GIVE_UP_MS = 10000,   /* and how long they are made */
};

/* What is asked of every child. */
struct log_wish {
	struct ctl      *ctl;     /* asks without JSON: that is for lines alone */
	struct feed_look look;
	bool             whole;
};

static void take_fd_of_stream(struct ctl *c, int fd, void *arg)
{
	struct feed *f = arg;

	(void)c;
	if (f->fd >= 0)
		sys_close(f->fd);
	f->fd = fd;
}

/* Asks for the stream of f; what to exit with when there is none. */
static int open_feed(struct ctl *c, struct feed *f, const struct ask_tail *ask)
{
	struct view view = { .stream = take_fd_of_stream, .arg = f };
	int exit_code = session_ask(c, MSG_TAIL, ask, &view);

	return exit_code == EXIT_DONE && f->fd < 0 ? EXIT_PARTIAL : exit_code;
}

static struct ask_tail ask_of(const struct log_wish *w, const char *name)
{
	return (struct ask_tail){
		.child = name, .lines = w->ctl->lines, .whole = w->whole,
		.since_ms = w->ctl->since_ms, .follow = (w->ctl->options & OPTION_FOLLOW) != 0, .err = (w->ctl->options & OPTION_STDERR) != 0,
	};
}

static int tell_no_memory(void)
{
	fputs("reevectl: out of memory\n", stderr);
	return EXIT_PARTIAL;
}

static int tell_broken(const struct feed *f, int error)
{
	fprintf(stderr, "reevectl: the output of %s broke off: %s\n", f->name, strerror(-error));
	return EXIT_PARTIAL;
}

/* ---- what is kept: one child after the other ---- */

static int show_kept(const struct log_wish *w, const char *name, unsigned number)
{
	const struct ask_tail ask = ask_of(w, name);
	struct feed f;
	int exit_code, r;

	if (feed_init(&f, name, number, &w->look) < 0)
		return tell_no_memory();
	exit_code = open_feed(w->ctl, &f, &ask);
	if (f.fd >= 0) {
		do
			r = feed_take(&f, &w->look);
		while (r > 0);
		if (r < 0)
			exit_code = tell_broken(&f, r);
	}
	feed_done(&f);
	return exit_code;
}

static int show_all_kept(const struct log_wish *w, const struct names *names)
{
	int worst = EXIT_DONE;

	for (size_t i = 0; i < names->count; i++) {
		int exit_code = show_kept(w, names->all[i], (unsigned)i);

		worst = exit_code > worst ? exit_code : worst;
	}
	return worst;
}

/* ---- what comes: all of them at once ---- */

/* A child that is followed. */
struct follow {
	struct feed feed;
	uint64_t    lost_ms;   /* since when its stream is gone; 0: it is there */
	uint64_t    tried_ms;
	bool        is_over;   /* there is nothing more to be had */
};

struct follows {
	const struct log_wish *wish;
	struct follow          all[FOLLOW_MAX];
	struct pollfd          polls[FOLLOW_MAX + 1]; /* the last is the signals' */
	size_t                 count;
	int                    exit_code;
};

static void begin_follow(struct follows *fs, const char *name)
{
	const struct ask_tail ask = ask_of(fs->wish, name);
	struct follow *f = &fs->all[fs->count];
	int exit_code = EXIT_PARTIAL;

	if (feed_init(&f->feed, name, (unsigned)fs->count, &fs->wish->look) == 0)
		exit_code = open_feed(fs->wish->ctl, &f->feed, &ask);
	else
		(void)tell_no_memory();
	fs->count++;
	f->is_over = f->feed.fd < 0;
	if (f->is_over && exit_code > fs->exit_code)
		fs->exit_code = exit_code;
}

/* The stream is at its end though the child is not: reeve-log, or reeve, went. */
static void lose(struct follow *f, uint64_t now_ms)
{
	f->lost_ms = now_ms;
	f->tried_ms = 0;
	fprintf(stderr, "reevectl: %s: reeve-log was ended or told anew where output goes; going on as soon as it is back\n",
	        f->feed.name);
}

static void give_up(struct follows *fs, struct follow *f)
{
	f->is_over = true;
	fs->exit_code = EXIT_PARTIAL;
	fprintf(stderr, "reevectl: %s is followed no more: nobody gives its output any longer. See `reevectl status`\n",
	        f->feed.name);
}

/* Tries to go on where the stream broke off, with what comes from now on. */
static void retry(struct follows *fs, struct follow *f, uint64_t now_ms)
{
	struct ask_tail ask = ask_of(fs->wish, f->feed.name);
	struct ctl quiet = *fs->wish->ctl;
	int exit_code;

	if (now_ms - f->tried_ms < RETRY_MS)
		return;
	f->tried_ms = now_ms;
	quiet.quiet = true;
	ask.lines = 0;
	ask.whole = false;
	ask.since_ms = 0;
	exit_code = open_feed(&quiet, &f->feed, &ask);
	if (f->feed.fd >= 0) {
		f->lost_ms = 0;
		fprintf(stderr, "reevectl: %s goes on; lines may be missing before\n", f->feed.name);
	} else if (exit_code == EXIT_REFUSED || now_ms - f->lost_ms > GIVE_UP_MS) {
		give_up(fs, f);
	}
}

static void look_at(struct follows *fs, size_t i, uint64_t now_ms)
{
	struct follow *f = &fs->all[i];
	int r = 1;

	if (f->is_over)
		return;
	if (f->lost_ms != 0)
		retry(fs, f, now_ms);
	else if (fs->polls[i].revents != 0)
		r = feed_take(&f->feed, &fs->wish->look);
	if (r <= 0)
		lose(f, now_ms);
}

/* What poll(2) is to look at; whether anybody is left, and how long to wait at most. */
static bool fill_polls(struct follows *fs, int *ret_timeout_ms)
{
	bool is_any = false;

	*ret_timeout_ms = -1;
	for (size_t i = 0; i < fs->count; i++) {
		const struct follow *f = &fs->all[i];

		fs->polls[i] = (struct pollfd){ .fd = f->feed.fd, .events = POLLIN };
		is_any |= !f->is_over;
		if (!f->is_over && f->lost_ms != 0)
			*ret_timeout_ms = RETRY_MS;
		else if (f->feed.since == SINCE_OPEN && f->feed.len > 0 && *ret_timeout_ms < 0)
			*ret_timeout_ms = SETTLE_MS;
	}
	return is_any;
}

/* Until ^C, or until nobody is left. */
static void run_follows(struct follows *fs, int signals)
{
	int timeout_ms, n;

	while (fill_polls(fs, &timeout_ms)) {
		fs->polls[fs->count] = (struct pollfd){ .fd = signals, .events = POLLIN };
		(void)fflush(stdout); /* a reader that is gone ends us by SIGPIPE */
		n = poll(fs->polls, fs->count + 1, timeout_ms);
		if (n < 0 && errno != EINTR)
			return;
		if (n > 0 && fs->polls[fs->count].revents != 0)
			return;
		for (size_t i = 0; i < fs->count; i++) {
			if (n == 0)
				feed_settle(&fs->all[i].feed, &fs->wish->look);
			look_at(fs, i, sys_now_ms());
		}
	}
}

/* SIGINT and SIGTERM as a descriptor: they end the wait, never a line. */
static int take_signals(void)
{
	sigset_t set;

	(void)sigemptyset(&set); /* these fail for no signal that there is */
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static int follow_all(const struct log_wish *w, const struct names *names)
{
	OWN(mem) struct follows *fs = calloc(1, sizeof *fs);
	OWN(fd) int signals = -1;

	if (names->count > FOLLOW_MAX) {
		fprintf(stderr, "reevectl: %zu children cannot be followed at once, %d can: name fewer\n", names->count, FOLLOW_MAX);
		return EXIT_USAGE;
	}
	if (fs == NULL)
		return tell_no_memory();
	signals = take_signals();
	fs->wish = w;
	for (size_t i = 0; i < names->count; i++)
		begin_follow(fs, names->all[i]);
	run_follows(fs, signals);
	for (size_t i = 0; i < fs->count; i++)
		feed_done(&fs->all[i].feed);
	return fs->exit_code;
}

/* ---- the commands ---- */

static int show(struct ctl *c, bool whole)
{
	struct ctl asking = *c;
	struct log_wish wish = {
		.ctl = &asking, .whole = whole,
		.look = { .is_terminal = isatty(STDOUT_FILENO), .is_json = c->json, .colour = c->colour,
		          .since_ms = c->since_ms },
	};
	struct names names;
	int exit_code;

	asking.json = false;
	exit_code = names_find(&asking, 0, &names);
	wish.look.is_named = names.count > 1;
	wish.look.width = names_width(&names);
	if (exit_code == EXIT_DONE)
		exit_code = c->options & OPTION_FOLLOW ? follow_all(&wish, &names) : show_all_kept(&wish, &names);
	names_done(&names);
	return exit_code;
}

int run_tail(struct ctl *c)
{
	return show(c, (c->options & OPTION_WHOLE) != 0);
}

int run_log(struct ctl *c)
{
	return show(c, (c->options & OPTION_WHOLE) != 0 || (c->options & OPTION_LINES) == 0);
}
