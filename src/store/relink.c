#include "store/relink.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/list.h"
#include "base/own.h"
#include "base/path.h"
#include "bundle/index.h"
#include "bundle/signatures.h"
#include "store/sapling.h"

/* One tree whose files were known. */
struct known {
	struct list        link;
	struct digest_hex  hex;
	int                folder, tree;   /* trees/<name+>, and the tree in it */
	struct index      *index;
	struct signatures *signatures;
	struct stat       *before;         /* per entry; st_nlink 0: it was not known */
};

struct relink {
	struct list known;
};

static void known_free(struct known *k)
{
	own_fd(&k->folder);
	own_fd(&k->tree);
	index_free(k->index);
	signatures_free(k->signatures);
	free(k->before);
	free(k);
}

static void note_entries(struct known *k)
{
	for (uint32_t i = 0; i < index_count(k->index); i++) {
		struct index_entry e;
		struct stat *st = &k->before[i];

		index_entry(k->index, i, &e);
		if ((e.type != ENTRY_FILE && e.type != ENTRY_EXECUTABLE) ||
		    fstatat(k->tree, e.path, st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !signatures_is_clean(k->signatures, i, st))
			st->st_nlink = 0;
	}
}

static int open_known(struct known *k, int folder)
{
	char name[DIGEST_HEX_LEN + sizeof ".index"];
	struct digest digest;
	int r;

	k->folder = fcntl(folder, F_DUPFD_CLOEXEC, 0);
	k->tree = path_open_beneath(folder, k->hex.text, O_RDONLY | O_DIRECTORY, 0);
	if (k->folder < 0 || k->tree < 0)
		return -EIO;
	(void)snprintf(name, sizeof name, "%s.index", k->hex.text);
	r = digest_from_text(k->hex.text, &digest);
	if (r == 0)
		r = index_open(folder, name, &k->index);
	(void)snprintf(name, sizeof name, "%s.stat", k->hex.text);
	if (r == 0)
		r = signatures_load(folder, name, &digest, index_count(k->index), &k->signatures);
	if (r == 0)
		k->before = calloc(index_count(k->index) + 1, sizeof *k->before);
	return r < 0 ? r : k->before == NULL ? -ENOMEM : 0;
}

/* A tree that cannot be read is left to its own preflight. */
static void note_tree(struct relink *r, int folder, const char *hex)
{
	struct known *k = calloc(1, sizeof *k);

	if (k == NULL)
		return;
	k->folder = k->tree = -1;
	memcpy(k->hex.text, hex, sizeof k->hex.text);
	if (open_known(k, folder) < 0) {
		known_free(k);
		return;
	}
	note_entries(k);
	list_append(&r->known, &k->link);
}

static void note_folder(struct relink *r, int folder, const struct digest *except)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	OWN(dir) DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct digest digest;

	for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;)
		if (strlen(e->d_name) == DIGEST_HEX_LEN && digest_from_text(e->d_name, &digest) == 0 &&
		    (except == NULL || !digest_is_equal(&digest, except)))
			note_tree(r, folder, e->d_name);
}

int relink_begin(const struct store *s, const struct digest *except, struct relink **ret)
{
	int trees = openat(s->dir[STORE_TREES], ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	OWN(dir) DIR *d = trees < 0 ? NULL : fdopendir(trees);
	struct relink *r = d == NULL ? NULL : malloc(sizeof *r);

	if (r == NULL)
		return -ENOMEM;
	list_init(&r->known);
	for (struct dirent *e; (e = readdir(d)) != NULL;) {
		if (e->d_name[0] == '.')
			continue;
		OWN(fd) int folder = path_open_beneath(s->dir[STORE_TREES], e->d_name, O_RDONLY | O_DIRECTORY, 0);

		if (folder >= 0)
			note_folder(r, folder, except);
	}
	*ret = r;
	return 0;
}

static bool stamp_is_equal(const struct stat *a, const struct stat *b)
{
	return a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec &&
	       a->st_nlink == b->st_nlink;
}

/* Whether any file of the tree moved since. */
static bool is_touched(const struct known *k)
{
	for (uint32_t i = 0; i < index_count(k->index); i++) {
		struct index_entry e;
		struct stat now;

		index_entry(k->index, i, &e);
		if (k->before[i].st_nlink != 0 && fstatat(k->tree, e.path, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
		    !stamp_is_equal(&k->before[i], &now))
			return true;
	}
	return false;
}

static void say_it_was_us(struct known *k)
{
	char name[DIGEST_HEX_LEN + sizeof ".stat"];
	int64_t now_ns = signatures_now_ns();

	for (uint32_t i = 0; i < index_count(k->index); i++) {
		struct index_entry e;
		struct stat now;

		index_entry(k->index, i, &e);
		if (k->before[i].st_nlink != 0 && fstatat(k->tree, e.path, &now, AT_SYMLINK_NOFOLLOW) == 0)
			(void)signatures_relinked(k->signatures, i, &k->before[i], &now, now_ns);
	}
	(void)snprintf(name, sizeof name, "%s.stat", k->hex.text);
	if (signatures_is_changed(k->signatures))
		(void)!signatures_save(k->signatures, k->folder, name); /* a cache: the next start hashes */
}

void relink_end(struct relink *r)
{
	bool waited = false;

	if (r == NULL)
		return;
	list_each(&r->known, it) {
		struct known *k = container_of(it, struct known, link);

		if (is_touched(k)) {
			if (!waited)
				sapling_wait_out_racy();
			waited = true;
			say_it_was_us(k);
		}
		list_remove(it);
		known_free(k);
	}
	free(r);
}
