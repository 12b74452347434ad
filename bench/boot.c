/*
 * How fast reeve gets N trivial services running, beside a bare vfork+exec loop over the same program
 * in the same run; what it weighs then; how fast a killed one is back; how fast all are stopped; how
 * fast they run again once their state folders are there.
 *
 *	bench/boot REEVE TRIVIAL WORK_FOLDER N IDLE_SECONDS
 *
 * "Running" is when the service itself says so, through a FIFO, so both sides are measured alike.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/parse.h"

enum { COUNT_MAX = 4096, PATIENCE_MS = 60000 };

struct bench {
	const char *reeve, *trivial;
	const char *cgroup;                  /* what [reeve] cgroup is set to */
	char        fifo_path[256], conf_path[256];
	int         fifo;                    /* our reading end */
	size_t      count;
	uint64_t    idle_s;
	pid_t       pids[COUNT_MAX];
	pid_t       reeve_pid;
};

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void fail(const char *what)
{
	fprintf(stderr, "boot: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* Waits for n services to say their pids. */
static void await_services(struct bench *b, size_t n)
{
	size_t bytes = 0;

	while (bytes < n * sizeof b->pids[0]) {
		struct pollfd p = { .fd = b->fifo, .events = POLLIN };

		if (poll(&p, 1, PATIENCE_MS) <= 0)
			fail("services did not come up");
		ssize_t got = read(b->fifo, (char *)b->pids + bytes, n * sizeof b->pids[0] - bytes);

		if (got <= 0 && errno != EAGAIN)
			fail("fifo");
		bytes += got > 0 ? (size_t)got : 0;
	}
}

/* The yardstick: what starting these processes costs when nobody looks at anything. */
static double bare_loop_ms(struct bench *b)
{
	char *argv[] = { (char *)(uintptr_t)b->trivial, b->fifo_path, NULL };
	double start = now_ms(), took;

	for (size_t i = 0; i < b->count; i++) {
		pid_t pid = vfork();

		if (pid == 0) {
			execv(argv[0], argv);
			_exit(127);
		}
		if (pid < 0)
			fail("vfork");
	}
	await_services(b, b->count);
	took = now_ms() - start;
	for (size_t i = 0; i < b->count; i++)
		kill(b->pids[i], SIGKILL);
	while (wait(NULL) > 0)
		;
	return took;
}

static void write_conf(const struct bench *b, const char *work)
{
	FILE *f = fopen(b->conf_path, "we");

	if (f == NULL)
		fail(b->conf_path);
	fprintf(f, "[reeve]\nsocket = %s/reeve.sock\nstore = %s/store\nstate_dir = %s/state\n"
	        "restart_rate = 10000\nrestart_burst = 10000\ncgroup = %s\n", work, work, work, b->cgroup);
	for (size_t i = 0; i < b->count; i++)
		fprintf(f, "[service:s%zu]\ncommand = %s %s\nstartsecs = 0\nbackoff = 0\nautorestart = always\n"
		        "stdout_logfile = none\n", i, b->trivial, b->fifo_path);
	if (fclose(f) != 0)
		fail(b->conf_path);
}

static double reeve_boot_ms(struct bench *b)
{
	double start = now_ms();

	b->reeve_pid = fork();
	if (b->reeve_pid < 0)
		fail("fork");
	if (b->reeve_pid == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, STDERR_FILENO);
		(void)prctl(PR_SET_PDEATHSIG, SIGTERM); /* a bench that gives up leaves nobody behind */
		execl(b->reeve, b->reeve, "-c", b->conf_path, (char *)NULL);
		_exit(127);
	}
	await_services(b, b->count);
	return now_ms() - start;
}

/* Sums a "Key:  N kB" line of /proc/PID/FILE. */
static long proc_value(pid_t pid, const char *file, const char *key)
{
	char path[64], line[256];
	long value = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
	f = fopen(path, "re");
	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		if (strncmp(line, key, strlen(key)) == 0)
			sscanf(line + strlen(key), ": %ld", &value);
	if (f != NULL)
		fclose(f);
	return value;
}

/* reeve and its helpers: its children whose program is called reeve-something. */
static long family_value(const struct bench *b, const char *file, const char *key)
{
	char path[64], name[64];
	long sum = proc_value(b->reeve_pid, file, key);
	FILE *children;
	int pid;

	snprintf(path, sizeof path, "/proc/%d/task/%d/children", b->reeve_pid, b->reeve_pid);
	children = fopen(path, "re");
	while (children != NULL && fscanf(children, "%d", &pid) == 1) {
		snprintf(path, sizeof path, "/proc/%d/comm", pid);
		FILE *comm = fopen(path, "re");

		if (comm != NULL && fscanf(comm, "%63s", name) == 1 && strncmp(name, "reeve-", 6) == 0)
			sum += proc_value(pid, file, key);
		if (comm != NULL)
			fclose(comm);
	}
	if (children != NULL)
		fclose(children);
	return sum;
}

static long switches(const struct bench *b)
{
	return family_value(b, "status", "voluntary_ctxt_switches") +
	       family_value(b, "status", "nonvoluntary_ctxt_switches");
}

static double kill_to_running_ms(struct bench *b)
{
	pid_t victim = b->pids[0];
	double start = now_ms();

	kill(victim, SIGKILL);
	await_services(b, 1);
	return now_ms() - start;
}

static double stop_all_ms(struct bench *b)
{
	double start = now_ms();
	int status;

	kill(b->reeve_pid, SIGTERM);
	if (waitpid(b->reeve_pid, &status, 0) != b->reeve_pid)
		fail("waitpid");
	return now_ms() - start;
}

static void prepare(struct bench *b, char **argv)
{
	uint64_t n;

	*b = (struct bench){ .reeve = argv[1], .trivial = argv[2], .cgroup = getenv("BENCH_CGROUP") };
	if (b->cgroup == NULL)
		b->cgroup = "auto";
	if (parse_u64(argv[4], COUNT_MAX, &n) < 0 || parse_u64(argv[5], 600, &b->idle_s) < 0) {
		errno = EINVAL;
		fail("N, IDLE_SECONDS");
	}
	b->count = n;
	snprintf(b->fifo_path, sizeof b->fifo_path, "%s/fifo", argv[3]);
	snprintf(b->conf_path, sizeof b->conf_path, "%s/reeve.ini", argv[3]);
	unlink(b->fifo_path);
	if (mkfifo(b->fifo_path, 0622) < 0)
		fail(b->fifo_path);
	b->fifo = open(b->fifo_path, O_RDWR | O_NONBLOCK | O_CLOEXEC); /* with a writer of ours it never ends */
	if (b->fifo < 0)
		fail(b->fifo_path);
	(void)fcntl(b->fifo, F_SETPIPE_SZ, 1 << 16); /* best effort: room for everybody's pid */
	write_conf(b, argv[3]);
}

int main(int argc, char **argv)
{
	static struct bench b;

	if (argc != 6) {
		fprintf(stderr, "usage: boot REEVE TRIVIAL WORK_FOLDER N IDLE_SECONDS\n");
		return 2;
	}
	prepare(&b, argv);

	double bare = bare_loop_ms(&b);
	double boot = reeve_boot_ms(&b);

	printf("%zu trivial services: bare vfork+exec loop %.1f ms, reeve %.1f ms, ratio %.2f\n",
	       b.count, bare, boot, boot / bare);
	printf("  kill to running          %8.2f ms\n", kill_to_running_ms(&b));
	printf("  RSS of reeve + helpers   %8ld kB\n", family_value(&b, "smaps_rollup", "Rss"));
	printf("  PSS of reeve + helpers   %8ld kB\n", family_value(&b, "smaps_rollup", "Pss"));
	if (b.idle_s > 0) {
		long before;

		(void)poll(NULL, 0, 2000); /* until reeve too has heard of the last start, and logged it */
		before = switches(&b);
		(void)poll(NULL, 0, (int)b.idle_s * 1000); /* being idle is what is measured */
		printf("  switches in %3llu s idle   %8ld\n", (unsigned long long)b.idle_s, switches(&b) - before);
	}
	printf("  all stopped in           %8.1f ms\n", stop_all_ms(&b));

	boot = reeve_boot_ms(&b); /* the first one made a state folder for each */
	printf("  booted again in          %8.1f ms, ratio %.2f\n", boot, boot / bare);
	(void)stop_all_ms(&b);
	return 0;
}
