/*
 * Plays reeve toward a reeve-log: keeps both ends of every pipe, gives orders, and kills and replaces
 * the reeve-log at any moment. Orders come from standard input, one a line:
 *
 *	attach N CHILD LOGFILE MAXBYTES BACKUPS   "-" for LOGFILE: standard output
 *	run N COMMAND      start a shell command whose standard output is stream N's pipe
 *	wait N             until that command ends
 *	storm N            kill and replace reeve-log again and again until that command ends
 *	kill               kill and replace it once
 *	detach N           the stream ends; reeve's ends of the pipe are closed
 *	tail N LINES FLAGS FILE   copy what is kept into FILE, in the background; FLAGS of w(hole) f(ollow) -
 *	reopen             every log file anew
 *	sh COMMAND         a shell command, waited for; must succeed
 *	end                reeve goes away; reeve-log has to end with status 0
 *
 * usage: log_drive REEVE-LOG [ARGUMENT...]
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/own.h"
#include "base/parse.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "wire/channel.h"
#include "wire/orders.h"

enum { STREAMS_MAX = 2048, WORDS_MAX = 8, CONTROL_FD = 3, STORM_STEP_MS = 7 };

struct line {
	bool     made;
	int      ends[2];
	pid_t    pid;
	char     child[64], logfile[256];
	uint64_t maxbytes, backups;
};

static struct line streams[STREAMS_MAX];
static struct channel *control;
static pid_t logger;
static char **logger_argv;

NORETURN static void die(const char *what)
{
	fprintf(stderr, "log_drive: %s: %s\n", what, strerror(errno));
	exit(1);
}

static struct line *line_of(const char *number)
{
	uint64_t n = 0;

	if (parse_u64(number, STREAMS_MAX - 1, &n) < 0)
		die(number);
	return &streams[n];
}

static void send_order(enum msg type, const void *body, int fd)
{
	if (channel_send(control, type, 0, body, &fd) < 0 || channel_wait_sent(control, 10000) < 0)
		die(msg_name(type));
}

static void send_attach(const struct line *l)
{
	struct log_attach order = {
		.stream = (uint32_t)(l - streams), .child = l->child, .label = "out",
		.logfile = strcmp(l->logfile, "-") == 0 ? "" : l->logfile,
		.maxbytes = l->maxbytes, .backups = (uint32_t)l->backups, .mode = 0640 };

	send_order(MSG_LOG_ATTACH, &order, l->ends[0]);
}

static void start_logger(void)
{
	int pair[2];

	if (sys_socketpair(pair) < 0)
		die("socketpair");
	logger = fork();
	if (logger < 0)
		die("fork");
	if (logger == 0) {
		if (dup2(pair[1], CONTROL_FD) < 0)
			die("dup2");
		execv(logger_argv[0], logger_argv);
		die(logger_argv[0]);
	}
	sys_close(pair[1]);
	if (channel_new(pair[0], 0, 64, 65536, &control) < 0)
		die("channel");
	for (size_t i = 0; i < STREAMS_MAX; i++)
		if (streams[i].made)
			send_attach(&streams[i]);
}

/* Its exit status; 128 and the signal when one killed it. */
static int reap(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			die("waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void do_attach(char **w)
{
	struct line *l = line_of(w[1]);

	if (!l->made && sys_pipe(l->ends, 0) < 0)
		die("pipe");
	l->made = true;
	(void)snprintf(l->child, sizeof l->child, "%s", w[2]);
	(void)snprintf(l->logfile, sizeof l->logfile, "%s", w[3]);
	if (parse_u64(w[4], UINT64_MAX, &l->maxbytes) < 0 || parse_u64(w[5], UINT32_MAX, &l->backups) < 0)
		die("attach: not a number");
	send_attach(l);
}

static pid_t run_shell(const char *command, int out)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid == 0) {
		if (out >= 0 && dup2(out, STDOUT_FILENO) < 0)
			die("dup2");
		execl("/bin/bash", "bash", "-c", command, (char *)NULL);
		die("bash");
	}
	return pid;
}

static void do_run(char **w)
{
	struct line *l = line_of(w[1]);

	l->pid = run_shell(w[2], l->ends[1]);
}

static void do_wait(char **w)
{
	struct line *l = line_of(w[1]);
	int status = reap(l->pid);

	if (status != 0) {
		fprintf(stderr, "log_drive: stream %s: its command ended with %d\n", w[1], status);
		exit(1);
	}
}

static void do_kill(char **w UNUSED)
{
	(void)kill(logger, SIGKILL); /* it may have ended: reap() tells */
	(void)reap(logger);
	channel_free(control);
	start_logger();
}

/* The times are odd on purpose: they fall into every part of a move. They wait for nothing. */
static void do_storm(char **w)
{
	struct line *l = line_of(w[1]);
	int status, kills = 0;

	while (waitpid(l->pid, &status, WNOHANG) == 0) {
		(void)poll(NULL, 0, (int)(sys_random() % STORM_STEP_MS));
		do_kill(w);
		kills++;
	}
	fprintf(stderr, "log_drive: killed %d times\n", kills);
}

static void do_detach(char **w)
{
	struct line *l = line_of(w[1]);

	send_order(MSG_LOG_DETACH, &(struct log_detach){ .stream = (uint32_t)(l - streams) }, -1);
	sys_close(l->ends[0]);
	sys_close(l->ends[1]);
	l->made = false;
}

static void do_tail(char **w)
{
	struct log_tail order = { .stream = (uint32_t)(line_of(w[1]) - streams) };
	char command[512];
	uint64_t lines;
	int ends[2];
	pid_t pid;

	if (parse_u64(w[2], UINT32_MAX, &lines) < 0 || sys_pipe(ends, 0) < 0)
		die("tail");
	order.lines = (uint32_t)lines;
	order.whole = strchr(w[3], 'w') != NULL;
	order.follow = strchr(w[3], 'f') != NULL;
	send_order(MSG_LOG_TAIL, &order, ends[1]);
	sys_close(ends[1]);
	pid = fork();
	if (pid == 0) {
		if (dup2(ends[0], STDIN_FILENO) < 0)
			die("dup2");
		(void)snprintf(command, sizeof command, "cat > '%s'; touch '%s.end'", w[4], w[4]);
		execl("/bin/bash", "bash", "-c", command, (char *)NULL);
		die("bash");
	}
	sys_close(ends[0]);
}

static void do_reopen(char **w UNUSED)
{
	send_order(MSG_LOG_REOPEN, NULL, -1);
}

static void do_sh(char **w)
{
	if (reap(run_shell(w[1], -1)) != 0) {
		fprintf(stderr, "log_drive: failed: %s\n", w[1]);
		exit(1);
	}
}

static void do_end(char **w UNUSED)
{
	int status;

	channel_free(control);
	status = reap(logger);
	if (status != 0)
		fprintf(stderr, "log_drive: reeve-log ended with %d\n", status);
	exit(status);
}

/* words: how many there are, the order's own counted; the last one is the rest of the line. */
static const struct {
	const char *name;
	int         words;
	void      (*carry_out)(char **words);
} orders[] = {
	{ "attach", 6, do_attach }, { "run",    3, do_run },    { "wait",   2, do_wait },
	{ "storm",  2, do_storm },  { "kill",   1, do_kill },   { "detach", 2, do_detach },
	{ "tail",   5, do_tail },   { "reopen", 1, do_reopen }, { "sh",     2, do_sh },
	{ "end",    1, do_end },
};

static void carry_out(char *line)
{
	char *words[WORDS_MAX] = { 0 };
	char *name = strsep(&line, " ");

	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		if (strcmp(orders[i].name, name) != 0)
			continue;
		for (int n = 1; n < orders[i].words; n++) {
			words[n] = n + 1 < orders[i].words ? strsep(&line, " ") : line;
			if (words[n] == NULL) {
				fprintf(stderr, "log_drive: %s: too few words\n", name);
				exit(2);
			}
		}
		orders[i].carry_out(words);
		return;
	}
	fprintf(stderr, "log_drive: no order '%s'\n", name);
	exit(2);
}

int main(int argc, char **argv)
{
	OWN(mem) char *line = NULL;
	size_t room = 0;
	ssize_t n;

	if (argc < 2)
		return 2;
	logger_argv = argv + 1;
	start_logger();
	while ((n = getline(&line, &room, stdin)) > 0) {
		line[n - 1] = '\0';
		if (line[0] != '\0' && line[0] != '#')
			carry_out(line);
	}
	return 0;
}
