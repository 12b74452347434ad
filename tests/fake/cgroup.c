/* Control groups: folders that hold processes, where this host has them. */
#include "sys/cgroup.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "fake/parts.h"
#include "sys/fd.h"

enum { FOLDERS_MAX = 256, NONE = -1 };

static struct folder {
	char path[256];
	bool used, is_watched;
} folders[FOLDERS_MAX];
static int news[2];
static bool has_cgroups;

void cgroups_begin(void)
{
	memset(folders, 0, sizeof folders);
	news[0] = news[1] = NONE;
	has_cgroups = !world_chance(world_faults.no_cgroups);
}

void cgroups_end(void)
{
	if (news[1] != NONE)
		sys_close(news[1]);
}

static struct folder *find(const char *path)
{
	for (size_t i = 0; i < FOLDERS_MAX; i++)
		if (folders[i].used && strcmp(folders[i].path, path) == 0)
			return &folders[i];
	return NULL;
}

/* Whether p is in the folder or below it. */
static bool is_in(const struct fake_process *p, const char *path)
{
	size_t len = strlen(path);

	return strncmp(p->cgroup, path, len) == 0 && (p->cgroup[len] == '\0' || p->cgroup[len] == '/');
}

static struct fake_process *somebody_in(const char *path)
{
	struct fake_process *p;

	for (size_t i = 0; (p = process_at(i)) != NULL; i++)
		if (p->used && !p->is_zombie && is_in(p, path))
			return p;
	return NULL;
}

const char *sys_controller_name(enum sys_controller one UNUSED)
{
	return "pids";
}

int sys_cgroup_find(char *buf, size_t max)
{
	if (!has_cgroups)
		return -ENOENT;
	(void)snprintf(buf, max, "/cgroup/own");
	return 0;
}

int sys_cgroup_check(const char *path UNUSED)
{
	return 0;
}

int sys_cgroup_make(const char *path)
{
	if (find(path) != NULL)
		return 0;
	if (world_chance(world_faults.cgroup_fails))
		return -ENOSPC;
	for (size_t i = 0; i < FOLDERS_MAX; i++)
		if (!folders[i].used) {
			folders[i].used = true;
			(void)snprintf(folders[i].path, sizeof folders[i].path, "%s", path);
			return 0;
		}
	return -ENOSPC;
}

/* The first thing that is known of reeve's folder is its path: what a former reeve left in it appears here. */
int sys_cgroup_lock(const char *path)
{
	static const char *const names[] = { "acme:s0", "acme:s1", "acme:s2", "globex:s0", "initech:s1" };
	int fds[2];

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct fake_process *p;
		char below[200];

		(void)snprintf(below, sizeof below, "%.150s/%s", path, names[i]);
		if (!world_chance(world_faults.leaves_from_before) || sys_cgroup_make(below) < 0)
			continue;
		p = process_new(PROCESS_MEMBER);
		p->parent = 1;
		p->is_immune = world_chance(500);
		(void)snprintf(p->name, sizeof p->name, "%s", names[i]);
		(void)snprintf(p->cgroup, sizeof p->cgroup, "%s", below);
	}
	if (sys_pipe(fds, NONBLOCK_NONE) < 0)
		return -EMFILE;
	sys_close(fds[1]);
	return fds[0];
}

int sys_cgroup_enter(const char *path UNUSED)
{
	return 0;
}

unsigned sys_cgroup_controllers(const char *path UNUSED)
{
	return 0;
}

unsigned sys_cgroup_enabled(const char *path UNUSED)
{
	return 0;
}

bool sys_cgroup_is_clear(const char *path UNUSED)
{
	return true;
}

int sys_cgroup_enable(const char *path UNUSED, enum sys_controller one UNUSED)
{
	return -ENOENT;
}

int sys_cgroup_remove(const char *path)
{
	struct folder *f = find(path);

	if (f != NULL && somebody_in(path) != NULL)
		return -EBUSY;
	if (f != NULL)
		*f = (struct folder){ .used = false };
	return 0;
}

int sys_cgroup_is_populated(const char *path, bool *ret)
{
	if (find(path) == NULL)
		return -ENOENT;
	*ret = somebody_in(path) != NULL;
	return 0;
}

void sys_cgroup_signal(const char *path, int signo, pid_t but_group)
{
	struct fake_process *p;

	for (size_t i = 0; (p = process_at(i)) != NULL; i++)
		if (p->used && !p->is_zombie && is_in(p, path) && (but_group == 0 || p->group != but_group))
			deliver(p, signo);
}

int sys_cgroup_kill(const char *path)
{
	WORLD_CHECK(find(path) != NULL, "%s is killed and is not there", path);
	sys_cgroup_signal(path, SIGKILL, 0);
	return 0;
}

int sys_cgroup_member(const char *path, pid_t *ret)
{
	const struct fake_process *p = somebody_in(path);

	if (p == NULL)
		return -ESRCH;
	*ret = p->pid;
	return 0;
}

/* ---- watches ---- */

int sys_cgroup_watches(void)
{
	if (world_chance(world_faults.no_watches))
		return -EMFILE;
	return sys_pipe(news, NONBLOCK_BOTH) < 0 ? -EMFILE : news[0];
}

int sys_cgroup_watch(int watches UNUSED, const char *path)
{
	struct folder *f = find(path);

	struct fake_process *p = somebody_in(path);

	if (f == NULL)
		return -ENOENT;
	if (p != NULL && !p->is_immune && world_chance(200))
		process_die(p, false, 0); /* between the look and the watch, which nobody hears of */
	f->is_watched = true;
	return (int)(f - folders);
}

void sys_cgroup_unwatch(int watches UNUSED, int watch)
{
	folders[watch].is_watched = false;
}

int sys_cgroup_changed(int watches)
{
	uint8_t watch;
	ssize_t n = sys_read(watches, &watch, 1);

	return n == 1 ? watch : -EAGAIN;
}

void cgroup_left(const char *path)
{
	const struct folder *f = path[0] != '\0' ? find(path) : NULL;
	uint8_t watch = f != NULL ? (uint8_t)(f - folders) : 0;

	if (f == NULL || !f->is_watched || somebody_in(path) != NULL)
		return;
	WORLD_CHECK(sys_write(news[1], &watch, 1) == 1, "the news of a folder have no room");
}
