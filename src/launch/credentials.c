#include "launch/credentials.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/own.h"
#include "base/path.h"
#include "base/text.h"
#include "launch/mounts.h"
#include "launch/namespaces.h"
#include "launch/start.h"
#include "launch/way.h"

/* The folder ends with these many parts of our own making: credentials, the workspace, the child. */
enum { OWN_PARTS = 3 };

static void tell(struct start *s, const char *path, const char *why)
{
	struct problem *p = report_problem(&s->report);

	problem_set(p, PROBLEM_HOST, "credential-unreadable", path, "%s", why);
	problem_expect(p, "a file of at most %d KiB, %d MiB for all of them", CREDENTIAL_MAX >> 10, CREDENTIALS_MAX >> 20);
	problem_remedy(p, "Provide it, or correct credentials = in [service:%s]", s->order.service);
}

/* One "NAME:PATH". */
static void read_one(struct start *s, const char *text)
{
	struct credential *c = &s->credentials.at[s->credentials.count];
	const char *path = strchrnul(text, ':');
	char why[WAY_WRONG_MAX];

	path += *path == ':';
	if (way_read(path, CREDENTIAL_MAX, &c->data, &c->len, why) < 0) {
		tell(s, path, why);
		return;
	}
	s->credentials.bytes += c->len;
	if (s->credentials.bytes > CREDENTIALS_MAX) {
		tell(s, path, "all of them together are too large");
		return;
	}
	c->name = strndup(text, (size_t)(path - text) - 1);
	if (c->name == NULL)
		tell(s, path, strerrordesc_np(ENOMEM));
	else
		s->credentials.count++;
}

void credentials_read(struct start *s)
{
	const struct texts *list = &s->order.context.credentials;

	if (list->count == 0)
		return;
	s->credentials.at = calloc(list->count, sizeof *s->credentials.at);
	if (s->credentials.at == NULL) {
		tell(s, "", strerrordesc_np(ENOMEM));
		return;
	}
	for (const char *text = NULL; texts_next(list, &text);)
		read_one(s, text);
}

/* Opens name beneath dir, made when it is missing. -EPERM when it is anybody else's to change. */
static int open_own(int dir, const char *name, mode_t mode)
{
	bool is_new = mkdirat(dir, name, mode) == 0;
	OWN(fd) int fd = -1;
	struct stat st;

	if (!is_new && errno != EEXIST)
		return -errno;
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (is_new && fchmod(fd, mode) < 0) /* whatever the umask is */
		return -errno;
	return st.st_uid != geteuid() || st.st_mode & (S_IWGRP | S_IWOTH) ? -EPERM : take_fd(&fd);
}

/* Takes a path apart, in place: the run folder, and our own parts behind it. */
static int split(char *path, char *parts[OWN_PARTS])
{
	for (int i = OWN_PARTS - 1; i >= 0; i--) {
		char *slash = strrchr(path, '/');

		if (slash == NULL || slash == path)
			return -EINVAL;
		*slash = '\0';
		parts[i] = slash + 1;
	}
	return 0;
}

/* The folder of the child, empty or not. What is missing is made. */
static int open_folder(const char *path)
{
	char above[PATH_MAX];
	char *parts[OWN_PARTS];
	OWN(fd) int dir = -1;
	int r = text_copy(above, sizeof above, path);

	if (r == 0)
		r = split(above, parts);
	if (r == 0)
		r = path_make_dirs(above, 0755);
	if (r == 0)
		r = dir = way_open(above, O_PATH | O_DIRECTORY, NULL);
	for (int i = 0; r >= 0 && i < OWN_PARTS; i++) {
		r = open_own(dir, parts[i], i < OWN_PARTS - 1 ? 0711 : 0700);
		own_fd(&dir);
		dir = r;
	}
	return r < 0 ? r : take_fd(&dir);
}

/* Removes what the last start left. There are only files in it: nobody else could make anything. */
static int empty(int folder)
{
	int copy = fcntl(folder, F_DUPFD_CLOEXEC, 3);
	OWN(dir) DIR *entries = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *e;

	if (entries == NULL) {
		own_fd(&copy);
		return -errno;
	}
	while ((e = readdir(entries)) != NULL)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 && unlinkat(folder, e->d_name, 0) < 0)
			return -errno;
	return 0;
}

static int write_one(const struct credential *c, const struct identity *who, int folder)
{
	OWN(fd) int fd = openat(folder, c->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0400);
	int r = fd < 0 ? -errno : io_write_all(fd, c->data, c->len);

	if (r == 0 && fchmod(fd, 0400) < 0) /* whatever the umask is */
		r = -errno;
	if (r == 0 && who->changes && fchown(fd, who->uid, who->gid) < 0)
		r = -errno;
	return r;
}

/*
 * The files are the child's; the folder stays ours, so that nothing can be put in the way of the next start.
 * The child looks into it as a member of its group, or as who we are.
 */
static int fill(struct start *s, int folder, const char **ret_what)
{
	const struct identity *who = &s->identity;
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->credentials.count; i++) {
		*ret_what = s->credentials.at[i].name;
		r = write_one(&s->credentials.at[i], who, folder);
	}
	if (r < 0)
		return r;
	*ret_what = s->order.context.credentials_dir;
	if (who->changes && fchown(folder, (uid_t)-1, who->gid) < 0)
		r = -errno;
	if (r == 0 && fchmod(folder, who->uid == geteuid() ? 0500 : 0550) < 0)
		r = -errno;
	return r;
}

/* In memory, read only once it is filled, over the folder. */
static int fill_memory(struct start *s, const char **ret_what)
{
	struct way way;
	OWN(fd) int at = -1;
	OWN(fd) int memory = fsopen("tmpfs", FSOPEN_CLOEXEC);
	OWN(fd) int mount = -1;
	OWN(fd) int inside = -1;
	int r;

	if (memory < 0 || fsconfig(memory, FSCONFIG_SET_STRING, "mode", "0700", 0) < 0 ||
	    fsconfig(memory, FSCONFIG_SET_STRING, "size", "32m", 0) < 0 ||
	    fsconfig(memory, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -errno;
	mount = fsmount(memory, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
	if (mount >= 0)
		inside = openat(mount, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC); /* mount is for paths only */
	if (inside < 0)
		return -errno;
	r = fill(s, inside, ret_what);
	if (r == 0)
		r = at = way_open(s->order.context.credentials_dir, O_PATH, &way);
	return r < 0 ? r : mounts_attach_read_only(mount, at, way.path);
}

/* Whether the child will get there: the run folder may be closed to its user. */
static int try_reach(const struct start *s)
{
	int r;

	identity_lend(&s->identity);
	r = faccessat(AT_FDCWD, s->order.context.credentials_dir, R_OK | X_OK, AT_EACCESS) < 0 ? -errno : 0;
	identity_return(&s->identity);
	return r;
}

static void forget(struct credentials *c)
{
	for (size_t i = 0; i < c->count; i++)
		explicit_bzero(c->at[i].data, c->at[i].len);
}

/* To see that there is nothing, as there is with nearly every start, is one call. */
int credentials_forget(const char *path)
{
	OWN(fd) int folder = -1;
	struct stat st;
	int r;

	if (path[0] == '\0' || rmdir(path) == 0 || (errno != ENOTEMPTY && errno != EEXIST))
		return 0;
	folder = way_open(path, O_RDONLY | O_DIRECTORY, NULL);
	if (folder < 0 || fstat(folder, &st) < 0 || st.st_uid != geteuid())
		return 0; /* whatever that is, it is none of ours */
	r = fchmod(folder, 0700) < 0 ? -errno : empty(folder);
	return r == 0 && rmdir(path) < 0 ? -errno : r;
}

int credentials_place(struct start *s, const char **ret_what)
{
	const struct context *c = &s->order.context;
	OWN(fd) int folder = -1;
	int r;

	*ret_what = c->credentials_dir;
	if (c->credentials.count == 0) /* what a reeve that was killed has left */
		return c->chroot[0] == '\0' ? credentials_forget(c->credentials_dir) : 0;
	folder = open_folder(c->credentials_dir);
	if (folder < 0)
		return folder;
	r = fchmod(folder, 0700) < 0 ? -errno : empty(folder);
	if (r == 0)
		r = namespaces_wanted(c) & CLONE_NEWNS ? fill_memory(s, ret_what) : fill(s, folder, ret_what);
	forget(&s->credentials);
	return r < 0 ? r : try_reach(s);
}
