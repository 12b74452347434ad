#include "store/sapling.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/own.h"
#include "base/path.h"
#include "bundle/signatures.h"
#include "bundle/tree.h"
#include "store/fault.h"
#include "store/object.h"

enum { RACY_MS = 25, SYNC_EACH_MAX = 512 };

static void own_signatures(struct signatures **s)
{
	signatures_free(*s);
}

/* The folder of an entry, kept open while entries of the same folder follow each other. */
struct parent {
	int  tree, fd;
	char path[PATH_MAX];
};

static int enter_parent(struct parent *at, const char *path, const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - path);

	*ret_name = slash == NULL ? path : slash + 1;
	if (at->fd >= 0 && strlen(at->path) == len && memcmp(at->path, path, len) == 0)
		return 0;
	own_fd(&at->fd);
	memcpy(at->path, path, len); /* path_is_plain: shorter than PATH_MAX */
	at->path[len] = '\0';
	at->fd = len == 0 ? path_open_beneath(at->tree, ".", O_RDONLY | O_DIRECTORY, 0)
	                  : path_open_beneath(at->tree, at->path, O_RDONLY | O_DIRECTORY, 0);
	return at->fd < 0 ? at->fd : 0;
}

static int grow_entry(const struct store *s, const struct index_entry *e, struct parent *at)
{
	const char *name;
	int r = enter_parent(at, e->path, &name);

	if (r < 0)
		return r;
	if (e->type == ENTRY_FOLDER)
		return mkdirat(at->fd, name, 0700) < 0 ? -errno : 0;
	if (e->type == ENTRY_LINK)
		return symlinkat(e->target, at->fd, name) < 0 ? -errno : 0;
	return object_link(s, e, at->fd, name);
}

/* Links come last: while anything is still created, no path can lead through one. */
static int grow_entries(const struct store *s, const struct index *x, int tree)
{
	struct parent at = { .tree = tree, .fd = -1 };
	int r = 0;

	for (int links = 0; links < 2 && r == 0; links++)
		for (uint32_t i = 0; i < index_count(x) && r == 0; i++) {
			struct index_entry e;

			index_entry(x, i, &e);
			if ((e.type == ENTRY_LINK) == (links == 1))
				r = grow_entry(s, &e, &at);
		}
	own_fd(&at.fd);
	return r;
}

/* Folders 0555 from the deepest up, each synced, or all at once where they are many. */
static int close_folders(const struct index *x, int tree)
{
	uint32_t folders = 0;

	for (uint32_t i = index_count(x); i-- > 0;) {
		struct index_entry e;

		index_entry(x, i, &e);
		if (e.type != ENTRY_FOLDER)
			continue;
		OWN(fd) int fd = path_open_beneath(tree, e.path, O_RDONLY | O_DIRECTORY, 0);

		if (fd < 0)
			return fd;
		if (fchmod(fd, 0555) < 0 || (folders++ < SYNC_EACH_MAX && fsync(fd) < 0))
			return -errno;
	}
	if (folders > SYNC_EACH_MAX && syncfs(tree) < 0)
		return -errno;
	return fsync(tree) < 0 ? -errno : 0;
}

int sapling_grow(const struct store *s, const struct index *x, int stage)
{
	OWN(fd) int tree = store_folder(stage, "tree", 0700);
	int r = tree < 0 ? tree : grow_entries(s, x, tree);

	return r < 0 ? r : close_folders(x, tree);
}

/* The first problem of a check, and how many there are. */
static void keep_first(void *arg, const struct problem *p)
{
	struct problem *first = arg;

	if (first->code[0] == '\0')
		*first = *p;
}

static void stat_name(const struct index *x, char *buf, size_t max)
{
	(void)snprintf(buf, max, "%s.stat", digest_to_hex(index_manifest_digest(x)).text);
}

static int load_signatures(const struct place *pl, const struct index *x, bool afresh, struct signatures **ret)
{
	char name[DIGEST_HEX_LEN + sizeof ".stat"];

	stat_name(x, name, sizeof name);
	if (!afresh && signatures_load(pl->trees, name, index_manifest_digest(x), index_count(x), ret) == 0)
		return 0;
	return signatures_new(index_manifest_digest(x), index_count(x), ret);
}

/* 0: sound; -EBADMSG and *first; other: it could not be looked at. */
static int verify(int tree, const struct index *x, struct signatures *sigs, enum tree_level level,
                  struct problem *first)
{
	struct tree_check check = {
		.dir = tree, .index = x, .signatures = sigs, .owner = geteuid(), .level = level,
		.problem = keep_first, .arg = first,
	};
	struct tree_count count;
	int r;

	*first = (struct problem){ .class = PROBLEM_BUNDLE };
	r = tree_verify(&check, &count);
	return r < 0 ? r : count.problems > 0 ? -EBADMSG : 0;
}

void sapling_wait_out_racy(void)
{
	struct timespec pause = { .tv_nsec = RACY_MS * 1000000L };

	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, &pause) == EINTR)
		;
}

/* Signatures are a cache: one that cannot be written costs a later start a hash pass, nothing else. */
static void remember(const struct place *pl, const struct index *x, const struct signatures *sigs)
{
	char name[DIGEST_HEX_LEN + sizeof ".stat"];

	stat_name(x, name, sizeof name);
	(void)!signatures_save(sigs, pl->trees, name);
}

int sapling_check(const struct place *pl, const struct index *x, bool full, struct problem *p)
{
	struct digest_hex hex = digest_to_hex(index_manifest_digest(x));
	OWN(fd) int tree = path_open_beneath(pl->trees, hex.text, O_RDONLY | O_DIRECTORY, 0);
	OWN(signatures) struct signatures *sigs = NULL;
	int r = tree < 0 ? tree : load_signatures(pl, x, full, &sigs);

	if (r == 0)
		r = verify(tree, x, sigs, full ? TREE_FULL : TREE_STAT, p);
	if (r == 0 && signatures_is_changed(sigs))
		remember(pl, x, sigs);
	return r;
}

/*
 * A tree's top folder is writable until it hangs beside its place (a folder that moves gets a new
 * "..", which an ordinary user may only write in a writable folder), and read-only from then on.
 */
static int move_beside(const struct place *pl, int stage, int tree, const char *beside)
{
	if (renameat2(stage, "tree", pl->trees, beside, RENAME_NOREPLACE) < 0)
		return -errno;
	return fchmod(tree, 0555) < 0 || fsync(tree) < 0 ? -errno : 0;
}

static int move_in(struct store *s, const struct place *pl, const char *beside, const char *name)
{
	int r = 0;

	if (renameat2(pl->trees, beside, pl->trees, name, RENAME_NOREPLACE) == 0)
		return fsync(pl->trees) < 0 ? -errno : 0;
	if (errno != EEXIST)
		return -errno;
	if (renameat2(pl->trees, beside, pl->trees, name, RENAME_EXCHANGE) < 0 || fsync(pl->trees) < 0)
		return -errno;
	r = store_trash(s, pl->trees, beside);
	store_empty_trash(s); /* dropping its links is the last that happens to the files of the new tree */
	return r;
}

int sapling_plant(struct store *s, const struct place *pl, const struct index *x, int stage,
                  struct problem *p)
{
	struct digest_hex hex = digest_to_hex(index_manifest_digest(x));
	char beside[DIGEST_HEX_LEN + 2];
	OWN(fd) int tree = path_open_beneath(stage, "tree", O_RDONLY | O_DIRECTORY, 0);
	OWN(signatures) struct signatures *sigs = NULL;
	int r = tree < 0 ? tree : load_signatures(pl, x, true, &sigs);

	(void)snprintf(beside, sizeof beside, ".%s", hex.text);
	if (r == 0) {
		store_discard(pl->trees, beside); /* of a process that was killed: we hold the bundle's lock */
		r = move_beside(pl, stage, tree, beside);
	}
	if (r < 0)
		return fault_errno(p, r, hex.text, "cannot build the tree");
	sapling_wait_out_racy();
	r = verify(tree, x, sigs, TREE_FULL, p);
	if (r == 0) {
		r = move_in(s, pl, beside, hex.text);
		if (r < 0)
			r = fault_errno(p, r, hex.text, "cannot move the tree to its place");
	} else {
		r = r == -EBADMSG ? fault(p, FAULT_DAMAGED, hex.text, "the new tree is damaged: %s", p->path)
		                  : fault_errno(p, r, hex.text, "cannot check the new tree");
	}
	if (r < 0) {
		store_discard(pl->trees, beside);
		return r;
	}
	sapling_wait_out_racy();
	/* Its own folder was renamed, and files may have lost links to a tree that stood here. */
	if (verify(tree, x, sigs, TREE_STAT, &(struct problem){ 0 }) == 0)
		remember(pl, x, sigs);
	return 0;
}
