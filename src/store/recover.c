#include "store/recover.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/own.h"
#include "base/path.h"
#include "store/fault.h"
#include "store/journal.h"
#include "store/relink.h"

typedef void visit_fn(struct store *s, int dir, const char *name);

static void visit_all(struct store *s, int dir, visit_fn *visit)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	OWN(dir) DIR *d = fd < 0 ? NULL : fdopendir(fd);

	for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			visit(s, dir, e->d_name);
}

/* Names with a dot in front are on their way to another name, and their owner is gone. */
static void discard_dotted(struct store *s UNUSED, int dir, const char *name)
{
	if (name[0] == '.')
		store_discard(dir, name);
}

/* A staging folder that somebody still holds is left alone. */
static void discard_abandoned(struct store *s UNUSED, int dir, const char *name)
{
	OWN(fd) int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0)
		store_discard(dir, name);
}

static void visit_inside(struct store *s, int dir, const char *name)
{
	OWN(fd) int inside = path_open_beneath(dir, name, O_RDONLY | O_DIRECTORY, 0);

	if (inside >= 0)
		visit_all(s, inside, discard_dotted);
}

static void sweep(struct store *s)
{
	visit_all(s, s->dir[STORE_TMP], discard_abandoned);
	store_empty_trash(s);
	visit_all(s, s->dir[STORE_ROOT], discard_dotted);
	visit_all(s, s->dir[STORE_MANIFESTS], discard_dotted);
	visit_all(s, s->dir[STORE_PARTIAL], discard_dotted);
	visit_all(s, s->dir[STORE_TREES], visit_inside);
	visit_all(s, s->dir[STORE_NAMES], visit_inside);
	visit_all(s, s->dir[STORE_UPGRADES], visit_inside);
}

static int recover_places(struct job *j)
{
	int fd = openat(j->store.dir[STORE_NAMES], ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	OWN(dir) DIR *d = fd < 0 ? NULL : fdopendir(fd);
	int r = d == NULL ? -errno : 0;

	for (struct dirent *e; r == 0 && (e = readdir(d)) != NULL;) {
		struct place pl;

		if (place_find(&pl, &j->store, e->d_name) < 0)
			continue;
		visit_all(&j->store, pl.generations, discard_dotted);
		r = place_settle(&pl);
		place_leave(&pl);
	}
	return r < 0 ? fault_errno(&j->problem, r, "names", "cannot mark a generation") : 0;
}

int recover_run(struct job *j)
{
	struct relink *relink = NULL;
	int r = store_lock(&j->store, true);

	if (r == -EAGAIN)
		return fault(&j->problem, FAULT_BUSY, j->store.path, "a pull is under way");
	if (r == 0)
		r = relink_begin(&j->store, NULL, &relink);
	if (r < 0)
		return fault_errno(&j->problem, r, j->store.path, "cannot recover the store");
	sweep(&j->store);
	relink_end(relink);
	r = recover_places(j);
	if (r == 0)
		r = journal_recover(j);
	store_unlock(&j->store);
	return r;
}
