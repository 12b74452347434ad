#include "launch/root.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "base/own.h"
#include "launch/mounts.h"
#include "launch/namespaces.h"
#include "launch/start.h"
#include "launch/way.h"

static bool has_own(const struct start *s)
{
	return s->order.context.chroot[0] != '\0';
}

static int change_to(int folder)
{
	return fchdir(folder) < 0 || chroot(".") < 0 ? -errno : 0;
}

/* Goes there and back: whoever may change the root may leave it again. */
static int try_both(struct start *s)
{
	int r = s->root.inside;

	if (r < 0)
		return r;
	s->root.outside = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (s->root.outside < 0)
		return -errno;
	r = change_to(s->root.inside);
	return r < 0 ? r : change_to(s->root.outside);
}

void root_find(struct start *s)
{
	const char *path = s->order.context.chroot;
	struct problem *p;
	int r;

	s->root = (struct root){ -1, -1 };
	if (!has_own(s))
		return;
	s->root.inside = way_open(path, O_PATH | O_DIRECTORY, NULL);
	r = try_both(s);
	if (r == 0)
		return;
	s->root.inside = -1;
	p = report_problem(&s->report);
	problem_set(p, PROBLEM_HOST, r == -EPERM ? "chroot-forbidden" : "chroot-unusable", path, "%s", strerrordesc_np(-r));
	if (r == -EPERM) {
		problem_expect(p, "root, who may change the root folder");
		problem_remedy(p, "Run reeve as root, or take chroot = out of [service:%s]", s->order.service);
	} else {
		problem_expect(p, "a folder that no link of another user leads to");
		problem_remedy(p, "Make the folder, or correct chroot = in [service:%s]", s->order.service);
	}
}

bool root_is_lost(const struct start *s)
{
	return has_own(s) && s->root.inside < 0;
}

void root_lend(const struct start *s)
{
	if (s->root.inside >= 0)
		(void)change_to(s->root.inside); /* root_find() saw that it can be done */
}

void root_return(const struct start *s)
{
	if (s->root.inside >= 0)
		(void)change_to(s->root.outside);
}

int root_enter(struct start *s, const char **ret_what)
{
	OWN(fd) int folder = -1;

	if (!has_own(s))
		return 0;
	*ret_what = s->order.context.chroot;
	folder = way_open(s->order.context.chroot, O_PATH | O_DIRECTORY, NULL);
	if (folder >= 0 && namespaces_wanted(&s->order.context) & CLONE_NEWNS) {
		int mount = mounts_clone(folder);
		int r = mount < 0 ? mount : mounts_attach(mount, folder);

		own_fd(&folder);
		folder = mount;
		if (r < 0)
			return r;
	}
	return folder < 0 ? folder : change_to(folder);
}
