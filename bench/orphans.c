/*
 * How an init that is process 1 copes with orphans: makes N of them, a hundred at a time, waits until all
 * are buried, and writes one line to FILE: milliseconds for all, milliseconds of processor for the init,
 * and the most orphans seen that were not buried yet.
 *
 *	bench/orphans N FILE           as a child of that init
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/parse.h"

enum { BATCH = 100, ORPHANS_MAX = 1000000 };

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* What the scheduler counted for process 1 (proc(5), schedstat: nanoseconds on a processor). */
static double init_cpu_ms(void)
{
	unsigned long long ns = 0;
	FILE *f = fopen("/proc/1/schedstat", "re");

	if (f == NULL || fscanf(f, "%llu", &ns) != 1)
		ns = 0;
	if (f != NULL)
		fclose(f);
	return (double)ns / 1e6;
}

/* Living and dead ones, until they are waited for. */
static long init_children(void)
{
	static char text[1 << 20];
	int fd = open("/proc/1/task/1/children", O_RDONLY | O_CLOEXEC);
	long count = 0;
	ssize_t n;

	while (fd >= 0 && (n = read(fd, text, sizeof text)) > 0)
		for (ssize_t i = 0; i < n; i++)
			count += text[i] == ' ';
	close(fd);
	return count;
}

/* One that makes a hundred and leaves them to init. */
static void make_batch(void)
{
	pid_t maker = fork();

	if (maker == 0) {
		for (int i = 0; i < BATCH; i++)
			if (fork() == 0)
				_exit(0);
		_exit(0);
	}
	if (maker < 0 || waitpid(maker, NULL, 0) != maker)
		_exit(1);
}

int main(int argc, char **argv)
{
	uint64_t count;
	FILE *out;

	if (argc != 3 || parse_u64(argv[1], ORPHANS_MAX, &count) < 0) {
		fprintf(stderr, "usage: orphans N FILE\n");
		return 2;
	}

	long before = init_children(), most = 0, now;
	double cpu = init_cpu_ms(), start = now_ms();

	for (uint64_t i = 0; i < count; i += BATCH) {
		make_batch();
		now = init_children() - before;
		most = now > most ? now : most;
	}
	while (init_children() > before)
		; /* the last few are on their way */
	out = fopen(argv[2], "we");
	if (out == NULL)
		return 1;
	fprintf(out, "%.1f %.1f %ld\n", now_ms() - start, init_cpu_ms() - cpu, most);
	return fclose(out) == 0 ? 0 : 1;
}
