/*
 * A child that behaves as it is told, so that a test can have any of the bad manners it wants:
 *
 *	knobs [KNOB | KNOB=VALUE]...
 *
 *	say=PATH       appends one line per event to this file or FIFO ("-": standard output):
 *	               "descendant PID" each, "memory BYTES", "ready PID", "signal NAME", "wrote LINES",
 *	               "read BYTES". Everything else is in place when "ready" is said.
 *	hold=PATH      keeps a lock on this file, as all descendants do: flock(1) gets it when nobody lives
 *	ignore=A,B     these signals (TERM, INT...) are ignored, by descendants too
 *	tell=A,B       these are said and otherwise ignored
 *	trap=A,B       these are said and end it with the status of exit= (0)
 *	block=A,B      these are blocked
 *	exit=STATUS    ends with it when all is done ...
 *	die=SIGNAL     ... or by this signal
 *	after=TIME     ... that long after ready ("1.5", "200ms")
 *	               without exit, die: stays until somebody ends it
 *	daemon         forks twice and leads a session of its own; the first of them ends with 0
 *	descendants=N  so many more processes, which do nothing but be there
 *	setsid         ... each in a session of its own
 *	twice          ... each forked twice, so that its parent is gone
 *	scrub          ... each without a trace of its environment
 *	traced         ... each tries to trace the first of them, and says "tracer PID" where it may
 *	restless       ... each goes on as a child of its own and is gone, over and over
 *	lines=N|forever, line=BYTES, to=FD, fill=HEX, chunk=BYTES, pause=TIME
 *	               writes lines: ten digits from 0 on, a space, filled up with x (or the byte HEX), the
 *	               newline counted in BYTES (64); chunk bytes in one write (one line), pausing between two
 *	read           reads standard input to its end; without it not a byte of it is read
 *	memory=SIZE    allocates so much and touches it ("64MB")
 *	context        prints what it runs as and with, a line each, "context end" the last
 *
 * In the order: signals, daemon, descendants, memory, context, ready, lines, read, exit.
 */
#include "helpers/knobs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <time.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/io.h"
#include "base/parse.h"

enum { NO = 1 << 16, CHUNK_MAX = 1 << 20, DIGITS = 10 };

static struct knobs k = { .exit = NO, .die = NO, .line = 64, .to = STDOUT_FILENO, .fill = 'x' };
static int say_fd = -1;

static void fail(const char *what, const char *why) NORETURN;
static void fail(const char *what, const char *why)
{
	(void)fprintf(stderr, "knobs: %s: %s\n", what, why);
	exit(2);
}

/* One event, in one write: lines of several processes do not mix. */
static void say(const char *event, uint64_t number)
{
	char line[64];
	int n = snprintf(line, sizeof line, "%s %ju\n", event, (uintmax_t)number);

	if (say_fd >= 0 && io_write_all(say_fd, line, (size_t)n) < 0)
		fail("say", "nobody takes it");
}

/* ---- knobs ---- */

static void on_told(int signo)
{
	const char *name = signal_name(signo);
	char line[32] = "signal ";
	size_t n = strlen(line);
	int saved = errno;

	for (; *name != '\0'; name++)
		line[n++] = *name;
	line[n++] = '\n';
	if (say_fd >= 0 && io_write_all(say_fd, line, n) < 0)
		_exit(2); /* whoever listened is gone */
	errno = saved;
}

static void on_trapped(int signo)
{
	on_told(signo);
	_exit(k.exit == NO ? 0 : (int)k.exit);
}

static void each_signal(const char *list, void (*fn)(int signo, void (*handler)(int)), void (*handler)(int))
{
	char word[256], *at = word, *comma;
	int signo;

	(void)snprintf(word, sizeof word, "%s", list);
	do {
		comma = strchr(at, ',');
		if (comma != NULL)
			*comma = '\0';
		if (parse_signal(at, &signo) < 0)
			fail(at, "no signal");
		fn(signo, handler);
		at = comma + 1;
	} while (comma != NULL);
}

static void dispose(int signo, void (*handler)(int))
{
	struct sigaction act = { .sa_handler = handler, .sa_flags = SA_RESTART };

	if (sigaction(signo, &act, NULL) < 0)
		fail(signal_name(signo), strerror(errno));
}

static void block(int signo, void (*handler)(int) UNUSED)
{
	sigset_t one;

	(void)sigemptyset(&one);
	(void)sigaddset(&one, signo);
	(void)sigprocmask(SIG_BLOCK, &one, NULL);
}

static void set_signals(const char *knob, const char *value)
{
	if (strcmp(knob, "block") == 0)
		each_signal(value, block, NULL);
	else
		each_signal(value, dispose, strcmp(knob, "ignore") == 0 ? SIG_IGN :
		                            strcmp(knob, "tell") == 0 ? on_told : on_trapped);
}

static void set_say(const char *knob UNUSED, const char *value)
{
	k.say = value;
}

static void set_hold(const char *knob, const char *value)
{
	int fd = open(value, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0)
		fail(knob, strerror(errno));
}

static void set_die(const char *knob, const char *value)
{
	int signo;

	if (parse_signal(value, &signo) < 0)
		fail(knob, value);
	k.die = (uint64_t)signo;
}

static void set_to(const char *knob, const char *value)
{
	uint64_t n;

	if (parse_u64(value, 1 << 20, &n) < 0)
		fail(knob, value);
	k.to = (int)n;
}

static void set_fill(const char *knob, const char *value)
{
	if (parse_hex(value, &k.fill, 1) < 0)
		fail(knob, value);
}

static int parse_count(const char *s, uint64_t *ret)
{
	if (strcmp(s, "forever") != 0)
		return parse_u64(s, UINT64_MAX, ret);
	*ret = UINT64_MAX;
	return 0;
}

#define FLAG(name)          { #name, .flag = offsetof(struct knobs, name), .is_flag = true }
#define NUMBER(name, how)   { #name, .parse = how, .number = offsetof(struct knobs, name) }
#define TIME(name, member)  { #name, .parse = parse_duration, .number = offsetof(struct knobs, member) }
#define SPECIAL(name, how)  { #name, .set = how }

static const struct {
	const char *name;
	bool        is_flag;
	size_t      flag, number;
	int       (*parse)(const char *s, uint64_t *ret);
	void      (*set)(const char *knob, const char *value);
} table[] = {
	SPECIAL(say, set_say), SPECIAL(hold, set_hold), SPECIAL(ignore, set_signals), SPECIAL(tell, set_signals),
	SPECIAL(trap, set_signals), SPECIAL(block, set_signals), SPECIAL(die, set_die),
	SPECIAL(to, set_to), SPECIAL(fill, set_fill),
	NUMBER(exit, parse_count), TIME(after, after_ms), FLAG(daemon), NUMBER(descendants, parse_count),
	FLAG(setsid), FLAG(twice), FLAG(scrub), FLAG(restless), FLAG(traced),
	NUMBER(lines, parse_count), NUMBER(line, parse_size),
	NUMBER(chunk, parse_size), TIME(pause, pause_ms), FLAG(read), NUMBER(memory, parse_size),
	FLAG(context),
};

static void turn(char *knob)
{
	char *value = strchr(knob, '=');

	if (value != NULL)
		*value++ = '\0';
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (strcmp(table[i].name, knob) != 0 || table[i].is_flag != (value == NULL))
			continue;
		if (table[i].is_flag)
			*(bool *)((char *)&k + table[i].flag) = true;
		else if (table[i].set != NULL)
			table[i].set(knob, value);
		else if (table[i].parse(value, (uint64_t *)(void *)((char *)&k + table[i].number)) < 0)
			fail(knob, value);
		return;
	}
	fail(knob, "no such knob, or its value is missing or too much");
}

/* ---- what it does ---- */

static uint64_t now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void wait_ms(uint64_t ms)
{
	uint64_t end = now_ms() + ms, now;

	while ((now = now_ms()) < end) /* signals come in between */
		(void)poll(NULL, 0, end - now > INT_MAX ? INT_MAX : (int)(end - now));
}

static void stay(void) NORETURN;
static void stay(void)
{
	for (;;)
		(void)poll(NULL, 0, -1);
}

static pid_t forked(void)
{
	pid_t pid = fork();

	if (pid < 0)
		fail("fork", strerror(errno));
	return pid;
}

static void become_daemon(void)
{
	if (forked() > 0)
		_exit(0);
	(void)setsid();
	if (forked() > 0)
		_exit(0);
}

/* What /proc/PID/environ shows is this process's own memory. */
static void wipe_environment(void)
{
	for (char **e = environ; *e != NULL; e++)
		memset(*e, 0, strlen(*e));
}

/* Yama lets nobody be traced by a descendant who was not named before (Documentation/admin-guide/LSM/Yama.rst). */
static void trace(pid_t first)
{
	if (ptrace(PTRACE_SEIZE, first, NULL, NULL) == 0)
		say("tracer", (uint64_t)getpid());
}

/* Nobody is there for longer than it takes to fork. */
static void go_on_and_on(void) NORETURN;
static void go_on_and_on(void)
{
	for (;;)
		if (fork() > 0)
			_exit(0);
		else if (k.setsid)
			(void)setsid();
}

/* The end of the pipe tells the one who waits that all of them said their word. */
static void be_descendant(int alive, pid_t first) NORETURN;
static void be_descendant(int alive, pid_t first)
{
	if (k.setsid)
		(void)setsid();
	if (k.twice && forked() > 0)
		_exit(0);
	if (k.scrub)
		wipe_environment();
	if (k.traced)
		trace(first);
	say("descendant", (uint64_t)getpid());
	(void)close(alive);
	if (k.restless)
		go_on_and_on();
	stay();
}

static void have_descendants(void)
{
	pid_t first = getpid();
	int fds[2];
	char none;

	if (k.traced)
		(void)prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0); /* EINVAL: there is no Yama */
	if (pipe(fds) < 0)
		fail("pipe", strerror(errno));
	for (uint64_t i = 0; i < k.descendants; i++) {
		if (forked() == 0) {
			(void)close(fds[0]);
			be_descendant(fds[1], first);
		}
	}
	(void)close(fds[1]);
	while (read(fds[0], &none, 1) < 0 && errno == EINTR)
		continue;
	(void)close(fds[0]);
}

static void take_memory(void)
{
	char *at = malloc(k.memory);

	if (at == NULL)
		fail("memory", strerror(errno));
	for (uint64_t i = 0; i < k.memory; i += 4096)
		((volatile char *)at)[i] = 1;
	say("memory", k.memory); /* and it is kept */
}

/* The byte of the whole output at this place. */
static char byte_at(uint64_t place)
{
	uint64_t number = place / k.line, at = place % k.line;

	if (at == k.line - 1)
		return '\n';
	if (at >= DIGITS)
		return at == DIGITS ? ' ' : (char)k.fill;
	for (; at < DIGITS - 1; at++)
		number /= 10;
	return (char)('0' + number % 10);
}

static void write_lines(void)
{
	static char buf[CHUNK_MAX];
	uint64_t end = k.lines >= UINT64_MAX / k.line ? UINT64_MAX : k.lines * k.line;
	uint64_t chunk = k.chunk != 0 ? k.chunk : k.line;

	for (uint64_t place = 0; place < end;) {
		size_t n = 0;

		while (n < chunk && n < CHUNK_MAX && place < end)
			buf[n++] = byte_at(place++);
		if (io_write_all(k.to, buf, n) < 0)
			fail("write", strerror(errno));
		if (k.pause_ms > 0)
			wait_ms(k.pause_ms);
	}
	say("wrote", k.lines);
}

static void read_all(void)
{
	static char buf[65536];
	uint64_t sum = 0;
	ssize_t n;

	while ((n = read(STDIN_FILENO, buf, sizeof buf)) > 0 || (n < 0 && errno == EINTR))
		sum += n > 0 ? (uint64_t)n : 0;
	say("read", sum);
}

static void leave(void) NORETURN;
static void leave(void)
{
	if (k.exit == NO && k.die == NO)
		stay();
	wait_ms(k.after_ms);
	if (k.die == NO)
		_exit((int)k.exit);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* no core file for what is meant */
	if (k.die != SIGKILL)
		dispose((int)k.die, SIG_DFL);
	(void)raise((int)k.die);
	stay(); /* by a signal that ends nobody, or as PID 1 */
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		turn(argv[i]);
	if (k.line == 0)
		fail("line", "a line has its newline at least");
	if (k.say != NULL)
		say_fd = strcmp(k.say, "-") == 0 ? STDOUT_FILENO
		                                 : open(k.say, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	if (k.say != NULL && say_fd < 0)
		fail(k.say, strerror(errno));
	if (k.daemon)
		become_daemon();
	if (k.descendants > 0)
		have_descendants();
	if (k.memory > 0)
		take_memory();
	if (k.context)
		context_print();
	say("ready", (uint64_t)getpid());
	if (k.lines > 0)
		write_lines();
	if (k.read)
		read_all();
	leave();
}
