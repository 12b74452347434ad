/*
 * Puts a version into a store without reeve-store: the tree at STORE/trees/FILE/new becomes a sealed one
 * with its manifest, its index and the pointer. Prints the digest.
 *
 *	make_tree STORE NAME VERSION [key=value...]
 *
 * Keys: env command file user group port requires (lists of the index), state=PATH, platform, seq, abi.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <dirent.h>
#include <unistd.h>

#include "base/io.h"
#include "base/name.h"
#include "base/own.h"
#include "base/parse.h"
#include "base/path.h"
#include "bundle/gate.h"
#include "bundle/hash.h"
#include "bundle/index.h"

enum { ENTRIES_MAX = 4096, LIST_MAX = 16 };

struct maker {
	struct index_draft draft;
	struct index_entry entries[ENTRIES_MAX];
	struct index_state states[LIST_MAX];
	const char        *lists[INDEX_LIST_COUNT][LIST_MAX];
	char               trees[PATH_MAX];
};

static void fail(const char *what)
{
	fprintf(stderr, "make_tree: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void must(int r, const char *what)
{
	if (r < 0) {
		errno = -r;
		fail(what);
	}
}

static void read_file(int dir, const char *name, struct index_entry *e, mode_t mode)
{
	OWN(fd) int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);

	e->type = mode & 0111 ? ENTRY_EXECUTABLE : ENTRY_FILE;
	if (fd < 0 || fchmod(fd, mode & 0111 ? 0555 : 0444) < 0)
		fail(name);
	must(hash_fd(fd, &e->digest, &e->size), name);
}

static void read_link(int dir, const char *name, struct index_entry *e)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(dir, name, target, sizeof target - 1);

	if (n < 0)
		fail(name);
	target[n] = '\0';
	e->type = ENTRY_LINK;
	e->target = strdup(target);
}

static void walk(struct maker *m, int fd, const char *prefix)
{
	OWN(dir) DIR *dir = fdopendir(fd);

	for (const struct dirent *d; dir != NULL && (d = readdir(dir)) != NULL;) {
		struct index_entry *e = &m->entries[m->draft.entries_n];
		struct stat st;
		char *path;

		if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
			continue;
		if (m->draft.entries_n++ == ENTRIES_MAX || fstatat(fd, d->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    asprintf(&path, "%s%s", prefix, d->d_name) < 0)
			fail(d->d_name);
		e->path = path;
		if (S_ISREG(st.st_mode)) {
			read_file(fd, d->d_name, e, st.st_mode);
		} else if (S_ISLNK(st.st_mode)) {
			read_link(fd, d->d_name, e);
		} else {
			OWN(mem) char *inner = NULL;

			e->type = ENTRY_FOLDER;
			if (asprintf(&inner, "%s/", e->path) < 0)
				fail(e->path);
			walk(m, openat(fd, d->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC), inner);
		}
	}
	if (dir == NULL || fchmod(fd, 0555) < 0)
		fail(prefix);
}

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct index_entry *)a)->path, ((const struct index_entry *)b)->path);
}

static void add_text(struct maker *m, const char *key, const char *value)
{
	static const char *const keys[INDEX_LIST_COUNT] = {
		[INDEX_ENV_REQUIRED] = "env", [INDEX_NEEDS_COMMANDS] = "command", [INDEX_NEEDS_FILES] = "file",
		[INDEX_NEEDS_USERS] = "user", [INDEX_NEEDS_GROUPS] = "group", [INDEX_NEEDS_PORTS] = "port",
		[INDEX_HOST_REQUIRES] = "requires",
	};
	uint64_t n;

	for (size_t i = 0; i < INDEX_LIST_COUNT; i++)
		if (strcmp(keys[i], key) == 0 && m->draft.lists_n[i] < LIST_MAX) {
			m->lists[i][m->draft.lists_n[i]++] = value;
			return;
		}
	if (strcmp(key, "state") == 0 && m->draft.states_n < LIST_MAX)
		m->states[m->draft.states_n++] = (struct index_state){ .path = value, .mode = 0700 };
	else if (strcmp(key, "platform") == 0)
		m->draft.platform = value;
	else if (strcmp(key, "seq") == 0 && parse_u64(value, UINT64_MAX, &n) == 0)
		m->draft.seq = n;
	else if (strcmp(key, "abi") == 0 && parse_u64(value, UINT32_MAX, &n) == 0)
		m->draft.host_abi = (uint32_t)n;
	else
		fail(key);
}

/* Any bytes will do for a manifest, as long as they are this version's own. */
static void write_manifest(struct maker *m, int store)
{
	OWN(fd) int dir = -1;
	char text[512];
	int n = snprintf(text, sizeof text, "%s %s %ju %u\n", m->draft.name, m->draft.version,
	                 (uintmax_t)m->draft.seq, (unsigned)m->draft.entries_n);

	hash_bytes(text, (size_t)n, &m->draft.manifest);
	(void)mkdirat(store, "manifests", 0755); /* there already is fine; the next line would tell */
	dir = openat(store, "manifests", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	must(io_replace_file(dir, digest_to_hex(&m->draft.manifest).text, text, (size_t)n, 0444), "manifest");
}

static void write_index(struct maker *m, int trees)
{
	OWN(mem) void *data = NULL;
	char name[NAME_MAX];
	size_t len;

	must(index_build(&m->draft, &data, &len), "index");
	(void)snprintf(name, sizeof name, "%s.index", digest_to_hex(&m->draft.manifest).text);
	must(io_replace_file(trees, name, data, len, 0444), name);
}

static void point(int store, const char *file, const char *hex)
{
	char link[PATH_MAX], target[PATH_MAX];

	(void)snprintf(link, sizeof link, "names/%s", file);
	(void)mkdirat(store, "names", 0755);  /* there already is fine; symlinkat() below would tell */
	(void)mkdirat(store, link, 0755);
	(void)snprintf(link, sizeof link, "names/%s/current", file);
	(void)snprintf(target, sizeof target, "../../trees/%s/%s", file, hex);
	(void)unlinkat(store, link, 0);
	if (symlinkat(target, store, link) < 0)
		fail(link);
}

int main(int argc, char **argv)
{
	static struct maker m = { .draft = { .platform = "any", .seq = 1, .schema = 1, .host_abi = 1 } };
	char file[NAME_PATH_MAX + 1];
	int store, trees, tree;

	if (argc < 4)
		fail("usage: make_tree STORE NAME VERSION [key=value...]");
	m.draft.name = argv[2];
	m.draft.version = argv[3];
	for (int i = 4; i < argc; i++) {
		char *equals = strchr(argv[i], '=');

		if (equals == NULL)
			fail(argv[i]);
		*equals = '\0';
		add_text(&m, argv[i], equals + 1);
	}
	name_to_filename(argv[2], file);
	(void)snprintf(m.trees, sizeof m.trees, "trees/%s", file);
	store = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	trees = openat(store, m.trees, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	tree = openat(trees, "new", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (tree < 0)
		fail(m.trees);
	walk(&m, tree, "");
	qsort(m.entries, m.draft.entries_n, sizeof m.entries[0], compare);
	m.draft.entries = m.entries;
	m.draft.states = m.states;
	for (size_t i = 0; i < INDEX_LIST_COUNT; i++)
		m.draft.lists[i] = m.lists[i];
	write_manifest(&m, store);
	write_index(&m, trees);
	/* A folder that moves gets a new "..": an ordinary user must be allowed to write it. */
	(void)fchmodat(trees, "new", 0755, 0);
	if (renameat(trees, "new", trees, digest_to_hex(&m.draft.manifest).text) < 0)
		fail("new");
	(void)fchmodat(trees, digest_to_hex(&m.draft.manifest).text, 0555, 0);
	point(store, file, digest_to_hex(&m.draft.manifest).text);
	puts(digest_to_hex(&m.draft.manifest).text);
	for (uint32_t i = 0; i < m.draft.entries_n; i++) {
		free((void *)(uintptr_t)m.entries[i].path);
		free((void *)(uintptr_t)m.entries[i].target);
	}
	return 0;
}
