/*
 * How fast N trivial services are down, and 200 of them new, under reeve with and without control groups,
 * s6, runit and supervisord, in one run.
 *
 *	bench/stop REEVE REEVECTL TRIVIAL WORK_FOLDER N
 *
 * A service says its number when it runs, and its end is seen by a pidfd: all are measured from outside and
 * alike. s6 and runit are told to restart by what their own clients write into the services' FIFOs, so that
 * no client's start counts against them.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/own.h"
#include "base/parse.h"

enum { COUNT_MAX = 4096, RESTARTED = 200, PATIENCE_MS = 120000 };

struct bench {
	const char *reeve, *ctl, *trivial, *work;
	char        fifo_path[256], conf[256], dir[256];
	int         fifo;
	size_t      count;
	pid_t       pids[COUNT_MAX];
	pid_t       root;       /* the supervisor */
};

/* One way to run them. */
struct peer {
	const char *name;
	const char *program;   /* that must be there; NULL ours */
	void      (*prepare)(struct bench *b);
	void      (*run)(const struct bench *b);  /* in the child; does not come back */
	void      (*restart)(struct bench *b);             /* all of them */
	int         end;       /* the signal that ends everything in order */
};

static void fail(const char *what) NORETURN;
static void fail(const char *what)
{
	fprintf(stderr, "stop: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* ---- seen from outside ---- */

static void await_services(struct bench *b, size_t n)
{
	size_t bytes = 0;

	while (bytes < n * sizeof b->pids[0]) {
		struct pollfd p = { .fd = b->fifo, .events = POLLIN };
		ssize_t got;

		if (poll(&p, 1, PATIENCE_MS) <= 0)
			fail("services did not come up");
		got = read(b->fifo, (char *)b->pids + bytes, n * sizeof b->pids[0] - bytes);
		bytes += got > 0 ? (size_t)got : 0;
	}
}

/* Until the last of them is dead. */
static void await_ends(const int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct pollfd p = { .fd = fds[i], .events = POLLIN };

		if (poll(&p, 1, PATIENCE_MS) <= 0)
			fail("services did not end");
		close(fds[i]);
	}
}

static void watch_ends(const struct bench *b, int *fds)
{
	for (size_t i = 0; i < b->count; i++) {
		fds[i] = (int)syscall(SYS_pidfd_open, b->pids[i], 0);
		if (fds[i] < 0)
			fail("pidfd_open");
	}
}

/* ---- files ---- */

static void write_file(const char *path, const char *text, unsigned mode)
{
	OWN(fd) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		fail(path);
}

/* A folder with a run script for each, as s6 and runit have it. */
static void prepare_folders(struct bench *b)
{
	char path[512], text[1024];

	mkdir(b->dir, 0755);
	(void)snprintf(text, sizeof text, "#!/bin/sh\nexec %s %s\n", b->trivial, b->fifo_path);
	for (size_t i = 0; i < b->count; i++) {
		(void)snprintf(path, sizeof path, "%s/s%zu", b->dir, i);
		mkdir(path, 0755);
		(void)snprintf(path, sizeof path, "%s/s%zu/run", b->dir, i);
		write_file(path, text, 0755);
	}
}

static void tell_each(struct bench *b, const char *word)
{
	for (size_t i = 0; i < b->count; i++) {
		char path[512];

		(void)snprintf(path, sizeof path, "%s/s%zu/supervise/control", b->dir, i);

		OWN(fd) int fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);

		if (fd < 0 || write(fd, word, strlen(word)) < 0)
			fail(path);
	}
}

static void run_client(const struct bench *b, const char *program, char *const *argv)
{
	pid_t pid = fork();

	(void)b;
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, STDOUT_FILENO);
		execvp(program, argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		fail(program);
}

/* ---- reeve ---- */

static void prepare_reeve(struct bench *b, const char *cgroup)
{
	OWN(file) FILE *f = fopen(b->conf, "we");

	if (f == NULL)
		fail(b->conf);
	fprintf(f, "[reeve]\nsocket = %s/reeve.sock\nstore = %s/store\nstate_dir = %s/state\n"
	        "restart_rate = 10000\nrestart_burst = 10000\ncgroup = %s\n", b->work, b->work, b->work, cgroup);
	fprintf(f, "[service:s]\nnumprocs = %zu\ncommand = %s %s\nstartsecs = 0\nstdout_logfile = none\n", b->count,
	        b->trivial, b->fifo_path);
}

static void prepare_with(struct bench *b)
{
	prepare_reeve(b, "auto");
}

static void prepare_without(struct bench *b)
{
	prepare_reeve(b, "none");
}

static void run_reeve(const struct bench *b)
{
	execl(b->reeve, "reeve", "-c", b->conf, (char *)NULL);
	_exit(127);
}

static void restart_reeve(struct bench *b)
{
	char socket[512];
	char *argv[] = { (char *)(uintptr_t)"reevectl", (char *)(uintptr_t)"restart", (char *)(uintptr_t)"all", NULL };

	(void)snprintf(socket, sizeof socket, "%s/reeve.sock", b->work);
	setenv("REEVE_SOCKET", socket, 1);
	run_client(b, b->ctl, argv);
}

/* ---- the others ---- */

static void run_s6(const struct bench *b)
{
	execlp("s6-svscan", "s6-svscan", "-c", "5000", b->dir, (char *)NULL);
	_exit(127);
}

static void restart_s6(struct bench *b)
{
	tell_each(b, "r"); /* s6-svc -r */
}

static void run_runit(const struct bench *b)
{
	execlp("runsvdir", "runsvdir", b->dir, (char *)NULL);
	_exit(127);
}

static void restart_runit(struct bench *b)
{
	tell_each(b, "tcu"); /* sv restart */
}

static void prepare_supervisord(struct bench *b)
{
	OWN(file) FILE *f = fopen(b->conf, "we");

	if (f == NULL)
		fail(b->conf);
	fprintf(f, "[supervisord]\nnodaemon=true\nminfds=8192\nlogfile=/dev/null\nlogfile_maxbytes=0\npidfile=%s/pid\n"
	        "[unix_http_server]\nfile=%s/s.sock\n[supervisorctl]\nserverurl=unix://%s/s.sock\n"
	        "[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n"
	        "[program:s]\nnumprocs=%zu\nprocess_name=%%(process_num)d\ncommand=%s %s\nstartsecs=0\n"
	        "stdout_logfile=NONE\nstderr_logfile=NONE\n", b->work, b->work, b->work, b->count, b->trivial, b->fifo_path);
}

static void run_supervisord(const struct bench *b)
{
	execlp("supervisord", "supervisord", "-c", b->conf, (char *)NULL);
	_exit(127);
}

static void restart_supervisord(struct bench *b)
{
	char *argv[] = { (char *)(uintptr_t)"supervisorctl", (char *)(uintptr_t)"-c", b->conf,
		         (char *)(uintptr_t)"restart", (char *)(uintptr_t)"all", NULL };

	run_client(b, "supervisorctl", argv);
}

static const struct peer peers[] = {
	{ "reeve, control groups", NULL, prepare_with, run_reeve, restart_reeve, SIGTERM },
	{ "reeve, none", NULL, prepare_without, run_reeve, restart_reeve, SIGTERM },
	{ "s6", "/usr/bin/s6-svscan", prepare_folders, run_s6, restart_s6, SIGTERM },
	{ "runit", "/usr/bin/runsvdir", prepare_folders, run_runit, restart_runit, SIGHUP },
	{ "supervisord", "/usr/bin/supervisord", prepare_supervisord, run_supervisord, restart_supervisord, SIGTERM },
};

/* ---- measuring ---- */

static void begin(struct bench *b, const struct peer *p)
{
	(void)snprintf(b->conf, sizeof b->conf, "%s/conf", b->work);
	(void)snprintf(b->dir, sizeof b->dir, "%s/%s-%zu", b->work, p->name, b->count);
	p->prepare(b);
	b->root = fork();
	if (b->root < 0)
		fail("fork");
	if (b->root == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
		p->run(b);
	}
	await_services(b, b->count);
}

static double stop_ms(struct bench *b, const struct peer *p, double *ret_gone)
{
	static int fds[COUNT_MAX];
	double start;

	watch_ends(b, fds);
	start = now_ms();
	kill(b->root, p->end);
	await_ends(fds, b->count);
	*ret_gone = now_ms() - start;
	while (waitpid(b->root, NULL, 0) < 0 && errno == EINTR)
		continue;
	return now_ms() - start;
}

static double restart_ms(struct bench *b, const struct peer *p)
{
	double start = now_ms();

	p->restart(b);
	await_services(b, b->count);
	return now_ms() - start;
}

static void measure(struct bench *b, const struct peer *p, size_t count)
{
	double gone, over, again;

	if (p->program != NULL && access(p->program, X_OK) < 0) {
		printf("%-24s not here\n", p->name);
		return;
	}
	b->count = RESTARTED;
	begin(b, p);
	again = restart_ms(b, p);
	(void)stop_ms(b, p, &gone);
	b->count = count;
	begin(b, p);
	over = stop_ms(b, p, &gone);
	printf("%-24s %d restarted %9.1f ms   %zu dead %9.1f ms, supervisor ended %9.1f ms\n", p->name, RESTARTED, again,
	       count, gone, over);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	static struct bench b;
	uint64_t n;

	if (argc != 6 || parse_u64(argv[5], COUNT_MAX, &n) < 0 || n == 0) {
		fprintf(stderr, "usage: stop REEVE REEVECTL TRIVIAL WORK_FOLDER N\n");
		return 2;
	}
	b = (struct bench){ .reeve = argv[1], .ctl = argv[2], .trivial = argv[3], .work = argv[4] };
	(void)snprintf(b.fifo_path, sizeof b.fifo_path, "%s/fifo", b.work);
	unlink(b.fifo_path);
	if (mkfifo(b.fifo_path, 0622) < 0)
		fail(b.fifo_path);
	b.fifo = open(b.fifo_path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (b.fifo < 0)
		fail(b.fifo_path);
	for (size_t i = 0; i < ARRAY_LEN(peers); i++)
		measure(&b, &peers[i], n);
	return 0;
}
