#include "launch/mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/own.h"
#include "base/text.h"
#include "launch/remount.h"
#include "launch/start.h"
#include "launch/way.h"

int mounts_clone(int at)
{
	int mount = open_tree(at, "", AT_EMPTY_PATH | AT_RECURSIVE | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

	return mount < 0 ? -errno : mount;
}

int mounts_attach(int mount, int at)
{
	return move_mount(mount, "", at, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0 ? -errno : 0;
}

/* -ENOSYS: not with this kernel, or not in this sandbox. */
static int make_read_only(int mount)
{
	struct mount_attr read_only = { .attr_set = MOUNT_ATTR_RDONLY };

	return mount_setattr(mount, "", AT_EMPTY_PATH | AT_RECURSIVE, &read_only, sizeof read_only) < 0 ? -errno : 0;
}

int mounts_attach_read_only(int mount, int at, const char *path)
{
	int made = make_read_only(mount);
	int r = made < 0 && made != -ENOSYS ? made : mounts_attach(mount, at);

	return r == 0 && made == -ENOSYS ? remount_read_only(path) : r;
}

/* A new file system over the folder at path. */
static int mount_over(const char *path, const char *type, unsigned long flags, const char *options)
{
	struct way way;
	OWN(fd) int fd = way_open(path, O_PATH | O_DIRECTORY, &way);

	if (fd < 0)
		return fd;
	return mount(type, way.path, type, MS_NOSUID | MS_NODEV | flags, options) < 0 ? -errno : 0;
}

int mounts_proc(struct start *s, const char **ret_what)
{
	if (!s->order.context.private_pids)
		return 0;
	*ret_what = "/proc";
	return mount_over("/proc", "proc", MS_NOEXEC, NULL);
}

/*
 * In memory, and so gone with the child and empty for the next one. A folder that is not there needs no
 * replacement: nobody can put anything into it.
 */
int mounts_tmp(struct start *s, const char **ret_what)
{
	static const char *const folders[] = { "/tmp", "/var/tmp" };

	for (size_t i = 0; s->order.context.private_tmp && i < ARRAY_LEN(folders); i++) {
		int r = mount_over(folders[i], "tmpfs", 0, "mode=1777");

		*ret_what = folders[i];
		if (r < 0 && r != -ENOENT)
			return r;
	}
	return 0;
}

enum { OWN_PLACES = 3 };

/* A path of `read_only` or `writable` that is there. */
struct place {
	char *path;        /* without links */
	bool  is_writable;
	int   mount;       /* of a writable one: as it was before anything became read only */
};

struct places {
	struct place *at;
	size_t        count;
};

/* Text order puts a folder before what is in it. */
static int compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static bool is_place(const struct places *places, const char *path)
{
	for (size_t i = 0; i < places->count; i++)
		if (strcmp(places->at[i].path, path) == 0)
			return true;
	return false;
}

/* path may be missing when it is optional, and is left out when the settings named it already. */
static int add_place(struct places *places, const char *path, bool is_writable, bool is_optional)
{
	struct place *p = &places->at[places->count];
	struct way way;
	OWN(fd) int fd = way_open(path, O_PATH, &way);

	if (fd == -ENOENT && is_optional)
		return 0;
	if (fd < 0)
		return fd;
	if (is_place(places, way.path))
		return 0;
	*p = (struct place){ .path = strdup(way.path), .is_writable = is_writable, .mount = -1 };
	if (p->path == NULL)
		return -ENOMEM;
	if (is_writable)
		p->mount = mounts_clone(fd);
	if (is_writable && p->mount < 0)
		return p->mount;
	places->count++;
	return 0;
}

static int add_places(struct places *places, const struct texts *list, bool is_writable, const char **ret_what)
{
	for (const char *s = NULL; texts_next(list, &s);) {
		bool is_optional = *s == '-';
		int r = add_place(places, s + is_optional, is_writable, is_optional);

		*ret_what = s + is_optional;
		if (r < 0)
			return r;
	}
	return 0;
}

/* What is the child's own stays writable, unless the settings name it. */
static int add_own_places(struct places *places, const struct start *s, const char **ret_what)
{
	const char *const own[] = { s->order.state_dir, "/tmp", "/var/tmp" };
	size_t count = s->order.context.private_tmp ? OWN_PLACES : 1;

	for (size_t i = 0; i < count; i++) {
		int r = own[i][0] == '\0' ? 0 : add_place(places, own[i], true, true);

		*ret_what = own[i];
		if (r < 0)
			return r;
	}
	return 0;
}

/* The root cannot be covered by another mount, as nobody would see that one; it is one itself. */
static int apply(struct place *p)
{
	OWN(fd) int at = way_open(p->path, O_PATH, NULL);
	int r;

	if (at < 0)
		return at;
	if (strcmp(p->path, "/") == 0) {
		r = p->is_writable ? 0 : make_read_only(at);
		return r == -ENOSYS ? remount_read_only("/") : r;
	}
	if (!p->is_writable)
		p->mount = mounts_clone(at);
	if (p->mount < 0)
		return p->mount;
	r = p->is_writable ? mounts_attach(p->mount, at) : mounts_attach_read_only(p->mount, at, p->path);
	own_fd(&p->mount);
	return r;
}

/*
 * From the outside in, so that of two paths that hold each other the longer one counts. What stays writable is
 * what was, as it was: a mount that the host has read only does not become writable by being named.
 */
int mounts_read_only(struct start *s, const char **ret_what)
{
	const struct context *c = &s->order.context;
	struct places places = { .at = calloc(c->read_only.count + c->writable.count + OWN_PLACES, sizeof *places.at) };
	int r = places.at == NULL ? -ENOMEM : 0;

	if (c->read_only.count == 0)
		return 0;
	if (r == 0)
		r = add_places(&places, &c->read_only, false, ret_what);
	if (r == 0)
		r = add_places(&places, &c->writable, true, ret_what);
	if (r == 0)
		r = add_own_places(&places, s, ret_what);
	if (r == 0)
		qsort(places.at, places.count, sizeof *places.at, compare_places);
	for (size_t i = 0; r == 0 && i < places.count; i++) {
		*ret_what = places.at[i].path;
		r = apply(&places.at[i]);
	}
	return r;
}
