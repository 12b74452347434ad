/*
 * How long a whole run of a small program takes, from the fork to its end: the median, the fastest and the
 * slowest tenth of N runs, in microseconds. Of several programs one run each in turn, so that what else
 * the machine does meets all of them alike; and then each one's fastest beside the first one's.
 *
 *	bench/runs N PROGRAM [ARGUMENT...] [+ PROGRAM [ARGUMENT...]]...
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/parse.h"

enum { RUNS_MAX = 10000, PROGRAMS_MAX = 8 };

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

/* Cuts the arguments at each "+"; returns how many programs there are. */
static size_t split(char **argv, char ***programs)
{
	size_t count = 0;

	programs[count++] = argv;
	for (; *argv != NULL; argv++)
		if (strcmp(*argv, "+") == 0 && count < PROGRAMS_MAX) {
			*argv = NULL;
			programs[count++] = argv + 1;
		}
	return count;
}

static void run_all(char ***programs, size_t count, uint64_t n, double (*took)[RUNS_MAX])
{
	posix_spawn_file_actions_t quiet;

	if (posix_spawn_file_actions_init(&quiet) != 0 ||
	    posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) != 0)
		exit(1);
	for (uint64_t i = 0; i < n; i++)
		for (size_t p = 0; p < count; p++) {
			took[p][i] = run_us(programs[p], &quiet);
			if (took[p][i] < 0) {
				fprintf(stderr, "runs: %s failed\n", programs[p][0]);
				exit(1);
			}
		}
}

int main(int argc, char **argv)
{
	static double took[PROGRAMS_MAX][RUNS_MAX];
	char **programs[PROGRAMS_MAX];
	uint64_t n;
	size_t count;

	if (argc < 3 || parse_u64(argv[1], RUNS_MAX, &n) < 0 || n == 0) {
		fprintf(stderr, "usage: runs N PROGRAM [ARGUMENT...] [+ PROGRAM [ARGUMENT...]]...\n");
		return 2;
	}
	count = split(argv + 2, programs);
	run_all(programs, count, n, took);
	for (size_t p = 0; p < count; p++) {
		qsort(took[p], n, sizeof took[p][0], by_size);
		printf("%8.0f us  (fastest %.0f, slowest tenth from %.0f)", took[p][n / 2], took[p][0],
		       took[p][n - 1 - n / 10]);
		if (count > 1)
			printf("  %.3f  %s", took[p][0] / took[0][0], programs[p][0]);
		putchar('\n');
	}
	return 0;
}
