#include "sys/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/own.h"
#include "base/path.h"
#include "base/text.h"
#include "sys/fd.h"

enum { CONTROL_FD = 3 };

pid_t sys_pid(void)
{
	return getpid();
}

/*
 * The first PID namespace has a number of its own (PROC_PID_INIT_INO in linux/proc_ns.h). Where /proc
 * is not mounted: process 2 of a machine is kthreadd, which alone of all is in session 0.
 */
bool sys_is_host_init(void)
{
	static const ino_t first = 0xEFFFFFFCU;
	struct stat st;

	if (getpid() != 1)
		return false;
	return stat("/proc/self/ns/pid", &st) == 0 ? st.st_ino == first : getsid(2) == 0;
}

void sys_name_self(const char *name)
{
	(void)prctl(PR_SET_NAME, name, 0UL, 0UL, 0UL); /* a longer one is cut */
}

/* Every signal's default, nothing blocked, a session of its own. */
static int prepare_attributes(posix_spawnattr_t *attr)
{
	sigset_t all, none;
	int r;

	(void)sigfillset(&all);
	(void)sigemptyset(&none);
	r = posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
	if (r == 0)
		r = posix_spawnattr_setsigdefault(attr, &all);
	if (r == 0)
		r = posix_spawnattr_setsigmask(attr, &none);
	return -r;
}

/* glibc's dup2 action clears close-on-exec even when both numbers are the same (since 2.29). */
static int prepare_descriptors(posix_spawn_file_actions_t *actions, int control)
{
	int r = posix_spawn_file_actions_adddup2(actions, control, CONTROL_FD);

	if (r == 0)
		r = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	return -r;
}

int sys_spawn(const char *path, const char *argument, int control, pid_t *ret)
{
	const char *slash = strrchr(path, '/');
	char *argv[] = { (char *)(uintptr_t)(slash != NULL ? slash + 1 : path), (char *)(uintptr_t)argument, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	pid_t pid;
	int r;

	if (posix_spawnattr_init(&attr) != 0)
		return -ENOMEM;
	if (posix_spawn_file_actions_init(&actions) != 0) {
		(void)posix_spawnattr_destroy(&attr);
		return -ENOMEM;
	}
	r = prepare_attributes(&attr);
	if (r == 0)
		r = prepare_descriptors(&actions, control);
	if (r == 0)
		r = -posix_spawn(&pid, path, &actions, &attr, argv, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	(void)posix_spawnattr_destroy(&attr);
	if (r == 0)
		*ret = pid;
	return r;
}

int sys_kill(pid_t pid, int signo)
{
	if (pid <= 1)
		return -EINVAL; /* 0 and -1 stand for groups of others, 1 for init */
	return kill(pid, signo) < 0 ? -errno : 0;
}

int sys_kill_group(pid_t pgid, int signo)
{
	if (pgid <= 1)
		return -EINVAL;
	return kill(-pgid, signo) < 0 ? -errno : 0;
}

int sys_kill_everyone(int signo)
{
	if (getpid() != 1)
		return -EPERM;
	return kill(-1, signo) < 0 ? -errno : 0;
}

pid_t sys_peek_dead(void)
{
	siginfo_t info = { .si_pid = 0 };
	int r;

	do
		r = waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT);
	while (r < 0 && errno == EINTR);
	return r < 0 ? 0 : info.si_pid; /* ECHILD: nobody at all */
}

bool sys_has_children(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0; /* else ECHILD */
}

int sys_reap(pid_t pid, struct exit_status *ret)
{
	int status;
	pid_t r;

	do
		r = waitpid(pid, &status, WNOHANG);
	while (r < 0 && errno == EINTR);
	if (r <= 0)
		return r < 0 ? -errno : -EAGAIN;
	*ret = (struct exit_status){
		.signalled = WIFSIGNALED(status),
		.core = WIFSIGNALED(status) && WCOREDUMP(status),
		.code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
	};
	return 0;
}

int sys_become_subreaper(void)
{
	return prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL) < 0 ? -errno : 0;
}

/* The first max - 1 bytes of a file of /proc, as text. */
static int read_proc(pid_t pid, const char *file, char *buf, size_t max)
{
	char path[64];
	struct text t;

	text_init(&t, path, sizeof path);
	text_addf(&t, "/proc/%d/%s", (int)pid, file);

	OWN(fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -errno : sys_read(fd, buf, max - 1);

	if (n < 0)
		return (int)n;
	buf[n] = '\0';
	return 0;
}

int sys_process_describe(pid_t pid, char *buf, size_t max)
{
	char stat[512], wchan[64] = "";
	const char *after_name;
	struct text t;
	int r = read_proc(pid, "stat", stat, sizeof stat);

	if (r < 0)
		return r;
	after_name = strrchr(stat, ')'); /* the name may hold anything, brackets too */
	if (after_name == NULL || after_name[1] == '\0' || after_name[2] == '\0')
		return -EBADMSG;
	(void)read_proc(pid, "wchan", wchan, sizeof wchan); /* only root may know */
	text_init(&t, buf, max);
	text_addf(&t, "state %c", after_name[2]);
	if (wchan[0] != '\0' && strcmp(wchan, "0") != 0)
		text_addf(&t, " in %s", wchan);
	return 0;
}

int sys_raise_descriptors(uint64_t *ret)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return -errno;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		return -errno;
	*ret = limit.rlim_cur;
	return 0;
}

void sys_signals_prepare(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigaction(SIGPIPE, &ignore, NULL); /* cannot fail for this signal */
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}
