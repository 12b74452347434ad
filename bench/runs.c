/*
 * How long a whole run of a small program takes, from the fork to its end: the median and the slowest
 * tenth of N runs, in microseconds.
 *
 *	bench/runs N PROGRAM [ARGUMENT...]
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/parse.h"

enum { RUNS_MAX = 10000 };

extern char **environ;

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* One run with its output thrown away; negative when it failed. */
static double run_us(char **argv, const posix_spawn_file_actions_t *quiet)
{
	double start = now_us();
	pid_t pid;
	int status;

	if (posix_spawnp(&pid, argv[0], quiet, NULL, argv, environ) != 0 || waitpid(pid, &status, 0) != pid || status != 0)
		return -1;
	return now_us() - start;
}

int main(int argc, char **argv)
{
	static double took[RUNS_MAX];
	posix_spawn_file_actions_t quiet;
	uint64_t n;

	if (argc < 3 || parse_u64(argv[1], RUNS_MAX, &n) < 0 || n == 0) {
		fprintf(stderr, "usage: runs N PROGRAM [ARGUMENT...]\n");
		return 2;
	}
	if (posix_spawn_file_actions_init(&quiet) != 0 ||
	    posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) != 0)
		return 1;
	for (uint64_t i = 0; i < n; i++) {
		took[i] = run_us(argv + 2, &quiet);
		if (took[i] < 0) {
			fprintf(stderr, "runs: %s failed\n", argv[2]);
			return 1;
		}
	}
	qsort(took, n, sizeof took[0], by_size);
	printf("%8.0f us  (slowest tenth from %.0f)\n", took[n / 2], took[n - 1 - n / 10]);
	return 0;
}
