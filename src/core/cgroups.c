#include "core/cgroups.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/path.h"
#include "base/text.h"
#include "sys/cgroup.h"
#include "sys/fd.h"

enum { SAME_NAME_MAX = 8 }; /* reeves with one socket's name in one folder: containers that share it */

void cgroups_init(struct cgroups *c)
{
	*c = (struct cgroups){ .lock = -1 };
}

/* FNV-1a (draft-eastlake-fnv, 64 bits): a name for a name that may hold slashes. */
static uint64_t hash(const char *s)
{
	uint64_t h = 14695981039346656037U;

	for (; *s != '\0'; s++)
		h = (h ^ (uint8_t)*s) * 1099511628211U;
	return h;
}

/* The folder that ours is to be made in. */
static int find_parent(const struct org_conf *org, char *buf, size_t max)
{
	int r;

	if (org->cgroup[0] == '/')
		r = text_copy(buf, max, org->cgroup);
	else
		r = sys_cgroup_find(buf, max);
	return r < 0 ? r : sys_cgroup_check(buf);
}

static int name_folder(struct cgroups *c, const char *parent, const struct org_conf *org, unsigned nth)
{
	struct text t;

	text_init(&t, c->folder, sizeof c->folder);
	text_addf(&t, "%s/reeve-%016llx", parent, (unsigned long long)hash(org->socket));
	if (nth > 0)
		text_addf(&t, "-%u", nth);
	return t.full ? -ENAMETOOLONG : 0;
}

/* The first of our names that nobody else has. */
static int take_folder(struct cgroups *c, const char *parent, const struct org_conf *org)
{
	int r = -EWOULDBLOCK;

	for (unsigned nth = 0; nth < SAME_NAME_MAX && r == -EWOULDBLOCK; nth++) {
		r = name_folder(c, parent, org, nth);
		if (r == 0)
			r = sys_cgroup_make(c->folder);
		if (r == 0)
			r = sys_cgroup_lock(c->folder);
	}
	if (r < 0)
		return r;
	c->lock = r;
	return 0;
}

/*
 * Whether processes of ours may be moved there: reeve goes and comes back. A folder that was given to this
 * user may still be out of reach for those who are not in it (cgroup-v2.rst, delegation containment).
 */
static int try_moving(const struct cgroups *c)
{
	char home[PATH_MAX];
	int r = sys_cgroup_find(home, sizeof home);

	if (r == 0)
		r = sys_cgroup_enter(c->folder);
	return r < 0 ? r : sys_cgroup_enter(home);
}

/* Out of parent, which may have no processes of its own while it has controllers for others. */
static int move_out(struct cgroups *c)
{
	struct text t;
	int r;

	text_init(&t, c->self, sizeof c->self);
	text_add(&t, c->folder);
	text_add(&t, ".self");
	r = t.full ? -ENAMETOOLONG : sys_cgroup_make(c->self);
	return r < 0 ? r : sys_cgroup_enter(c->self);
}

/* Moved for nothing: others are in parent, too. */
static void move_back(struct cgroups *c, const char *parent)
{
	if (c->self[0] == '\0' || sys_cgroup_enabled(parent) != 0)
		return;
	if (sys_cgroup_enter(parent) == 0 && sys_cgroup_remove(c->self) == 0)
		c->self[0] = '\0';
}

/* Enables one controller from parent down to the children's folders; whether it is. */
static bool enable(struct cgroups *c, const char *parent, enum sys_controller one)
{
	int r = sys_cgroup_enabled(parent) & one ? 0 : sys_cgroup_enable(parent, one);

	return r == 0 && sys_cgroup_enable(c->folder, one) == 0;
}

/*
 * Nobody is left in parent itself. Over processes the kernel enables cpu and pids all the same, and then nothing
 * below is a group that others could be enabled for, or a child could enter (cgroup-v2.rst, Threads).
 */
static bool clear(struct cgroups *c, const char *parent)
{
	if (sys_cgroup_is_clear(parent))
		return true;
	return move_out(c) == 0 && sys_cgroup_is_clear(parent);
}

static void enable_all(struct cgroups *c, const char *parent)
{
	unsigned there = sys_cgroup_controllers(parent);

	if (there != 0 && !clear(c, parent))
		there = 0;
	for (unsigned one = 1; one <= CGROUP_ALL; one <<= 1)
		if ((there & one) && enable(c, parent, (enum sys_controller)one))
			c->controllers |= one;
	move_back(c, parent);
}

void cgroups_format(unsigned controllers, char *buf, size_t max)
{
	struct text t;

	text_init(&t, buf, max);
	for (unsigned one = 1; one <= CGROUP_ALL; one <<= 1)
		if (controllers & one)
			text_addf(&t, "%s%s", t.len > 0 ? " " : "", sys_controller_name((enum sys_controller)one));
	if (t.len == 0)
		text_add(&t, "none");
}

static void explain(struct cgroups *c, const char *parent, int error)
{
	struct text t;

	text_init(&t, c->why_not, sizeof c->why_not);
	if (error == 0)
		text_add(&t, "[reeve] cgroup = none");
	else if (parent[0] == '\0')
		text_addf(&t, "no mount of cgroup v2 shows the one that reeve is in: %s", strerror(-error));
	else
		text_addf(&t, "%s: %s", parent, error == -ENOTSUP ? "no control group of version 2" : strerror(-error));
	c->folder[0] = '\0';
}

static bool is_off(const struct org_conf *org)
{
	return strcmp(org->cgroup, "none") == 0;
}

void cgroups_take(struct cgroups *c, const struct org_conf *org)
{
	char parent[PATH_MAX] = "";
	int r = is_off(org) ? 0 : find_parent(org, parent, sizeof parent);

	if (!is_off(org) && r == 0)
		r = take_folder(c, parent, org);
	if (!is_off(org) && r == 0)
		r = try_moving(c);
	if (is_off(org) || r < 0) {
		cgroups_leave(c);
		explain(c, parent, r);
		return;
	}
	(void)sys_cgroup_kill(c->folder); /* what a former reeve left; who is not gone by then is met at each start */
	enable_all(c, parent);
}

void cgroups_look(struct cgroups *c, const struct org_conf *org)
{
	char parent[PATH_MAX] = "";
	int r = is_off(org) ? 0 : find_parent(org, parent, sizeof parent);

	if (!is_off(org) && r == 0)
		r = name_folder(c, parent, org, 0);
	if (is_off(org) || r < 0)
		explain(c, parent, r);
	else
		c->controllers = sys_cgroup_controllers(parent);
}

void cgroups_leave(struct cgroups *c)
{
	if (c->lock < 0)
		return;
	(void)sys_cgroup_remove(c->folder); /* who is stuck stays in it, for the next reeve to find */
	sys_close(c->lock);
	c->lock = -1;
}

int cgroups_child(const struct cgroups *c, const char *name, char *buf, size_t max)
{
	return c->folder[0] == '\0' ? -ENOENT : path_join(buf, max, c->folder, name);
}
