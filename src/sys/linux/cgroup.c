#include "sys/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/io.h"
#include "base/own.h"
#include "base/parse.h"
#include "base/path.h"
#include "base/text.h"
#include "sys/linux/cgroup_find.h"
#include "sys/process.h"

enum {
	PROC_MAX  = 4 << 20,  /* of /proc/self/mountinfo: more than that is nobody's host */
	FILE_MAX  = 4096,     /* of a folder's file at run time: all of it, but for cgroup.procs */
	DEPTH_MAX = 8,        /* of folders that a child may have made below its own */
};

static const struct {
	enum sys_controller bit;
	const char         *name;
} controllers[] = {
	{ CGROUP_CPU, "cpu" }, { CGROUP_MEMORY, "memory" }, { CGROUP_IO, "io" }, { CGROUP_PIDS, "pids" },
};

const char *sys_controller_name(enum sys_controller one)
{
	for (size_t i = 0; i < ARRAY_LEN(controllers); i++)
		if (controllers[i].bit == one)
			return controllers[i].name;
	return "?";
}

int sys_cgroup_find(char *buf, size_t max)
{
	OWN(mem) char *self = NULL;
	OWN(mem) char *mounts = NULL;
	size_t len;
	int r = io_read_file(AT_FDCWD, "/proc/self/cgroup", PROC_MAX, &self, &len);

	if (r == 0)
		r = io_read_file(AT_FDCWD, "/proc/self/mountinfo", PROC_MAX, &mounts, &len);
	return r < 0 ? r : cgroup_find(self, mounts, buf, max);
}

int sys_cgroup_check(const char *path)
{
	struct statfs fs;

	if (statfs(path, &fs) < 0)
		return -errno;
	if (fs.f_type != CGROUP2_SUPER_MAGIC)
		return -ENOTSUP;
	return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) < 0 ? -errno : 0;
}

int sys_cgroup_make(const char *path)
{
	return mkdir(path, 0755) < 0 && errno != EEXIST ? -errno : 0;
}

int sys_cgroup_lock(const char *path)
{
	OWN(fd) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0)
		return -errno;
	return take_fd(&fd);
}

/* ---- files of a folder ---- */

static int write_file(const char *path, const char *file, const char *text)
{
	char full[PATH_MAX];
	int r = path_join(full, sizeof full, path, file);

	return r < 0 ? r : io_write_text(full, text);
}

/* The first max - 1 bytes, as text. */
static int read_file(const char *path, const char *file, char *buf, size_t max)
{
	char full[PATH_MAX];
	int r = path_join(full, sizeof full, path, file);

	if (r < 0)
		return r;

	OWN(fd) int fd = open(full, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -errno : read(fd, buf, max - 1);

	if (n < 0)
		return fd < 0 ? (int)n : -errno;
	buf[n] = '\0';
	return 0;
}

int sys_cgroup_enter(const char *path)
{
	return write_file(path, "cgroup.procs", "0");
}

/* The bits of the names that the file lists between white space. */
static unsigned read_controllers(const char *path, const char *file)
{
	char text[FILE_MAX];
	unsigned bits = 0;

	if (read_file(path, file, text, sizeof text) < 0)
		return 0;
	for (const char *p = text + strspn(text, " \n"); *p != '\0'; p += strspn(p, " \n")) {
		size_t len = strcspn(p, " \n");

		for (size_t i = 0; i < ARRAY_LEN(controllers); i++)
			if (strlen(controllers[i].name) == len && strncmp(p, controllers[i].name, len) == 0)
				bits |= controllers[i].bit;
		p += len;
	}
	return bits;
}

unsigned sys_cgroup_controllers(const char *path)
{
	return read_controllers(path, "cgroup.controllers");
}

unsigned sys_cgroup_enabled(const char *path)
{
	return read_controllers(path, "cgroup.subtree_control");
}

/* The root has no type (cgroups(7)). */
bool sys_cgroup_is_clear(const char *path)
{
	char text[FILE_MAX];

	if (read_file(path, "cgroup.type", text, sizeof text) == -ENOENT)
		return true;
	return read_file(path, "cgroup.procs", text, sizeof text) == 0 && text[0] == '\0';
}

int sys_cgroup_enable(const char *path, enum sys_controller one)
{
	char word[16];
	struct text t;

	text_init(&t, word, sizeof word);
	text_addf(&t, "+%s", sys_controller_name(one));
	return write_file(path, "cgroup.subtree_control", word);
}

int sys_cgroup_is_populated(const char *path, bool *ret)
{
	char text[FILE_MAX];
	int r = read_file(path, "cgroup.events", text, sizeof text);

	if (r == 0)
		*ret = strstr(text, "populated 1") != NULL;
	return r;
}

/* ---- a folder and those below it ---- */

/* What is done to one folder on a walk; arg is the walk's. Other than 0 ends it. */
typedef int visit_fn(const char *path, void *arg);

/* The folder itself comes after those below it. opendir(3) allocates, for as long as one folder is read. */
static int walk(const char *path, unsigned depth, visit_fn *visit, void *arg)
{
	OWN(dir) DIR *dir = depth < DEPTH_MAX ? opendir(path) : NULL;
	const struct dirent *d;

	while (dir != NULL && (d = readdir(dir)) != NULL) {
		char below[PATH_MAX];
		int r;

		if (d->d_type != DT_DIR || d->d_name[0] == '.' || path_join(below, sizeof below, path, d->d_name) < 0)
			continue;
		r = walk(below, depth + 1, visit, arg);
		if (r != 0)
			return r;
	}
	return visit(path, arg);
}

static int remove_one(const char *path, void *arg UNUSED)
{
	(void)rmdir(path); /* the one that counts is asked for again */
	return 0;
}

int sys_cgroup_remove(const char *path)
{
	if (rmdir(path) == 0 || errno == ENOENT)
		return 0;
	if (errno != EBUSY && errno != ENOTEMPTY)
		return -errno;
	(void)walk(path, 0, remove_one, NULL);
	return rmdir(path) < 0 && errno != ENOENT ? -errno : 0;
}

/* The numbers of cgroup.procs as far as they were read whole; the next one, 0 at the end. */
static pid_t next_number(char **at)
{
	char *end = strchr(*at, '\n');
	uint64_t pid;

	if (end == NULL)
		return 0;
	*end = '\0';
	if (parse_u64(*at, INT_MAX, &pid) < 0)
		return 0; /* 0 is what the kernel writes for a process outside of this pid namespace */
	*at = end + 1;
	return (pid_t)pid;
}

struct signalling {
	int   signo;
	pid_t but_group;
};

static int signal_one(const char *path, void *arg)
{
	const struct signalling *what = arg;
	char text[FILE_MAX], *at = text;
	pid_t pid;

	if (read_file(path, "cgroup.procs", text, sizeof text) < 0)
		return 0;
	while ((pid = next_number(&at)) > 0)
		if (what->but_group == 0 || getpgid(pid) != what->but_group)
			(void)sys_kill(pid, what->signo); /* -ESRCH: it was faster */
	return 0;
}

void sys_cgroup_signal(const char *path, int signo, pid_t but_group)
{
	struct signalling what = { signo, but_group };

	(void)walk(path, 0, signal_one, &what); /* nobody ends it early */
}

int sys_cgroup_kill(const char *path)
{
	int r = write_file(path, "cgroup.kill", "1");

	if (r != -ENOENT && r != -EOPNOTSUPP)
		return r;
	sys_cgroup_signal(path, SIGKILL, 0);
	return 0;
}

static int find_one(const char *path, void *arg)
{
	pid_t *pid = arg;
	char text[FILE_MAX], *at = text;

	if (read_file(path, "cgroup.procs", text, sizeof text) == 0)
		*pid = next_number(&at);
	return *pid > 0;
}

int sys_cgroup_member(const char *path, pid_t *ret)
{
	pid_t pid = 0;

	if (walk(path, 0, find_one, &pid) == 0)
		return -ESRCH;
	*ret = pid;
	return 0;
}

/* ---- watches ---- */

int sys_cgroup_watches(void)
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int sys_cgroup_watch(int watches, const char *path)
{
	char full[PATH_MAX];
	int r = path_join(full, sizeof full, path, "cgroup.events");

	if (r < 0)
		return r;
	r = inotify_add_watch(watches, full, IN_MODIFY);
	return r < 0 ? -errno : r;
}

void sys_cgroup_unwatch(int watches, int watch)
{
	(void)inotify_rm_watch(watches, watch); /* EINVAL: its folder is gone, and so is it */
}

int sys_cgroup_changed(int watches)
{
	struct inotify_event one; /* without a name, as no folder is watched: a read takes one event */
	ssize_t n = read(watches, &one, sizeof one);

	if (n < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	return n == (ssize_t)sizeof one ? one.wd : -EAGAIN;
}
