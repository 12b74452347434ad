#include "store/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/own.h"
#include "base/path.h"
#include "store/fault.h"

enum { LOCK_TRIES = 100, LOCK_PAUSE_MS = 50, DEPTH_MAX = 64 };

static const char store_version[] = "1\n";

static const struct {
	const char *name;
	mode_t      mode;
} folders[STORE_FOLDER_COUNT] = {
	[STORE_TMP]       = { "tmp", 0700 },
	[STORE_PARTIAL]   = { "partial", 0700 },
	[STORE_OBJECTS]   = { "objects", 0755 },
	[STORE_MANIFESTS] = { "manifests", 0755 },
	[STORE_TREES]     = { "trees", 0755 },
	[STORE_NAMES]     = { "names", 0755 },
	[STORE_UPGRADES]  = { "upgrades", 0700 },
	[STORE_TRASH]     = { "trash", 0700 },
};

int store_folder(int parent, const char *name, mode_t mode)
{
	struct stat above, st;
	bool made = mkdirat(parent, name, mode) == 0;

	if (!made && errno != EEXIST)
		return -errno;

	OWN(fd) int fd = path_open_beneath(parent, name, O_RDONLY | O_DIRECTORY, 0);

	if (fd < 0)
		return fd;
	if (made && (fchmod(fd, mode) < 0 || fsync(parent) < 0)) /* whatever the umask was */
		return -errno;
	if (fstat(parent, &above) < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (st.st_dev != above.st_dev)
		return -EXDEV;
	if (st.st_uid != geteuid() || (st.st_mode & 022) != 0)
		return -EPERM;
	return take_fd(&fd);
}

/* A folder that holds anything, but no VERSION, is somebody else's. */
static int is_empty(int dir, bool *ret)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	OWN(dir) DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (d == NULL)
		return -errno;
	*ret = true;
	for (struct dirent *e; (e = readdir(d)) != NULL;)
		if (e->d_name[0] != '.' && strcmp(e->d_name, "lost+found") != 0)
			*ret = false;
	return 0;
}

static int check_version(struct store *s, struct problem *p)
{
	OWN(mem) char *text = NULL;
	size_t len;
	bool empty;
	int r = io_read_file(s->dir[STORE_ROOT], "VERSION", 64, &text, &len);

	if (r == 0 && strcmp(text, store_version) != 0)
		return fault(p, FAULT_STORE_VERSION, s->path, "the store is of version %.20s", text);
	if (r == -ENOENT) {
		r = is_empty(s->dir[STORE_ROOT], &empty);
		if (r == 0 && !empty)
			return fault(p, FAULT_STORE_FOREIGN, s->path, "no VERSION in it, and it is not empty");
		if (r == 0)
			r = io_replace_file(s->dir[STORE_ROOT], "VERSION", store_version, strlen(store_version), 0644);
	}
	return r < 0 ? fault_errno(p, r, s->path, "cannot read VERSION") : 0;
}

static int open_root(struct store *s, struct problem *p)
{
	struct stat st;
	int r = path_make_dirs(s->path, 0755);
	int fd = r < 0 ? -1 : open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (r < 0 || fd < 0)
		return fault_errno(p, r < 0 ? r : -errno, s->path, "cannot open the store");
	s->dir[STORE_ROOT] = fd;
	if (fstat(fd, &st) < 0)
		return fault_errno(p, -errno, s->path, "cannot look at the store");
	if (st.st_uid != geteuid() || (st.st_mode & 022) != 0)
		return fault(p, FAULT_STORE_OWNER, s->path, "owner %u, mode %04o; we are user %u",
		             st.st_uid, st.st_mode & 07777, geteuid());
	return check_version(s, p);
}

int store_enter(struct store *s, const char *path, struct problem *p)
{
	*s = (struct store){ .path = path, .lock = -1 };
	for (int i = 0; i < STORE_FOLDER_COUNT; i++)
		s->dir[i] = -1;

	int r = open_root(s, p);

	for (int i = STORE_ROOT + 1; r == 0 && i < STORE_FOLDER_COUNT; i++) {
		int fd = store_folder(s->dir[STORE_ROOT], folders[i].name, folders[i].mode);

		s->dir[i] = fd;
		if (fd == -EXDEV)
			r = fault(p, FAULT_STORE_SPLIT, folders[i].name, "on another file system than the store");
		else if (fd < 0)
			r = fault_errno(p, fd, folders[i].name, "cannot use this folder of the store");
	}
	if (r == 0) {
		s->lock = path_open_beneath(s->dir[STORE_ROOT], "lock", O_RDWR | O_CREAT, 0600);
		if (s->lock < 0)
			r = fault_errno(p, s->lock, "lock", "cannot open the store's lock");
	}
	if (r < 0)
		store_leave(s);
	return r;
}

void store_leave(struct store *s)
{
	for (int i = 0; i < STORE_FOLDER_COUNT; i++)
		own_fd(&s->dir[i]);
	own_fd(&s->lock);
	for (int i = 0; i < STORE_FOLDER_COUNT; i++)
		s->dir[i] = -1;
	s->lock = -1;
}

int store_lock(struct store *s, bool exclusive)
{
	struct flock lock = { .l_type = exclusive ? F_WRLCK : F_RDLCK, .l_whence = SEEK_SET };

	for (int i = 0; i < LOCK_TRIES; i++) {
		if (fcntl(s->lock, F_OFD_SETLK, &lock) == 0)
			return 0;
		if (errno != EAGAIN && errno != EACCES)
			return -errno;
		(void)poll(NULL, 0, LOCK_PAUSE_MS);
	}
	return -EAGAIN;
}

void store_unlock(struct store *s)
{
	struct flock lock = { .l_type = F_UNLCK, .l_whence = SEEK_SET };

	(void)fcntl(s->lock, F_OFD_SETLK, &lock); /* at worst it ends with the process */
}

int store_stage(struct store *s, char *ret_name, size_t max)
{
	for (unsigned n = 0; n < 1000; n++) {
		(void)snprintf(ret_name, max, "%jd.%u", (intmax_t)getpid(), n);
		if (mkdirat(s->dir[STORE_TMP], ret_name, 0700) < 0) {
			if (errno == EEXIST)
				continue;
			return -errno;
		}

		OWN(fd) int fd = path_open_beneath(s->dir[STORE_TMP], ret_name, O_RDONLY | O_DIRECTORY, 0);

		if (fd < 0)
			return fd;
		return flock(fd, LOCK_EX | LOCK_NB) < 0 ? -errno : take_fd(&fd);
	}
	return -EEXIST;
}

static void discard(int dir, const char *name, int depth);

static void discard_inside(int fd, int depth)
{
	OWN(dir) DIR *d = fdopendir(fd);

	if (d == NULL) {
		(void)close(fd);
		return;
	}
	(void)fchmod(fd, 0700); /* an ordinary user cannot empty a 0555 folder */
	for (struct dirent *e; (e = readdir(d)) != NULL;)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			discard(fd, e->d_name, depth + 1);
}

static void discard(int dir, const char *name, int depth)
{
	if (unlinkat(dir, name, 0) == 0 || (errno != EISDIR && errno != EPERM))
		return;
	if (depth < DEPTH_MAX) {
		int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		if (fd >= 0)
			discard_inside(fd, depth);
	}
	(void)unlinkat(dir, name, AT_REMOVEDIR); /* what is left is recovery's */
}

void store_discard(int dir, const char *name)
{
	discard(dir, name, 0);
}

void store_empty_trash(struct store *s)
{
	int fd = openat(s->dir[STORE_TRASH], ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		discard_inside(fd, 0);
}

int store_trash(struct store *s, int dir, const char *name)
{
	OWN(fd) int folder = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	char away[64];

	/* A folder that moves gets a new "..": an ordinary user must be able to write it. */
	if (folder >= 0 && fchmod(folder, 0700) < 0)
		return -errno;

	for (unsigned n = 0; n < 1000; n++) {
		(void)snprintf(away, sizeof away, "%jd.%u", (intmax_t)getpid(), n);
		if (renameat2(dir, name, s->dir[STORE_TRASH], away, RENAME_NOREPLACE) == 0)
			return 0;
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}
