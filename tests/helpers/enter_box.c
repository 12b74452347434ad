/*
 * enter_box PID UID COMMAND [ARGUMENT...]: runs the command beside the process PID, in its namespaces for
 * users, processes and mounts. What nsenter(1) cannot: the first of them may lie below the one that owns
 * the others, and there need not be a /proc in there. UID is taken where there is no namespace of users.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/parse.h"

static void die(const char *what) NORETURN;
static void die(const char *what)
{
	fprintf(stderr, "enter_box: %s: %s\n", what, strerror(errno));
	_exit(125);
}

static int open_namespace(const char *pid, const char *kind)
{
	char path[64];
	int fd;

	(void)snprintf(path, sizeof path, "/proc/%s/ns/%s", pid, kind);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die(path);
	return fd;
}

static bool is_same(int a, int b)
{
	struct stat x, y;

	return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_ino == y.st_ino;
}

static void enter(int fd, int kind, const char *what)
{
	if (setns(fd, kind) < 0)
		die(what);
}

/* True when the command is still to become another user. */
static bool enter_all(const char *pid)
{
	int users = open_namespace(pid, "user"), own = open_namespace("self", "user");
	int processes = open_namespace(pid, "pid"), mounts = open_namespace(pid, "mnt");
	int owner = ioctl(processes, NS_GET_USERNS);

	if (owner < 0)
		die("NS_GET_USERNS");
	if (!is_same(owner, own))
		enter(owner, CLONE_NEWUSER, "owner");
	enter(processes, CLONE_NEWPID, "pid");
	enter(mounts, CLONE_NEWNS, "mnt");
	if (!is_same(users, owner))
		enter(users, CLONE_NEWUSER, "user");
	return is_same(users, own);
}

int main(int argc, char **argv)
{
	uint64_t uid;
	bool becomes;
	int status;
	pid_t pid;

	if (argc < 4 || parse_u64(argv[2], UINT32_MAX, &uid) < 0)
		return 125;
	becomes = enter_all(argv[1]);
	pid = fork(); /* the namespace for processes is the children's */
	if (pid < 0)
		die("fork");
	if (pid == 0) {
		if (chdir("/") < 0)
			die("/");
		if (becomes && uid != 0 && (setgroups(0, NULL) < 0 || setgid((gid_t)uid) < 0 || setuid((uid_t)uid) < 0))
			die("uid");
		(void)execvp(argv[3], argv + 3);
		die(argv[3]);
	}
	if (waitpid(pid, &status, 0) < 0)
		die("wait");
	/* At once: a sanitizer that looks back at this process from other namespaces never ends. */
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}
