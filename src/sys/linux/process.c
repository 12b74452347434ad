#include "sys/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/own.h"
#include "base/parse.h"
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

struct spawning {
	const char  *path;
	char       **argv;
	int          control;
	volatile int error;  /* written by the child, whose memory is ours: no store may be left out */
};

/* The signals that can be are given back their defaults; libc's own two are left as they are (nptl(7)). */
static void restore_signals(void)
{
	const struct sigaction usual = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int signo = 1; signo < NSIG; signo++)
		(void)sigaction(signo, &usual, NULL); /* KILL and STOP refuse */
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The new process, in our memory while we wait: it calls the kernel and touches nothing else. */
static void become_helper(struct spawning *s) NORETURN;
static void become_helper(struct spawning *s)
{
	int null;

	(void)setsid(); /* a process that was just made leads no group: it cannot fail */
	restore_signals();
	null = open("/dev/null", O_RDONLY);
	if (null < 0 || (null != STDIN_FILENO && dup2(null, STDIN_FILENO) < 0) ||
	    (s->control == CONTROL_FD ? fcntl(CONTROL_FD, F_SETFD, 0) : dup2(s->control, CONTROL_FD)) < 0) {
		s->error = errno;
		_exit(127);
	}
	if (null > STDIN_FILENO && null != CONTROL_FD)
		(void)close(null);
	(void)execve(s->path, s->argv, environ);
	s->error = errno;
	_exit(127);
}

/*
 * Not posix_spawn(3): since glibc 2.34 it asks for clone3(2), and gives up where a sandbox answers that with
 * EPERM in place of ENOSYS. No signal may be taken while the new process has our memory and our handlers.
 */
int sys_spawn(const char *path, const char *argument, int control, pid_t *ret)
{
	const char *slash = strrchr(path, '/');
	char *argv[] = { (char *)(uintptr_t)(slash != NULL ? slash + 1 : path), (char *)(uintptr_t)argument, NULL };
	struct spawning s = { .path = path, .argv = argv, .control = control };
	sigset_t all, before;
	pid_t pid;
	int error;

	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, &before);
	pid = vfork();
	if (pid == 0)
		become_helper(&s);
	error = pid < 0 ? errno : s.error;
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	if (pid > 0 && error != 0)
		(void)waitpid(pid, NULL, 0); /* it ended before we went on */
	if (error != 0)
		return -error;
	*ret = pid;
	return 0;
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

bool sys_has_group(pid_t pgid)
{
	return pgid > 1 && (kill(-pgid, 0) == 0 || errno == EPERM);
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

pid_t sys_take_stopped(void)
{
	siginfo_t info = { .si_pid = 0 };
	int r;

	do
		r = waitid(P_ALL, 0, &info, WSTOPPED | WNOHANG);
	while (r < 0 && errno == EINTR);
	return r < 0 ? 0 : info.si_pid;
}

bool sys_has_children(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0; /* else ECHILD */
}

/* A walk through the list of children. */
struct children {
	bool (*visit)(void *arg, pid_t pid);
	void  *arg;
	int    visited;
	bool   is_over;   /* visit() said so, or the list is none */
};

/* Visits those whose numbers are whole in the len bytes at text; how many bytes that were. */
static size_t visit_children(struct children *c, char *text, size_t len)
{
	char *at = text, *space;
	uint64_t pid;

	while (!c->is_over && (space = memchr(at, ' ', len - (size_t)(at - text))) != NULL) {
		*space = '\0';
		c->is_over = parse_u64(at, INT_MAX, &pid) < 0 || !c->visit(c->arg, (pid_t)pid);
		c->visited++;
		at = space + 1;
	}
	return (size_t)(at - text);
}

/* The list of that process, from its beginning. Our own is opened once, and is asked for when there is no descriptor left. */
static int open_children(pid_t parent)
{
	static int own = -1;
	char path[64];
	struct text t;
	int fd;

	if (parent == 0 && own >= 0)
		return lseek(own, 0, SEEK_SET) < 0 ? -errno : own;
	text_init(&t, path, sizeof path);
	if (parent == 0)
		text_addf(&t, "/proc/self/task/%d/children", (int)getpid());
	else
		text_addf(&t, "/proc/%d/task/%d/children", (int)parent, (int)parent);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (parent == 0)
		own = fd;
	return fd < 0 ? -errno : fd;
}

static int go_through(struct children *c, int fd)
{
	char buf[4096];
	size_t len = 0, used;
	ssize_t n;

	while (!c->is_over && (n = sys_read(fd, buf + len, sizeof buf - len)) != 0) {
		if (n < 0)
			return (int)n;
		len += (size_t)n;
		used = visit_children(c, buf, len);
		len -= used;
		memmove(buf, buf + used, len);
	}
	return c->visited;
}

int sys_each_child(pid_t parent, bool (*visit)(void *arg, pid_t pid), void *arg)
{
	struct children c = { .visit = visit, .arg = arg };
	int fd = open_children(parent);
	int r = fd < 0 ? fd : go_through(&c, fd);

	if (parent != 0)
		sys_close(fd);
	return r;
}

bool sys_has_proc(void)
{
	(void)open_children(0); /* a kernel without it tells when it is needed */
	return access("/proc/self/stat", R_OK) == 0;
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

void sys_signal_ignore(int signo)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	(void)sigaction(signo, &ignore, NULL); /* fails for KILL and STOP alone, which nobody asks for */
}

void sys_signals_prepare(const int *kept, size_t n)
{
	sigset_t blocked;

	(void)sigemptyset(&blocked);
	for (size_t i = 0; i < n; i++)
		(void)sigaddset(&blocked, kept[i]);
	sys_signal_ignore(SIGPIPE);
	(void)sigprocmask(SIG_SETMASK, &blocked, NULL);
}
