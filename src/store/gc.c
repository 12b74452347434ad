#include "store/gc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/own.h"
#include "base/path.h"
#include "store/fault.h"
#include "store/generation.h"
#include "store/relink.h"

enum { RETAIN = 2, DAY_S = 24 * 3600, PARTIAL_DAYS = 7, UPGRADE_DAYS = 90, HISTORY = 100 };

struct gc {
	struct job     *job;
	struct digests  trees;      /* to keep */
	struct digests  objects;    /* of those trees */
	time_t          now;
};

int gc_note_use(struct job *j, const struct digest *tree)
{
	return digests_add(&j->in_use, tree) < 0 ? fault_errno(&j->problem, -ENOMEM, "gc", "cannot note a tree") : 0;
}

static bool is_younger(int dir, const char *name, time_t now, time_t age_s)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_mtime + age_s > now;
}

/* The last generations: what a rollback goes back to. */
static int keep_generations(struct gc *gc, const struct place *pl)
{
	struct generation g;
	uint64_t n;
	int r = generation_last(pl->generations, &n), kept = 0;

	for (; r == 0 && n > 0 && kept < RETAIN; n--)
		if (generation_load(pl->generations, n, &g) == 0 && g.outcome == OUTCOME_COMMITTED) {
			r = digests_add(&gc->trees, &g.digest);
			kept++;
		}
	return r;
}

/* The trees of one bundle that stay. A pointer that cannot be read stops everything: nothing is sure then. */
static int keep_trees(struct gc *gc, const struct place *pl)
{
	struct digest current;
	int r = place_current(pl, &current);

	if (r < 0 && r != -ENOENT)
		return r;
	if (r == 0)
		r = digests_add(&gc->trees, &current);
	else
		r = 0;
	return r == 0 ? keep_generations(gc, pl) : r;
}

static int keep_objects(struct gc *gc, const struct place *pl, const struct digest *tree)
{
	struct index *x;
	int r = place_index(pl, tree, &x);

	if (r < 0)
		return r;
	for (uint32_t i = 0; r == 0 && i < index_count(x); i++) {
		struct index_entry e;

		index_entry(x, i, &e);
		if (e.type == ENTRY_FILE || e.type == ENTRY_EXECUTABLE)
			r = digests_add(&gc->objects, &e.digest);
	}
	index_free(x);
	return r;
}

/* The tree goes to the trash, and what stands beside it goes away. */
static int drop_tree(struct gc *gc, const struct place *pl, const char *hex)
{
	static const char *const beside[] = { ".index", ".stat", ".lock" };
	char name[DIGEST_HEX_LEN + 8];
	int r = store_trash(&gc->job->store, pl->trees, hex);

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(beside); i++) {
		(void)snprintf(name, sizeof name, "%s%s", hex, beside[i]);
		if (unlinkat(pl->trees, name, 0) < 0 && errno != ENOENT)
			r = -errno;
	}
	return r == 0 ? (unlinkat(gc->job->store.dir[STORE_MANIFESTS], hex, 0) < 0 && errno != ENOENT ? -errno : 0) : r;
}

/* One name in trees/<name+>: a tree that stays brings its objects with it. */
static int visit_tree(struct gc *gc, const struct place *pl, const char *name)
{
	struct digest digest;
	char index[DIGEST_HEX_LEN + sizeof ".index"];
	int r;

	if (strlen(name) != DIGEST_HEX_LEN || digest_from_text(name, &digest) < 0)
		return 0;
	(void)snprintf(index, sizeof index, "%s.index", name);
	if (!digests_have(&gc->trees, &digest) && !digests_have(&gc->job->in_use, &digest) &&
	    !is_younger(pl->trees, index, gc->now, DAY_S))
		return drop_tree(gc, pl, name);
	r = keep_objects(gc, pl, &digest);
	if (r == 0)
		r = digests_add(&gc->trees, &digest); /* with its manifest */
	return r;
}

/* How a bundle came to be what it is: the last hundred generations. */
static void forget_history(const struct place *pl)
{
	char name[40];
	uint64_t last;

	if (generation_last(pl->generations, &last) < 0 || last <= HISTORY)
		return;
	for (uint64_t n = last - HISTORY; n > 0; n--) {
		(void)snprintf(name, sizeof name, "%ju.json", (uintmax_t)n);
		if (unlinkat(pl->generations, name, 0) < 0)
			return; /* older ones went before */
	}
}

static int visit_place(struct gc *gc, const struct place *pl)
{
	int fd = openat(pl->trees, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	OWN(dir) DIR *d = fd < 0 ? NULL : fdopendir(fd);
	int r = d == NULL ? -errno : keep_trees(gc, pl);

	for (struct dirent *e; r == 0 && (e = readdir(d)) != NULL;)
		r = visit_tree(gc, pl, e->d_name);
	if (r == 0)
		forget_history(pl);
	return r == 0 && fsync(pl->trees) < 0 ? -errno : r;
}

static int visit_places(struct gc *gc)
{
	struct store *s = &gc->job->store;
	int fd = openat(s->dir[STORE_NAMES], ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	OWN(dir) DIR *d = fd < 0 ? NULL : fdopendir(fd);
	int r = d == NULL ? -errno : 0;

	for (struct dirent *e; r == 0 && (e = readdir(d)) != NULL;) {
		struct place pl;

		if (place_find(&pl, s, e->d_name) < 0)
			continue;
		r = visit_place(gc, &pl);
		place_leave(&pl);
	}
	return r;
}

/* Objects of objects/<two> that no tree holds. */
static void sweep_objects(struct gc *gc, const char *two)
{
	OWN(fd) int folder = path_open_beneath(gc->job->store.dir[STORE_OBJECTS], two, O_RDONLY | O_DIRECTORY, 0);
	int fd = folder < 0 ? -1 : openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	OWN(dir) DIR *d = fd < 0 ? NULL : fdopendir(fd);

	for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
		char hex[DIGEST_HEX_LEN + 1];
		struct digest digest;

		if (e->d_name[0] == '.')
			continue;
		(void)snprintf(hex, sizeof hex, "%.2s%.62s", two, e->d_name);
		if (digest_from_text(hex, &digest) < 0 || !digests_have(&gc->objects, &digest))
			store_discard(folder, e->d_name);
	}
}

static void sweep_all_objects(struct gc *gc)
{
	int fd = openat(gc->job->store.dir[STORE_OBJECTS], ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	OWN(dir) DIR *d = fd < 0 ? NULL : fdopendir(fd);

	for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;)
		if (e->d_name[0] != '.')
			sweep_objects(gc, e->d_name);
}

/* Manifests of trees that are gone, and downloads that nobody came back to. */
static void sweep_files(struct gc *gc, enum store_folder which, bool (*keep)(struct gc *, int, const char *))
{
	int dir = gc->job->store.dir[which];
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	OWN(dir) DIR *d = fd < 0 ? NULL : fdopendir(fd);

	for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;)
		if (e->d_name[0] != '.' && !keep(gc, dir, e->d_name))
			store_discard(dir, e->d_name);
}

static bool manifest_is_needed(struct gc *gc, int dir, const char *name)
{
	struct digest digest;

	return is_younger(dir, name, gc->now, DAY_S) ||
	       (digest_from_text(name, &digest) == 0 && digests_have(&gc->trees, &digest));
}

static bool partial_is_needed(struct gc *gc, int dir, const char *name)
{
	return is_younger(dir, name, gc->now, (time_t)PARTIAL_DAYS * DAY_S);
}

static bool upgrade_is_needed(struct gc *gc, int dir, const char *name)
{
	return is_younger(dir, name, gc->now, (time_t)UPGRADE_DAYS * DAY_S);
}

int gc_run(struct job *j)
{
	struct gc gc = { .job = j, .now = time(NULL) };
	struct relink *relink = NULL;
	int r = store_lock(&j->store, true);

	if (r == -EAGAIN)
		return fault(&j->problem, FAULT_BUSY, j->store.path, "a pull is under way");
	if (r == 0)
		r = relink_begin(&j->store, NULL, &relink);
	if (r == 0)
		r = visit_places(&gc);
	if (r == 0) {
		sweep_all_objects(&gc);
		sweep_files(&gc, STORE_MANIFESTS, manifest_is_needed);
		sweep_files(&gc, STORE_PARTIAL, partial_is_needed);
		sweep_files(&gc, STORE_UPGRADES, upgrade_is_needed);
		store_empty_trash(&j->store);
	}
	relink_end(relink);
	store_unlock(&j->store);
	digests_done(&gc.trees);
	digests_done(&gc.objects);
	return r < 0 ? fault_errno(&j->problem, r, j->store.path, "cannot clean up") : 0;
}
