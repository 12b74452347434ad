#include "solo/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_pipe(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode);
}

void solo_terminal_open(struct solo_terminal *ret)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		fd = tcgetpgrp(STDIN_FILENO) >= 0 ? STDIN_FILENO : -1; /* an empty image has no /dev/tty */
	*ret = (struct solo_terminal){
		.fd = fd,
		.ours = getpgrp(),
		.shared = fd >= 0 && (is_pipe(STDIN_FILENO) || is_pipe(STDOUT_FILENO)),
	};
}

static void lend(struct solo_terminal *t, pid_t group)
{
	if (t->fd >= 0 && tcgetpgrp(t->fd) == t->ours)
		t->lent = tcsetpgrp(t->fd, group) == 0;
}

void solo_terminal_lend(struct solo_terminal *t, pid_t group)
{
	if (!t->shared)
		lend(t, group);
}

void solo_terminal_take_back(struct solo_terminal *t, pid_t child)
{
	pid_t now = t->lent ? tcgetpgrp(t->fd) : -1;

	if (now == child || (now > 0 && kill(-now, 0) < 0 && errno == ESRCH))
		(void)tcsetpgrp(t->fd, t->ours); /* our group may be of another namespace, and then cannot be named */
	t->lent = false;
}

void solo_terminal_continue(struct solo_terminal *t, pid_t child)
{
	solo_terminal_lend(t, child);
	(void)kill(-child, SIGCONT);
}

/* Our whole group, as the kernel would have; true when we stopped, and were continued since. */
static bool stop_ourselves(int signo)
{
	sigset_t one, pending;

	if (getpid() == 1)
		return false;
	(void)sigemptyset(&one);
	(void)sigaddset(&one, signo);
	(void)sigemptyset(&pending);
	(void)sigprocmask(SIG_UNBLOCK, &one, NULL);
	(void)kill(0, signo);
	(void)sigprocmask(SIG_BLOCK, &one, NULL);
	return sigpending(&pending) == 0 && sigismember(&pending, SIGCONT) == 1; /* it is waited for next */
}

void solo_terminal_stop(struct solo_terminal *t, pid_t child, int signo)
{
	bool wants_it = signo == SIGTTIN || signo == SIGTTOU;

	if (t->fd < 0 || (signo != SIGTSTP && !wants_it))
		return;
	if (wants_it)
		lend(t, child); /* it asks; or a shell made us the foreground without a word */
	else
		solo_terminal_take_back(t, child);
	if (t->lent)
		(void)kill(-child, SIGCONT);
	else if (!stop_ourselves(signo) && signo == SIGTSTP)
		solo_terminal_continue(t, child);
}
