#include "launch/way.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/own.h"
#include "base/text.h"

enum { LINKS_MAX = 40 }; /* as the kernel has it (path_resolution(7)) */

struct walk {
	int      dir;              /* where we stand */
	char     at[PATH_MAX];     /* its path; "" is the root */
	char     rest[PATH_MAX];   /* what is still to be walked */
	unsigned links;
};

static int stand_at_root(struct walk *w)
{
	OWN(fd) int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int old = w->dir;

	if (root < 0)
		return -errno;
	w->dir = take_fd(&root);
	w->at[0] = '\0';
	own_fd(&old);
	return 0;
}

/* Takes the next part off the rest; its length, 0 at the end. */
static size_t take_part(struct walk *w, char part[NAME_MAX + 1])
{
	size_t skip = strspn(w->rest, "/"), len = strcspn(w->rest + skip, "/");

	if (len > NAME_MAX)
		return len;
	memcpy(part, w->rest + skip, len);
	part[len] = '\0';
	memmove(w->rest, w->rest + skip + len, strlen(w->rest + skip + len) + 1);
	return len;
}

static int add_part(struct walk *w, const char *part)
{
	struct text t = { .at = w->at, .max = sizeof w->at, .len = strlen(w->at) };
	char *slash;

	if (strcmp(part, ".") == 0)
		return 0;
	if (strcmp(part, "..") == 0) {
		slash = strrchr(w->at, '/');
		if (slash != NULL)
			*slash = '\0';
		return 0;
	}
	text_addf(&t, "/%s", part);
	return t.full ? -ENAMETOOLONG : 0;
}

/* Puts what the link at fd says before the rest, when whoever made it may say so. */
static int follow(struct walk *w, int fd, const struct stat *st)
{
	char target[PATH_MAX];
	ssize_t n;

	if ((st->st_uid != 0 && st->st_uid != geteuid()) || ++w->links > LINKS_MAX)
		return -ELOOP;
	n = readlinkat(fd, "", target, sizeof target);
	if (n < 0)
		return -errno;
	if ((size_t)n + 1 + strlen(w->rest) + 1 > sizeof w->rest)
		return -ENAMETOOLONG;
	memmove(w->rest + n + 1, w->rest, strlen(w->rest) + 1);
	w->rest[n] = '/';
	memcpy(w->rest, target, (size_t)n);
	return target[0] == '/' ? stand_at_root(w) : 0;
}

static bool is_walked(const struct walk *w)
{
	return w->rest[strspn(w->rest, "/")] == '\0';
}

/* One part further. A descriptor when it was the last one, -EAGAIN when there is more, or an error. */
static int take_step(struct walk *w, const char *part, int flags)
{
	OWN(fd) int fd = openat(w->dir, part, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	int r, last;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (S_ISLNK(st.st_mode)) {
		r = follow(w, fd, &st);
		return r < 0 ? r : -EAGAIN;
	}
	r = add_part(w, part);
	if (r < 0)
		return r;
	if (is_walked(w)) {
		last = openat(w->dir, part, flags | O_NOFOLLOW | O_CLOEXEC);
		return last < 0 ? -errno : last;
	}
	own_fd(&w->dir);
	w->dir = take_fd(&fd);
	return -EAGAIN;
}

static int walk(struct walk *w, int flags)
{
	char part[NAME_MAX + 1];
	int r = stand_at_root(w);

	if (r < 0)
		return r;
	for (r = -EAGAIN; r == -EAGAIN;) {
		size_t len = take_part(w, part);

		if (len > NAME_MAX)
			return -ENAMETOOLONG;
		r = take_step(w, len > 0 ? part : ".", flags); /* nothing left: a link led to here */
	}
	return r;
}

int way_open(const char *path, int flags, struct way *ret)
{
	struct walk w = { .dir = -1 };
	int r = text_copy(w.rest, sizeof w.rest, path);

	if (r == 0)
		r = walk(&w, flags);
	own_fd(&w.dir);
	if (r >= 0 && ret != NULL)
		(void)!text_copy(ret->path, sizeof ret->path, w.at[0] != '\0' ? w.at : "/"); /* equal sizes */
	return r;
}

static int refuse(char why[WAY_WRONG_MAX], int error, const char *text)
{
	(void)snprintf(why, WAY_WRONG_MAX, "%s", text); /* each is shorter */
	return error;
}

int way_read(const char *path, size_t max, char **ret_data, size_t *ret_len, char ret_why[WAY_WRONG_MAX])
{
	OWN(fd) int fd = way_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, NULL);
	struct stat st;
	int r = fd;

	if (r == -ELOOP)
		return refuse(ret_why, r, "a link on the way belongs neither to root nor to reeve's user");
	if (r >= 0 && fstat(fd, &st) < 0)
		r = -errno;
	if (r >= 0 && !S_ISREG(st.st_mode))
		return refuse(ret_why, -EINVAL, "not a regular file");
	if (r >= 0 && st.st_mode & S_IWOTH)
		return refuse(ret_why, -EPERM, "everybody may write to it");
	if (r >= 0)
		r = io_read_all(fd, max, ret_data, ret_len);
	if (r == -EFBIG)
		(void)snprintf(ret_why, WAY_WRONG_MAX, "larger than %zu KiB", max >> 10);
	else if (r < 0)
		(void)refuse(ret_why, r, strerrordesc_np(-r));
	return r;
}
