#include "publish/scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/own.h"
#include "base/path.h"
#include "bundle/hash.h"
#include "publish/wrong.h"

static const char remedy[] = "Change or remove it, and pack again";

struct found {
	struct scan    *scan;
	struct problem *problem;
};

static int add(struct found *f, const struct index_entry *e)
{
	struct scan *s = f->scan;

	if (s->n == INDEX_ENTRIES_MAX)
		return wrong(f->problem, "too-many", e->path, remedy, "more than %d files", INDEX_ENTRIES_MAX);
	if (s->n == s->room) {
		uint32_t room = s->room == 0 ? 256 : s->room * 2;
		struct index_entry *grown = realloc(s->entries, room * sizeof *grown);

		if (grown == NULL)
			return wrong_errno(f->problem, ENOMEM, e->path, "remember it");
		s->entries = grown;
		s->room = room;
	}
	s->entries[s->n++] = *e;
	s->bytes += e->size;
	return 0;
}

static int take_file(struct found *f, int dir, const char *name, struct index_entry *e,
                     const struct stat *st)
{
	OWN(fd) int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char magic[4];
	int r;

	if (fd < 0)
		return wrong_errno(f->problem, errno, e->path, "open");
	if (st->st_mode & (S_ISUID | S_ISGID))
		return wrong(f->problem, "file-mode", e->path, remedy,
		             "set-user-ID and set-group-ID files cannot be in a bundle");
	if (pread(fd, magic, sizeof magic, 0) == sizeof magic && memcmp(magic, "\177ELF", 4) == 0)
		f->scan->has_elf = true;
	r = hash_fd(fd, &e->digest, &e->size);
	if (r < 0)
		return wrong_errno(f->problem, r, e->path, "read");
	e->type = st->st_mode & 0111 ? ENTRY_EXECUTABLE : ENTRY_FILE;
	return 0;
}

static int take_link(struct found *f, int dir, const char *name, struct index_entry *e)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(dir, name, target, sizeof target - 1);

	if (n < 0)
		return wrong_errno(f->problem, errno, e->path, "read");
	target[n] = '\0';
	e->type = ENTRY_LINK;
	e->target = strdup(target);
	return e->target == NULL ? wrong_errno(f->problem, ENOMEM, e->path, "remember it") : 0;
}

static int scan_dir(struct found *f, int fd, const char *path, unsigned depth);

static int take_folder(struct found *f, int dir, const char *name, struct index_entry *e, unsigned depth)
{
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return wrong_errno(f->problem, errno, e->path, "open");
	e->type = ENTRY_FOLDER;
	return scan_dir(f, fd, e->path, depth + 1);
}

/* What is at dir/name; e has its path and gets the rest. */
static int take(struct found *f, int dir, const char *name, struct index_entry *e, unsigned depth)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return wrong_errno(f->problem, errno, e->path, "look at");
	if (!path_is_plain(e->path) || depth >= INDEX_DEPTH_MAX)
		return wrong(f->problem, "path-unsafe", e->path, remedy,
		             "control bytes, bad UTF-8 or more than %d folders deep", INDEX_DEPTH_MAX);
	if (S_ISREG(st.st_mode))
		return take_file(f, dir, name, e, &st);
	if (S_ISDIR(st.st_mode))
		return take_folder(f, dir, name, e, depth);
	if (S_ISLNK(st.st_mode))
		return take_link(f, dir, name, e);
	return wrong(f->problem, "file-kind", e->path, remedy, "neither file, folder nor link");
}

static int take_name(struct found *f, int dir, const char *path, const char *name, unsigned depth)
{
	struct index_entry e = { .path = NULL };
	char *full;
	int r;

	if (asprintf(&full, "%s%s%s", path, path[0] != '\0' ? "/" : "", name) < 0)
		return wrong_errno(f->problem, ENOMEM, path, "remember it");
	e.path = full;
	r = take(f, dir, name, &e, depth);
	if (r == 0)
		r = add(f, &e);
	if (r < 0) {
		free(full);
		free((char *)(uintptr_t)e.target); /* ours: take_link() made it */
	}
	return r;
}

/* Takes the descriptor. */
static int scan_dir(struct found *f, int fd, const char *path, unsigned depth)
{
	OWN(dir) DIR *dir = fdopendir(fd);
	const struct dirent *d;
	int r = 0;

	if (dir == NULL) {
		own_fd(&fd);
		return wrong_errno(f->problem, ENOMEM, path, "list");
	}
	while (r == 0 && (errno = 0, d = readdir(dir)) != NULL)
		if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
			r = take_name(f, dirfd(dir), path, d->d_name, depth);
	return r == 0 && errno != 0 ? wrong_errno(f->problem, errno, path, "list") : r;
}

static int by_path(const void *a, const void *b)
{
	const struct index_entry *x = a, *y = b;

	return strcmp(x->path, y->path);
}

int scan_folder(const char *path, struct scan *ret, struct problem *p)
{
	struct scan s = { .dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) };
	struct found f = { .scan = &s, .problem = p };
	int r, again;

	if (s.dir < 0)
		return wrong_errno(p, errno, path, "open");
	again = openat(s.dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	r = again < 0 ? wrong_errno(p, errno, path, "open") : scan_dir(&f, again, "", 0);
	if (r == 0 && s.n == 0)
		r = wrong(p, "empty", path, "Give the folder that holds what is to be packed", "there is nothing in it");
	if (r < 0) {
		scan_done(&s);
		return r;
	}
	qsort(s.entries, s.n, sizeof *s.entries, by_path);
	*ret = s;
	return 0;
}

void scan_done(struct scan *s)
{
	for (uint32_t i = 0; i < s->n; i++) {
		free((char *)(uintptr_t)s->entries[i].path); /* ours, see take_name() */
		free((char *)(uintptr_t)s->entries[i].target);
	}
	free(s->entries);
	own_fd(&s->dir);
}
