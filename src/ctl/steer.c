/* What moves children: start, stop, restart, signal, reload, shutdown. */
#include "base/parse.h"
#include "ctl/command.h"
#include "ctl/problems.h"
#include "ctl/session.h"
#include "ctl/screen.h"

static void print_outcome(struct ctl *c, const struct outcome_row *row)
{
	screen_put(stdout, row->name);
	fputs(": ", stdout);
	if (row->ok) {
		screen_put_cell(c, row->action, 0, TINT_GOOD);
	} else {
		screen_put_cell(c, "ERROR", 0, TINT_BAD);
		fputs(" (", stdout);
		screen_put(stdout, row->error);
		putchar(')');
	}
	putchar('\n');
}

static void print_change(struct ctl *c, const struct change_row *row)
{
	screen_put(stdout, row->name);
	fputs(": ", stdout);
	screen_put(stdout, row->change);
	if (row->detail[0] != '\0') {
		fputs(" (", stdout);
		screen_put(stdout, row->detail);
		putchar(')');
	}
	putchar('\n');
	(void)c;
}

static void take_row(struct ctl *c, enum msg type, const union row *row, void *arg)
{
	(void)arg;
	if (type == MSG_OUTCOME)
		print_outcome(c, &row->outcome);
	else if (type == MSG_CHANGE)
		print_change(c, &row->change);
	else if (type == MSG_PROBLEM)
		problems_print(c, &row->problem);
	(void)fflush(stdout); /* each line is news; a reader that is gone ends us by SIGPIPE */
}

static const struct view outcomes = { .row = take_row };

int run_start(struct ctl *c)
{
	return session_ask_names(c, MSG_START, 0, &outcomes);
}

int run_stop(struct ctl *c)
{
	return session_ask_names(c, MSG_STOP, 0, &outcomes);
}

int run_restart(struct ctl *c)
{
	return session_ask_names(c, MSG_RESTART, 0, &outcomes);
}

int run_signal(struct ctl *c)
{
	uint8_t packed[16000];
	struct ask_signal ask;
	int signo;

	if (parse_signal(c->words[0], &signo) < 0) {
		fprintf(stderr, "reevectl: there is no signal %s; use a name or number of signal(7), as in HUP\n",
		        c->words[0]);
		return EXIT_USAGE;
	}
	ask.signo = (uint32_t)signo;
	if (session_pack_words(c, 1, packed, sizeof packed, &ask.names) < 0)
		return EXIT_USAGE;
	return session_ask(c, MSG_SIGNAL, &ask, &outcomes);
}

int run_check(struct ctl *c)
{
	uint8_t packed[16000];
	struct ask_check ask = { .full = (c->options & OPTION_FULL) != 0 };

	if (session_pack_words(c, 0, packed, sizeof packed, &ask.names) < 0)
		return EXIT_USAGE;
	return session_ask(c, MSG_CHECK, &ask, &outcomes);
}

static void say_nothing_changed(struct ctl *c, uint32_t exit_code, void *arg)
{
	(void)c;
	(void)arg;
	if (exit_code == EXIT_DONE)
		puts("The configuration is read.");
}

int run_reload(struct ctl *c)
{
	static const struct view view = { .row = take_row, .done = say_nothing_changed };

	return session_ask(c, MSG_RELOAD, NULL, &view);
}

static void say_shutdown(struct ctl *c, uint32_t exit_code, void *arg)
{
	(void)c;
	(void)arg;
	if (exit_code == EXIT_DONE)
		puts("reeve stops everything in order and ends.");
}

int run_shutdown(struct ctl *c)
{
	static const struct view view = { .row = take_row, .done = say_shutdown };

	return session_ask(c, MSG_SHUTDOWN, NULL, &view);
}
