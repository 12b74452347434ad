/*
 * Plays reeve toward a reeve-log: keeps both ends of every pipe, gives orders, and kills and replaces
 * the reeve-log at any moment. Orders come from standard input, one a line:
 *
 *	attach N CHILD LOGFILE MAXBYTES BACKUPS   one sink; "-" for LOGFILE: standard output with a prefix
 *	sinks N CHILD block|drop SINK...          several; each of them words with commas between:
 *	                                          to=FILE|stdout|stderr|syslog:ADDRESS|feed:FIFO, format=raw|prefix|timestamp|json,
 *	                                          maxbytes=, maxage_ms=, backups=, total=, compress=, mode=, facility=
 *	run N COMMAND      start a shell command whose standard output is stream N's pipe
 *	wait N             until that command ends
 *	storm N            stop, kill and replace reeve-log again and again until that command ends
 *	kill               kill and replace it once
 *	babble             says what is no message; it has to end by itself, and is replaced
 *	detach N           the stream ends; reeve's ends of the pipe are closed
 *	tail N LINES FLAGS FILE   copy what is kept into FILE, in the background; FLAGS of w(hole) f(ollow) -
 *	tail-since N FROM FILE    the same for what came since the milliseconds that the file FROM has
 *	trouble N TEXT     waits until reeve is told of trouble with stream N that has TEXT in it; "-": of none any more
 *	reopen             every log file anew
 *	sh COMMAND         a shell command, waited for; must succeed
 *	end                reeve goes away; reeve-log has to end with status 0
 *
 * usage: log_drive REEVE-LOG [ARGUMENT...]
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/own.h"
#include "base/parse.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "wire/channel.h"
#include "wire/orders.h"

enum { STREAMS_MAX = 1024, WORDS_MAX = 8, SINKS_MAX = 8, CONTROL_FD = 3, STORM_STEP_MS = 7, LOOK_MS = 10 };

struct line {
	bool     made, has_relay;
	int      ends[2], relay[2]; /* see LOG_RELAY */
	pid_t    pid;
	char     child[64];
	bool     block;
	unsigned sinks_n;
	char     sinks[SINKS_MAX][512];   /* as they were ordered */
	uint64_t lost;
	char     trouble[512];
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

static void send_relay(uint32_t stream)
{
	const int *relay = streams[stream].relay;

	if (channel_send(control, MSG_LOG_RELAY, 0, &(struct log_stream){ stream }, relay) < 0)
		die("LOG_RELAY");
}

static void take_lost(const struct frame *f)
{
	struct log_lost lost;

	if (msg_decode(f, &lost) < 0 || lost.stream >= STREAMS_MAX)
		die("LOG_LOST");
	streams[lost.stream].lost += lost.bytes;
	(void)snprintf(streams[lost.stream].trouble, sizeof streams[0].trouble, "%s", lost.error);
}

static void take_crowded(const struct frame *f)
{
	struct log_stream crowded;

	if (msg_decode(f, &crowded) < 0 || crowded.stream >= STREAMS_MAX)
		die("LOG_CROWDED");
	if (!streams[crowded.stream].made || streams[crowded.stream].has_relay)
		return;
	if (sys_pipe(streams[crowded.stream].relay, NONBLOCK_NONE) < 0)
		die("pipe");
	streams[crowded.stream].has_relay = true;
	send_relay(crowded.stream);
}

/* Hears what reeve-log says by now; false when it has gone. */
static bool hear(void)
{
	struct frame f;
	int r = channel_fill(control);

	while (channel_next(control, &f) > 0) {
		if (f.type == MSG_LOG_LOST)
			take_lost(&f);
		else if (f.type == MSG_LOG_CROWDED)
			take_crowded(&f);
		else
			die("reeve-log says what it should not");
	}
	return r > 0 || r == -EAGAIN;
}

static uint32_t index_of(const char *word, const char *const *words, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (words[i] != NULL && strcmp(words[i], word) == 0)
			return i;
	die(word);
}

static void set_target(struct log_sink *order, const char *to)
{
	order->kind = LOG_TO_FILE;
	order->target = to;
	if (strcmp(to, "stdout") == 0 || strcmp(to, "stderr") == 0) {
		order->kind = to[3] == 'o' ? LOG_TO_STDOUT : LOG_TO_STDERR;
		order->target = "";
	} else if (strncmp(to, "syslog:", 7) == 0) {
		order->kind = LOG_TO_SYSLOG;
		order->target = to + 7;
	}
}

static void set_number(struct log_sink *order, const char *key, const char *value)
{
	uint64_t n = 0, *wide = strcmp(key, "maxbytes") == 0 ? &order->maxbytes :
		strcmp(key, "maxage_ms") == 0 ? &order->maxage_ms : strcmp(key, "total") == 0 ? &order->total : NULL;
	uint32_t *narrow = strcmp(key, "backups") == 0 ? &order->backups : strcmp(key, "mode") == 0 ? &order->mode :
		strcmp(key, "facility") == 0 ? &order->facility : NULL;

	if (parse_u64(value, UINT64_MAX, &n) < 0)
		die(value);
	if (wide != NULL)
		*wide = n;
	else if (narrow != NULL)
		*narrow = (uint32_t)n;
	else if (strcmp(key, "compress") == 0)
		order->compress = n != 0;
	else
		die(key);
}

static void send_feed(uint32_t stream, const char *fifo)
{
	int fd = open(fifo, O_RDWR | O_CLOEXEC); /* with a reader, as reeve has it */

	if (fd < 0)
		die(fifo);
	send_order(MSG_LOG_FEED, &(struct log_feed){ .stream = stream, .logger = fifo }, fd);
	/* its reading end stays open with us, whatever its reader does */
}

static void send_sink(uint32_t stream, const char *ordered)
{
	static const char *const formats[] = {
		[LOG_RAW] = "raw", [LOG_PREFIX] = "prefix", [LOG_TIMESTAMP] = "timestamp", [LOG_JSON] = "json" };
	struct log_sink order = { .stream = stream, .target = "", .mode = 0640 };
	char copy[512], *rest = copy, *word;

	(void)snprintf(copy, sizeof copy, "%s", ordered);
	while ((word = strsep(&rest, ",")) != NULL) {
		char *value = strchr(word, '=');

		if (value == NULL)
			die(word);
		*value++ = '\0';
		if (strcmp(word, "to") == 0 && strncmp(value, "feed:", 5) == 0) {
			send_feed(stream, value + 5);
			return;
		}
		if (strcmp(word, "to") == 0)
			set_target(&order, value);
		else if (strcmp(word, "format") == 0)
			order.format = index_of(value, formats, ARRAY_LEN(formats));
		else
			set_number(&order, word, value);
	}
	send_order(MSG_LOG_SINK, &order, -1);
}

static void send_attach(const struct line *l)
{
	struct log_attach order = {
		.stream = (uint32_t)(l - streams), .child = l->child, .label = "out", .block = l->block, .sinks = l->sinks_n };

	send_order(MSG_LOG_ATTACH, &order, l->ends[0]);
	if (l->has_relay)
		send_relay(order.stream);
	for (unsigned i = 0; i < l->sinks_n; i++)
		send_sink(order.stream, l->sinks[i]);
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
	if (channel_new(pair[0], FROM_LOG, 1024, 65536, &control) < 0)
		die("channel");
	for (size_t i = 0; i < STREAMS_MAX; i++)
		if (streams[i].made)
			send_attach(&streams[i]);
}

/* Its exit status, once it has ended; 128 and the signal when one killed it. reeve-log is heard meanwhile. */
static int reap(pid_t pid)
{
	struct pollfd said = { .fd = channel_fd(control), .events = POLLIN };
	int status;
	pid_t r;

	while ((r = waitpid(pid, &status, said.fd < 0 ? 0 : WNOHANG)) <= 0) {
		if (r < 0)
			die("waitpid");
		if (poll(&said, 1, LOOK_MS) > 0 && !hear())
			said.fd = -1;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static struct line *make_line(const char *number, const char *child)
{
	struct line *l = line_of(number);

	if (!l->made && sys_pipe(l->ends, NONBLOCK_NONE) < 0)
		die("pipe");
	l->made = true;
	l->sinks_n = 0;
	(void)snprintf(l->child, sizeof l->child, "%s", child);
	return l;
}

static void do_attach(char **w)
{
	struct line *l = make_line(w[1], w[2]);

	if (strcmp(w[3], "-") == 0)
		(void)snprintf(l->sinks[0], sizeof l->sinks[0], "to=stdout,format=prefix");
	else
		(void)snprintf(l->sinks[0], sizeof l->sinks[0], "to=%s,maxbytes=%s,backups=%s", w[3], w[4], w[5]);
	l->block = false;
	l->sinks_n = 1;
	send_attach(l);
}

static void do_sinks(char **w)
{
	struct line *l = make_line(w[1], w[2]);
	char *word;

	l->block = strcmp(w[3], "block") == 0;
	while ((word = strsep(&w[4], " ")) != NULL && l->sinks_n < SINKS_MAX)
		if (*word != '\0')
			(void)snprintf(l->sinks[l->sinks_n++], sizeof l->sinks[0], "%s", word);
	send_attach(l);
}

static void do_trouble(char **w)
{
	const struct line *l = line_of(w[1]);
	uint64_t until = sys_now_ms() + 10000;
	struct pollfd said = { .events = POLLIN };

	while (strcmp(w[2], "-") == 0 ? l->trouble[0] != '\0' : strstr(l->trouble, w[2]) == NULL) {
		said.fd = channel_fd(control);
		if (sys_now_ms() > until || !hear()) {
			fprintf(stderr, "log_drive: stream %s: not told of '%s' but of '%s'\n", w[1], w[2], l->trouble);
			exit(1);
		}
		(void)poll(&said, 1, 100);
	}
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

static void do_babble(char **w UNUSED)
{
	static const char babble[64] = "\xff\xff\xff\xff";

	if (send(channel_fd(control), babble, sizeof babble, MSG_NOSIGNAL) != sizeof babble)
		die("babble");
	if (reap(logger) != 0)
		die("what is no message was minded");
	channel_free(control);
	start_logger();
}

static void wait_a_little(void)
{
	(void)poll(NULL, 0, (int)(sys_random() % STORM_STEP_MS));
}

/* The times are odd on purpose: they fall into every part of a move. They wait for nothing. */
static void do_storm(char **w)
{
	struct line *l = line_of(w[1]);
	int status, kills = 0, stops = 0;

	while (waitpid(l->pid, &status, WNOHANG) == 0) {
		wait_a_little();
		(void)hear(); /* a stream may want a relay */
		if (sys_random() % 2 == 0) {
			(void)kill(logger, SIGSTOP); /* as in do_kill() */
			stops++;
			wait_a_little();
			(void)kill(logger, SIGCONT);
		}
		if (sys_random() % 3 == 0)
			continue;
		do_kill(w);
		kills++;
	}
	fprintf(stderr, "log_drive: killed %d times\nlog_drive: stopped %d times\n", kills, stops);
}

static void do_detach(char **w)
{
	struct line *l = line_of(w[1]);

	send_order(MSG_LOG_DETACH, &(struct log_stream){ .stream = (uint32_t)(l - streams) }, -1);
	sys_close(l->ends[0]);
	sys_close(l->ends[1]);
	if (l->has_relay) {
		sys_close(l->relay[0]);
		sys_close(l->relay[1]);
	}
	l->made = l->has_relay = false;
}

static void send_tail(const struct log_tail *order, const char *file)
{
	char command[512];
	int ends[2];
	pid_t pid;

	if (sys_pipe(ends, NONBLOCK_NONE) < 0)
		die("pipe");
	send_order(MSG_LOG_TAIL, order, ends[1]);
	sys_close(ends[1]);
	pid = fork();
	if (pid == 0) {
		if (dup2(ends[0], STDIN_FILENO) < 0)
			die("dup2");
		(void)snprintf(command, sizeof command, "cat > '%s'; touch '%s.end'", file, file);
		execl("/bin/bash", "bash", "-c", command, (char *)NULL);
		die("bash");
	}
	sys_close(ends[0]);
}

static void do_tail(char **w)
{
	struct log_tail order = { .stream = (uint32_t)(line_of(w[1]) - streams) };
	uint64_t lines;

	if (parse_u64(w[2], UINT32_MAX, &lines) < 0)
		die("tail");
	order.lines = (uint32_t)lines;
	order.whole = strchr(w[3], 'w') != NULL;
	order.follow = strchr(w[3], 'f') != NULL;
	send_tail(&order, w[4]);
}

static void do_tail_since(char **w)
{
	struct log_tail order = { .stream = (uint32_t)(line_of(w[1]) - streams) };
	FILE *f = fopen(w[2], "re");
	char text[32];

	if (f == NULL || fgets(text, sizeof text, f) == NULL || fclose(f) != 0)
		die(w[2]);
	text[strcspn(text, "\n")] = '\0';
	if (parse_u64(text, UINT64_MAX, &order.since_ms) < 0)
		die(text);
	send_tail(&order, w[3]);
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
	struct pollfd said = { .fd = channel_fd(control), .events = POLLIN };
	int status;

	(void)shutdown(channel_fd(control), SHUT_WR); /* it ends with that, and says its last */
	while (hear())
		(void)poll(&said, 1, -1);
	for (size_t i = 0; i < STREAMS_MAX; i++)
		if (streams[i].lost > 0)
			fprintf(stderr, "log_drive: stream %zu lost %llu\n", i, (unsigned long long)streams[i].lost);
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
	{ "storm",  2, do_storm },  { "kill",   1, do_kill },   { "detach", 2, do_detach }, { "babble", 1, do_babble },
	{ "tail",   5, do_tail },   { "reopen", 1, do_reopen }, { "sh",     2, do_sh },
	{ "tail-since", 4, do_tail_since }, { "sinks",  5, do_sinks },  { "trouble", 3, do_trouble },   { "end",    1, do_end },
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
		(void)hear(); /* it may have gone: the next order says so */
		if (line[0] != '\0' && line[0] != '#')
			carry_out(line);
	}
	return 0;
}
