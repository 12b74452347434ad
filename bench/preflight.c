/*
 * What the check of a tree costs: warm beside a bare statx loop over the same files, cold beside the
 * real sha256sum, in one run.
 *
 *	bench/preflight WORK_FOLDER FILES
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/own.h"
#include "base/parse.h"
#include "bundle/hash.h"
#include "bundle/tree.h"

enum { PER_FOLDER = 50, FILE_BYTES = 50000, ROUNDS = 21 };

struct bench {
	char                work[200];
	int                 tree;
	uint32_t            files, entries_n;
	struct index_entry *entries;
	char              (*paths)[24];
};

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void fail(const char *what)
{
	fprintf(stderr, "preflight: %s: %s\n", what, strerror(errno));
	exit(1);
}

static struct index_entry *add_entry(struct bench *b, enum entry_type type)
{
	struct index_entry *e = &b->entries[b->entries_n];

	*e = (struct index_entry){ .path = b->paths[b->entries_n++], .type = type };
	return e;
}

static void add_file(struct bench *b, uint32_t i)
{
	static char bytes[FILE_BYTES];
	struct index_entry *e = add_entry(b, ENTRY_FILE);

	snprintf(b->paths[b->entries_n - 1], sizeof b->paths[0], "d%05u/f%05u", i / PER_FOLDER, i);
	memset(bytes, (int)i, sizeof bytes);
	memcpy(bytes, &i, sizeof i);

	OWN(fd) int fd = openat(b->tree, e->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || io_write_all(fd, bytes, sizeof bytes) < 0 || fchmod(fd, 0444) < 0)
		fail(e->path);
	e->size = sizeof bytes;
	hash_bytes(bytes, sizeof bytes, &e->digest);
}

static void make_tree(struct bench *b)
{
	uint32_t folders = (b->files + PER_FOLDER - 1) / PER_FOLDER;

	b->entries = calloc(b->files + folders, sizeof b->entries[0]);
	b->paths = calloc(b->files + folders, sizeof b->paths[0]);
	if (b->entries == NULL || b->paths == NULL)
		fail("memory");
	for (uint32_t i = 0; i < b->files; i++) {
		if (i % PER_FOLDER == 0) {
			struct index_entry *e = add_entry(b, ENTRY_FOLDER);

			snprintf(b->paths[b->entries_n - 1], sizeof b->paths[0], "d%05u", i / PER_FOLDER);
			if (mkdirat(b->tree, e->path, 0755) < 0)
				fail(e->path);
		}
		add_file(b, i);
	}
	for (uint32_t i = 0; i < b->entries_n; i++)
		if (b->entries[i].type == ENTRY_FOLDER && fchmodat(b->tree, b->entries[i].path, 0555, 0) < 0)
			fail(b->entries[i].path);
	(void)poll(NULL, 0, 50); /* lets the stamps age past the racy window */
}

static void told(void *arg, const struct problem *p)
{
	char line[512];

	(void)arg;
	problem_format(p, line, sizeof line);
	fprintf(stderr, "preflight: the tree is not as it should be: %s\n", line);
	exit(1);
}

static double verify_ms(const struct tree_check *check)
{
	struct tree_count count;
	double start = now_ms();

	if (tree_verify(check, &count) < 0)
		fail("tree_verify");
	return now_ms() - start;
}

static double statx_loop_ms(const struct bench *b)
{
	double start = now_ms();

	for (uint32_t i = 0; i < b->entries_n; i++) {
		struct statx st;

		if (statx(b->tree, b->entries[i].path, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &st) < 0)
			fail(b->entries[i].path);
	}
	return now_ms() - start;
}

static double sha256sum_ms(const struct bench *b)
{
	double start = now_ms();
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);

		if (fchdir(b->tree) < 0 || dup2(null, STDOUT_FILENO) < 0)
			_exit(127);
		execlp("sh", "sh", "-c", "exec sha256sum d*/*", (char *)NULL);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) != pid || status != 0)
		fail("sha256sum");
	return now_ms() - start;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double *values, size_t n)
{
	qsort(values, n, sizeof values[0], by_value);
	return values[n / 2];
}

static void measure(struct bench *b, struct tree_check *check)
{
	double warm[ROUNDS], bare[ROUNDS], cold, sum;

	sum = sha256sum_ms(b); /* once for the page cache, once for the number */
	sum = sha256sum_ms(b);
	cold = verify_ms(check);
	for (size_t i = 0; i < ROUNDS; i++) {
		bare[i] = statx_loop_ms(b);
		warm[i] = verify_ms(check);
	}
	printf("%u files, %u MB\n", b->files, (unsigned)((uint64_t)b->files * FILE_BYTES >> 20));
	printf("  warm check    %8.2f ms   bare statx loop %8.2f ms   ratio %.2f\n",
	       median(warm, ROUNDS), median(bare, ROUNDS), median(warm, ROUNDS) / median(bare, ROUNDS));
	printf("  cold check    %8.2f ms   sha256sum       %8.2f ms   ratio %.2f\n", cold, sum, cold / sum);
}

int main(int argc, char **argv)
{
	struct bench b = { 0 };
	struct digest digest = { { 1 } };
	struct signatures *signatures;
	struct index *index;
	uint64_t files;
	void *bytes;
	size_t len;

	if (argc != 3 || parse_u64(argv[2], 50000, &files) < 0) {
		fprintf(stderr, "usage: preflight WORK_FOLDER FILES\n");
		return 2;
	}
	b.files = (uint32_t)files;
	snprintf(b.work, sizeof b.work, "%s/tree", argv[1]);
	if (mkdir(b.work, 0755) < 0 || (b.tree = open(b.work, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		fail(b.work);
	make_tree(&b);

	struct index_draft draft = {
		.manifest = digest, .name = "bench", .version = "1", .platform = "any", .seq = 1, .schema = 1,
		.host_abi = 1, .entries = b.entries, .entries_n = b.entries_n,
	};

	if (index_build(&draft, &bytes, &len) < 0 || index_from_memory(bytes, len, &index) < 0 ||
	    signatures_new(&digest, b.entries_n, &signatures) < 0)
		fail("index");

	struct tree_check check = {
		.dir = b.tree, .index = index, .signatures = signatures, .owner = getuid(),
		.level = TREE_STAT, .problem = told,
	};

	measure(&b, &check);
	signatures_free(signatures);
	index_free(index);
	free(bytes);
	free(b.entries);
	free(b.paths);
	return 0;
}
