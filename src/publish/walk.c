#include "publish/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/name.h"
#include "base/own.h"
#include "base/path.h"
#include "publish/wrong.h"

enum { DEPTH_MAX = 4 }; /* parts of a bundle's name */

struct walk {
	walk_channel_fn *fn;
	void            *arg;
	struct problem  *problem;
};

bool walk_is_registry(int dir)
{
	struct stat st;

	return fstatat(dir, "b", &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

static int is_no_dot(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

/* The names in dir, sorted; -errno. The caller frees each and the array. */
static int list(int dir, struct dirent ***ret)
{
	int n = scandirat(dir, ".", ret, is_no_dot, alphasort);

	return n < 0 ? -errno : n;
}

static void channel_file(struct walk *w, int dir, const char *name, const char *file)
{
	size_t len = strlen(file);
	char channel[NAME_PART_MAX + 1];

	if (len <= 5 || len - 5 > NAME_PART_MAX || strcmp(file + len - 5, ".json") != 0)
		return;
	memcpy(channel, file, len - 5);
	channel[len - 5] = '\0';
	if (name_is_part(channel) && name_is_path(name))
		w->fn(w->arg, dir, name, channel);
}

static int walk_folder(struct walk *w, int dir, const char *name, unsigned depth);

static int walk_entry(struct walk *w, int dir, const char *name, const char *entry, unsigned depth)
{
	OWN(fd) int fd = openat(dir, entry, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	char below[NAME_PATH_MAX + 1];
	struct dirent **files;
	int n;

	if (fd < 0)
		return errno == ENOTDIR || errno == ELOOP ? 0 : wrong_errno(w->problem, errno, entry, "open");
	if (snprintf(below, sizeof below, "%s%s%s", name, name[0] != '\0' ? "/" : "", entry) < (int)sizeof below &&
	    depth < DEPTH_MAX) {
		int r = walk_folder(w, fd, below, depth + 1);

		if (r < 0)
			return r;
	}
	if (strcmp(entry, "channel") != 0)
		return 0;
	n = list(fd, &files);
	if (n < 0)
		return wrong_errno(w->problem, n, name, "list");
	for (int i = 0; i < n; i++) {
		channel_file(w, fd, name, files[i]->d_name);
		free(files[i]);
	}
	free(files);
	return 0;
}

static int walk_folder(struct walk *w, int dir, const char *name, unsigned depth)
{
	struct dirent **entries;
	int n = list(dir, &entries), r = 0;

	if (n < 0)
		return wrong_errno(w->problem, n, name, "list");
	for (int i = 0; i < n; i++) {
		if (r == 0 && name_is_part(entries[i]->d_name))
			r = walk_entry(w, dir, name, entries[i]->d_name, depth);
		free(entries[i]);
	}
	free(entries);
	return r;
}

int walk_channels(int registry, walk_channel_fn *fn, void *arg, struct problem *p)
{
	struct walk w = { .fn = fn, .arg = arg, .problem = p };
	OWN(fd) int dir = path_open_beneath(registry, "b", O_RDONLY | O_DIRECTORY, 0);

	return dir < 0 ? wrong_errno(p, dir, "b", "open") : walk_folder(&w, dir, "", 0);
}
