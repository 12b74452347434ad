/*
 * How fast something takes what children write, and what that costs: some writers of lines of 100 bytes, so many
 * bytes in each write, and what reads their pipes. Prints MB/s until the readers have ended, and seconds of
 * processor of the readers and of the writers.
 *
 *	bench/flow write MEGABYTES SIZE                        writes to standard output, and no more
 *	bench/flow read MEGABYTES WRITERS SIZE PROGRAM...      one PROGRAM per writer; % in an argument becomes its number
 *	bench/flow reeve-log MEGABYTES WRITERS SIZE FORMAT FOLDER  one reeve-log for all of them
 *	bench/flow pump FILE                                   a bare pump: reads and writes, 64 kB at once
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/parse.h"
#include "base/text.h"
#include "sys/fd.h"
#include "wire/channel.h"
#include "wire/orders.h"

enum { WRITERS_MAX = 64, LINE = 100, SIZE_MAX_BYTES = 1 << 20, PUMP = 64 * 1024, ARGS_MAX = 32, CONTROL_FD = 3, TOO_LONG_S = 120 };

NORETURN static void die(const char *what)
{
	fprintf(stderr, "flow: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t number(const char *word, uint64_t max)
{
	uint64_t n;

	if (parse_u64(word, max, &n) < 0 || n == 0)
		die(word);
	return n;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void write_lines(int fd, uint64_t bytes, size_t size)
{
	static char lines[SIZE_MAX_BYTES];

	memset(lines, 'x', size);
	for (size_t i = LINE - 1; i < size; i += LINE)
		lines[i] = '\n';
	for (uint64_t sent = 0; sent < bytes;) {
		ssize_t n = write(fd, lines + sent % LINE, bytes - sent < size - sent % LINE ? (size_t)(bytes - sent) : size - sent % LINE);

		if (n < 0)
			die("write");
		sent += (uint64_t)n;
	}
}

static void pump(const char *file)
{
	static char buf[PUMP];
	int fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
	ssize_t n;

	while ((n = read(STDIN_FILENO, buf, sizeof buf)) > 0)
		for (ssize_t sent = 0, k; sent < n; sent += k)
			if ((k = write(fd, buf + sent, (size_t)(n - sent))) < 0)
				die(file);
}

struct run {
	uint64_t bytes;       /* of each writer */
	unsigned writers;
	size_t   size;        /* of a write */
	int      pipes[WRITERS_MAX][2], relays[WRITERS_MAX][2];
	pid_t    writer[WRITERS_MAX], reader[WRITERS_MAX];
	unsigned readers;
	double   writers_s, readers_s;
};

static double reap(const pid_t *pids, unsigned n)
{
	struct rusage used;
	double sum = 0;
	int status;

	for (unsigned i = 0; i < n; i++) {
		if (wait4(pids[i], &status, 0, &used) != pids[i])
			die("wait4");
		if (status != 0)
			fprintf(stderr, "flow: something ended with %d\n", status);
		sum += (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
		       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
	}
	return sum;
}

static void start_writers(struct run *r)
{
	for (unsigned i = 0; i < r->writers; i++) {
		r->writer[i] = fork();
		if (r->writer[i] == 0) {
			for (unsigned k = 0; k < r->writers; k++)
				sys_close(r->pipes[k][0]); /* it ends when nobody reads */
			write_lines(r->pipes[i][1], r->bytes, r->size);
			_exit(0);
		}
	}
}

static char *with_number(const char *word, unsigned i)
{
	const char *percent = strchr(word, '%');
	char *made;

	if (percent == NULL)
		return strdup(word);
	if (asprintf(&made, "%.*s%u%s", (int)(percent - word), word, i, percent + 1) < 0)
		die("memory");
	return made;
}

static void start_reader(struct run *r, unsigned i, char **program)
{
	char *args[ARGS_MAX] = { 0 };

	r->reader[i] = fork();
	if (r->reader[i] != 0)
		return;
	for (unsigned k = 0; program[k] != NULL && k + 1 < ARGS_MAX; k++)
		args[k] = with_number(program[k], i);
	if (dup2(r->pipes[i][0], STDIN_FILENO) < 0)
		die("dup2");
	execvp(args[0], args);
	die(args[0]);
}

/* A program of its own for each writer; the pipe's end is the end. */
static void run_readers(struct run *r, char **program)
{
	r->readers = r->writers;
	for (unsigned i = 0; i < r->readers; i++)
		start_reader(r, i, program);
	start_writers(r);
	for (unsigned i = 0; i < r->writers; i++) {
		sys_close(r->pipes[i][0]);
		sys_close(r->pipes[i][1]);
	}
	r->writers_s = reap(r->writer, r->writers);
	r->readers_s = reap(r->reader, r->readers);
}

static void order(struct channel *control, enum msg type, const void *body, int fd)
{
	if (channel_send(control, type, 0, body, &fd) < 0 || channel_wait_sent(control, 10000) < 0)
		die(msg_name(type));
}

static void attach(struct run *r, struct channel *control, unsigned i, char **how)
{
	static const char *const formats[] = { "raw", "prefix", "timestamp", "json" };
	struct log_attach stream = { .stream = i, .child = "bench:writer", .label = "out", .sinks = 1 };
	char path[4096];
	struct log_sink sink = { .stream = i, .kind = LOG_TO_FILE, .target = path, .mode = 0640 };

	(void)snprintf(path, sizeof path, "%s/%u", how[1], i);
	while (sink.format < ARRAY_LEN(formats) && strcmp(formats[sink.format], how[0]) != 0)
		sink.format++;
	order(control, MSG_LOG_ATTACH, &stream, r->pipes[i][0]);
	order(control, MSG_LOG_SINK, &sink, -1);
}

static void give_relay(struct run *r, struct channel *control, const struct frame *f)
{
	struct log_stream crowded;

	if (f->type != MSG_LOG_CROWDED || msg_decode(f, &crowded) < 0 || crowded.stream >= r->writers)
		die("what reeve-log says");
	if (sys_pipe(r->relays[crowded.stream], NONBLOCK_NONE) < 0 ||
	    channel_send(control, MSG_LOG_RELAY, 0, &crowded, r->relays[crowded.stream]) < 0)
		die("relay");
}

/* Hears reeve-log until the writers, who alone have the other end of alive, have ended. */
static void attend(struct run *r, struct channel *control, int alive)
{
	struct pollfd fds[] = { { .fd = channel_fd(control), .events = POLLIN }, { .fd = alive } };
	struct frame f;

	while (fds[1].revents == 0) {
		if (poll(fds, ARRAY_LEN(fds), -1) < 0)
			die("poll");
		if (fds[0].revents != 0 && channel_fill(control) <= 0)
			die("reeve-log");
		while (channel_next(control, &f) > 0)
			give_relay(r, control, &f);
	}
}

/* As reeve does it: how is FORMAT and FOLDER. */
static void run_reeve_log(struct run *r, char **how)
{
	struct channel *control;
	int pair[2], alive[2];

	if (sys_socketpair(pair) < 0 || channel_new(pair[0], FROM_LOG, 1024, 65536, &control) < 0)
		die("socket");
	r->readers = 1;
	r->reader[0] = fork();
	if (r->reader[0] == 0) {
		if (dup2(pair[1], CONTROL_FD) < 0)
			die("dup2");
		execlp("reeve-log", "reeve-log", (char *)NULL);
		die("reeve-log");
	}
	sys_close(pair[1]);
	for (unsigned i = 0; i < r->writers; i++)
		attach(r, control, i, how);
	if (sys_pipe(alive, NONBLOCK_NONE) < 0)
		die("pipe");
	start_writers(r);
	sys_close(alive[1]);
	attend(r, control, alive[0]);
	r->writers_s = reap(r->writer, r->writers);
	for (unsigned i = 0; i < r->writers; i++)
		order(control, MSG_LOG_DETACH, &(struct log_stream){ .stream = i }, -1);
	if (shutdown(pair[0], SHUT_WR) < 0)
		die("shutdown");
	r->readers_s = reap(r->reader, 1);
}

int main(int argc, char **argv)
{
	static struct run r;
	bool is_reeve = argc > 6 && strcmp(argv[1], "reeve-log") == 0;
	double start, took;

	if (argc == 4 && strcmp(argv[1], "write") == 0) {
		write_lines(STDOUT_FILENO, number(argv[2], 1 << 20) * 1000000, number(argv[3], SIZE_MAX_BYTES));
		return 0;
	}
	if (argc == 3 && strcmp(argv[1], "pump") == 0) {
		pump(argv[2]);
		return 0;
	}
	if (argc < 6 || (!is_reeve && strcmp(argv[1], "read") != 0))
		return 2;
	r.writers = (unsigned)number(argv[3], WRITERS_MAX);
	r.bytes = number(argv[2], 1 << 20) * 1000000 / r.writers;
	r.size = number(argv[4], SIZE_MAX_BYTES);
	for (unsigned i = 0; i < r.writers; i++)
		if (sys_pipe(r.pipes[i], is_reeve ? NONBLOCK_READ : NONBLOCK_NONE) < 0)
			die("pipe");
	(void)alarm(TOO_LONG_S);
	start = now();
	if (is_reeve)
		run_reeve_log(&r, argv + 5);
	else
		run_readers(&r, argv + 5);
	took = now() - start;
	printf("%6.0f MB/s  %5.2f s  %5.2f s\n", (double)(r.bytes * r.writers) / 1e6 / took, r.readers_s, r.writers_s);
	return 0;
}
