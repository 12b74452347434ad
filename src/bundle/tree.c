#include "bundle/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/own.h"
#include "bundle/hash.h"

/*
 * The walk. The subtree of a folder is one run of entries in byte order, so a stack of open folders
 * is enough to look at every entry by its last part alone: the kernel resolves no path twice.
 */
struct level {
	int         fd;          /* -1: it could not be opened, and what is in it is missing */
	const char *path;        /* of the folder, not terminated: length bytes */
	size_t      length;
};

struct walk {
	const struct tree_check *check;
	struct tree_count        count;
	struct level             stack[INDEX_DEPTH_MAX];
	unsigned                 depth; /* stack[0] is the tree itself */
};

/* One entry being looked at. */
struct look {
	const struct index_entry *entry;  /* NULL: the tree's own folder */
	uint32_t                  slot;
	int                       parent; /* the folder it is in */
	const char               *name;   /* its last part; "" for the tree's own folder */
	struct stat               st;
	unsigned                  problems;
};

static const char remedy[] = "Usually an incomplete update or a change by hand: repair the bundle";

static void tell(struct walk *w, struct look *l, const char *code, const char *expected,
                 const char *got, ...) PRINTF_LIKE(5, 6);
static void tell(struct walk *w, struct look *l, const char *code, const char *expected,
                 const char *got, ...)
{
	struct problem p;
	char text[sizeof p.got];
	va_list args;

	va_start(args, got);
	(void)vsnprintf(text, sizeof text, got, args); /* cutting is what is wanted */
	va_end(args);
	problem_set(&p, PROBLEM_BUNDLE, code, l->entry != NULL ? l->entry->path : ".", "%s", text);
	problem_expect(&p, "%s", expected);
	problem_remedy(&p, "%s", remedy);
	l->problems++;
	w->count.problems++;
	w->check->problem(w->check->arg, &p);
}

static const char *type_name(mode_t mode)
{
	static const struct { mode_t type; const char *name; } names[] = {
		{ S_IFREG, "a file" }, { S_IFDIR, "a folder" }, { S_IFLNK, "a link" },
		{ S_IFIFO, "a fifo" }, { S_IFSOCK, "a socket" }, { S_IFCHR, "a character device" },
		{ S_IFBLK, "a block device" },
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if ((mode & S_IFMT) == names[i].type)
			return names[i].name;
	return "something unknown";
}

static const struct {
	mode_t type, mode;
	const char *mode_text;
} wanted[] = {
	[ENTRY_FILE]       = { S_IFREG, 0444, "mode 0444" },
	[ENTRY_EXECUTABLE] = { S_IFREG, 0555, "mode 0555" },
	[ENTRY_FOLDER]     = { S_IFDIR, 0555, "mode 0555" },
	[ENTRY_LINK]       = { S_IFLNK, 0777, "mode 0777" },
};

static bool mode_is_right(const struct look *l, enum entry_type type)
{
	mode_t mode = l->st.st_mode & 07777;

	return type == ENTRY_LINK || mode == wanted[type].mode || (l->entry == NULL && mode == 0755);
}

/* Type, mode, owner and size: all that lstat tells. False when its type is wrong: look no further. */
static bool check_stat(struct walk *w, struct look *l)
{
	const struct index_entry *e = l->entry;
	enum entry_type type = e != NULL ? e->type : ENTRY_FOLDER;

	if ((l->st.st_mode & S_IFMT) != wanted[type].type) {
		tell(w, l, "file-type", type_name(wanted[type].type), "%s", type_name(l->st.st_mode));
		return false;
	}
	if (!mode_is_right(l, type))
		tell(w, l, "file-mode", wanted[type].mode_text, "mode %04o", l->st.st_mode & 07777);
	if (l->st.st_uid != 0 && l->st.st_uid != w->check->owner)
		tell(w, l, "file-owner", "root or the store's owner", "owner %u", l->st.st_uid);
	return true;
}

static void expect_digest(const struct index_entry *e, char *buf, size_t max)
{
	(void)snprintf(buf, max, "sha256:%s", digest_to_hex(&e->digest).text);
}

/* Whether both are the same file, with nothing of it changed but when it was read. */
static bool is_still(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_mode == b->st_mode &&
	       a->st_uid == b->st_uid && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Hashes the opened file; -EAGAIN when it is not, or no longer, what lstat looked at. */
static int hash_still(int fd, struct stat *seen, struct digest *ret)
{
	struct stat after;
	uint64_t size;
	int r = hash_fd(fd, ret, &size);

	if (r < 0)
		return r;
	if (fstat(fd, &after) < 0)
		return -errno;
	if (!is_still(seen, &after))
		return -EAGAIN;
	*seen = after;
	return 0;
}

static void check_bytes(struct walk *w, struct look *l)
{
	const struct index_entry *e = l->entry;
	int64_t began_ns = signatures_now_ns();
	char expected[sizeof "sha256:" + DIGEST_HEX_LEN];
	struct digest digest;
	int r;

	if ((uint64_t)l->st.st_size != e->size) {
		(void)snprintf(expected, sizeof expected, "%ju bytes", (uintmax_t)e->size);
		tell(w, l, "file-altered", expected, "%jd bytes", (intmax_t)l->st.st_size);
		return;
	}

	OWN(fd) int fd = openat(l->parent, l->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	r = fd < 0 ? -errno : hash_still(fd, &l->st, &digest);
	if (r < 0 && r != -EAGAIN) {
		tell(w, l, "file-unreadable", "a file that can be read", "%s", strerror(-r));
		return;
	}
	w->count.files_hashed++;
	w->count.bytes_hashed += e->size;
	if (r == 0 && digest_is_equal(&digest, &e->digest)) {
		if (l->problems == 0)
			signatures_record(w->check->signatures, l->slot, &l->st, began_ns);
		return;
	}
	expect_digest(e, expected, sizeof expected);
	if (r == -EAGAIN)
		tell(w, l, "file-altered", expected, "it changed while it was read");
	else
		tell(w, l, "file-altered", expected, "sha256:%s", digest_to_hex(&digest).text);
}

static void check_target(struct walk *w, struct look *l)
{
	int64_t began_ns = signatures_now_ns();
	char target[PATH_MAX];
	ssize_t n = readlinkat(l->parent, l->name, target, sizeof target - 1);

	target[n > 0 ? n : 0] = '\0';
	if (n < 0)
		tell(w, l, "file-unreadable", "a link that can be read", "%s", strerror(errno));
	else if (strcmp(target, l->entry->target) != 0)
		tell(w, l, "link-target", l->entry->target, "%s", target);
	else if (l->problems == 0)
		signatures_record(w->check->signatures, l->slot, &l->st, began_ns);
}

static void check_listed(struct walk *w, struct look *folder, const char *name)
{
	char path[PATH_MAX];
	int n = folder->entry != NULL ? snprintf(path, sizeof path, "%s/%s", folder->entry->path, name)
	                              : snprintf(path, sizeof path, "%s", name);
	uint32_t i;

	if (n > 0 && (size_t)n < sizeof path && index_find(w->check->index, path, &i))
		return;

	struct index_entry extra = { .path = path };
	struct look at = { .entry = &extra };

	tell(w, &at, "file-extra", "nothing", "a file that the manifest does not list");
	folder->problems += at.problems;
}

static int open_dir(struct look *l, DIR **ret)
{
	const char *name = l->entry != NULL ? l->name : ".";
	OWN(fd) int fd = openat(l->parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!is_still(&l->st, &st))
		return -EAGAIN;
	l->st = st; /* as it is before it is listed: a later change shows */
	*ret = fdopendir(fd);
	if (*ret == NULL)
		return -errno;
	(void)take_fd(&fd);
	return 0;
}

static void check_listing(struct walk *w, struct look *l)
{
	int64_t began_ns = signatures_now_ns();
	OWN(dir) DIR *dir = NULL;
	const struct dirent *d;
	int r = open_dir(l, &dir);

	if (r < 0) {
		tell(w, l, "file-unreadable", "a folder that can be listed", "%s", strerror(-r));
		return;
	}
	while ((errno = 0, d = readdir(dir)) != NULL)
		if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
			check_listed(w, l, d->d_name);
	if (errno != 0)
		tell(w, l, "file-unreadable", "a folder that can be listed", "%s", strerror(errno));
	else if (l->problems == 0)
		signatures_record(w->check->signatures, l->slot, &l->st, began_ns);
}

static void check_content(struct walk *w, struct look *l)
{
	static void (*const by_type[])(struct walk *, struct look *) = {
		[ENTRY_FILE] = check_bytes, [ENTRY_EXECUTABLE] = check_bytes,
		[ENTRY_FOLDER] = check_listing, [ENTRY_LINK] = check_target,
	};

	by_type[l->entry != NULL ? l->entry->type : ENTRY_FOLDER](w, l);
}

/* One entry whose parent is open. -EAGAIN when TREE_LOOK does not suffice. */
static int check_entry(struct walk *w, struct look *l)
{
	const struct tree_check *c = w->check;
	int flags = AT_SYMLINK_NOFOLLOW | (l->entry == NULL ? AT_EMPTY_PATH : 0);
	int r = l->parent < 0 ? -ENOENT : fstatat(l->parent, l->name, &l->st, flags) < 0 ? -errno : 0;

	if (r == 0 && c->level != TREE_FULL && signatures_is_clean(c->signatures, l->slot, &l->st) &&
	    (l->st.st_uid == 0 || l->st.st_uid == c->owner))
		return 0;
	if (c->level == TREE_LOOK)
		return -EAGAIN;
	signatures_forget(c->signatures, l->slot);
	if (r == -ENOENT || r == -ENOTDIR)
		tell(w, l, "file-missing", "a file of the bundle", "nothing");
	else if (r < 0)
		tell(w, l, "file-unreadable", "a file of the bundle", "%s", strerror(-r));
	else if (check_stat(w, l))
		check_content(w, l);
	return 0;
}

static void leave_to(struct walk *w, unsigned depth)
{
	while (w->depth > depth) {
		w->depth--;
		if (w->depth > 0 && w->stack[w->depth].fd >= 0)
			(void)close(w->stack[w->depth].fd); /* only looked through */
	}
}

static bool level_holds(const struct level *l, const char *path)
{
	return l->length == 0 || (strncmp(path, l->path, l->length) == 0 && path[l->length] == '/');
}

/* Makes the top of the stack the folder that holds path; returns the path's last part. */
static const char *enter(struct walk *w, const char *path)
{
	while (!level_holds(&w->stack[w->depth - 1], path))
		leave_to(w, w->depth - 1);
	for (;;) {
		const struct level *top = &w->stack[w->depth - 1];
		const char *rest = path + top->length + (top->length > 0);
		const char *slash = strchr(rest, '/');
		char name[NAME_MAX + 1];

		if (slash == NULL)
			return rest;
		memcpy(name, rest, (size_t)(slash - rest)); /* a part of a plain path: <= NAME_MAX */
		name[slash - rest] = '\0';
		w->stack[w->depth++] = (struct level){
			.fd = top->fd < 0 ? -1 : openat(top->fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
			.path = path, .length = (size_t)(slash - path),
		};
	}
}

static int check_all(struct walk *w)
{
	const struct index *x = w->check->index;
	uint32_t count = index_count(x);
	struct look root = { .slot = count, .parent = w->check->dir, .name = "" };
	int r = check_entry(w, &root);

	for (uint32_t i = 0; i < count && r == 0; i++) {
		struct index_entry e;
		struct look l = { .entry = &e, .slot = i };

		index_entry(x, i, &e);
		l.name = enter(w, e.path);
		l.parent = w->stack[w->depth - 1].fd;
		r = check_entry(w, &l);
	}
	return r;
}

int tree_verify(const struct tree_check *c, struct tree_count *ret)
{
	struct walk w = { .check = c, .stack[0].fd = c->dir, .depth = 1 };
	int r = check_all(&w);

	leave_to(&w, 1);
	if (r == 0)
		*ret = w.count;
	return r;
}
