/*
 * Control groups of version 2 (cgroups(7); Documentation/admin-guide/cgroup-v2.rst): folders that hold
 * processes, named by their paths. Errors are negative errno; nothing here waits, and after
 * sys_cgroup_find() nothing allocates. What a folder's file says is the kernel's word; it is read into
 * small buffers all the same.
 */
#ifndef SYS_CGROUP_H
#define SYS_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/attr.h"

/* What limits need; a bit each. */
enum sys_controller { CGROUP_CPU = 1, CGROUP_MEMORY = 2, CGROUP_IO = 4, CGROUP_PIDS = 8, CGROUP_ALL = 15 };

/* "cpu" for one of them. */
const char *sys_controller_name(enum sys_controller one);

/* The folder that this process is in, in whatever mount shows it; -ENOENT when none does. */
int sys_cgroup_find(char *buf, size_t max) MUST_CHECK;

/* Whether folders can be made in it: -ENOTSUP when path is no control group, -EACCES, -EROFS. */
int sys_cgroup_check(const char *path) MUST_CHECK;

/* There already is fine. */
int sys_cgroup_make(const char *path) MUST_CHECK;

/*
 * Takes the folder for as long as the descriptor is open, and tells it; -EWOULDBLOCK when another process
 * has it. The kernel lets go of it with the process, however that ends.
 */
int sys_cgroup_lock(const char *path) MUST_CHECK;

/* Moves this process there, and with it whatever it starts from now on. */
int sys_cgroup_enter(const char *path) MUST_CHECK;

/* The controllers that are there for it: bits. 0 also when that cannot be told. */
unsigned sys_cgroup_controllers(const char *path);

/* Those that are enabled for the folders below it. */
unsigned sys_cgroup_enabled(const char *path);

/* Whether nobody is in path itself, below it aside; or it is the root, where that does not count. */
bool sys_cgroup_is_clear(const char *path);

/* Enables one for the folders below it; -EBUSY: there are processes in path itself. */
int sys_cgroup_enable(const char *path, enum sys_controller one) MUST_CHECK;

/* Removes it and what is below it, as far as that is empty; -EBUSY: somebody is in it. */
int sys_cgroup_remove(const char *path);

/* Whether a living process is in it or below it; -ENOENT when there is no such folder. */
int sys_cgroup_is_populated(const char *path, bool *ret) MUST_CHECK;

/*
 * SIGKILL to everything in it and below it, at once and with what is being forked (cgroup.kill, Linux 5.14).
 * Before that each process by its number, as many as one read tells: to be repeated until nobody is left.
 */
int sys_cgroup_kill(const char *path);

/*
 * signo to each process in it and below it, as many as one read of each folder tells; but not to those of
 * the process group but_group (0: none).
 */
void sys_cgroup_signal(const char *path, int signo, pid_t but_group);

/* The number of somebody in it or below it; -ESRCH when nobody is. */
int sys_cgroup_member(const char *path, pid_t *ret) MUST_CHECK;

/* A descriptor that becomes readable when one of the folders watched may have become empty. */
int sys_cgroup_watches(void) MUST_CHECK;

/* Watches one more; tells a number that stands for it. */
int sys_cgroup_watch(int watches, const char *path) MUST_CHECK;
void sys_cgroup_unwatch(int watches, int watch);

/* The next of them that changed; -EAGAIN when none did. */
int sys_cgroup_changed(int watches) MUST_CHECK;

#endif
