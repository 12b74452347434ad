#include "entry/program.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "entry/plan.h"
#include "entry/say.h"

enum { EXECUTE_FAILED = 127 };

/* Executes that file, or says why not. argv[-1] is there. */
static int execute_file(const char *file, char **argv)
{
	static char shell[] = "/bin/sh";

	(void)execve(file, argv, environ);
	if (errno != ENOEXEC)
		return -errno;
	argv[-1] = shell;
	argv[0] = (char *)(uintptr_t)file;
	(void)execve(shell, argv - 1, environ);
	return -ENOEXEC;
}

/* One part of PATH, an empty one being the current folder; *ret_end is what follows it. */
static int join_part(char *buf, const char *part, const char *name, const char **ret_end)
{
	size_t len = strcspn(part, ":");
	struct text t;

	text_init(&t, buf, PATH_MAX);
	text_add_bytes(&t, part, len);
	if (len > 0)
		text_add(&t, "/");
	text_add(&t, name);
	*ret_end = part[len] == ':' ? part + len + 1 : NULL;
	return t.full ? -ENAMETOOLONG : 0;
}

static int execute(char **argv)
{
	const char *path = getenv("PATH"), *name = argv[0];
	char file[PATH_MAX];
	int worst = -ENOENT;

	if (strchr(name, '/') != NULL || name[0] == '\0')
		return execute_file(name, argv);
	for (const char *part = path != NULL ? path : "/usr/local/bin:/usr/bin:/bin"; part != NULL;) {
		int r = join_part(file, part, name, &part);

		if (r == 0)
			r = execute_file(file, argv);
		if (r == -EACCES)
			worst = r; /* there may be one farther on */
		else if (r != -ENOENT && r != -ENOTDIR && r != -ENAMETOOLONG)
			return r;
	}
	return worst;
}

/*
 * A leader that gives up its terminal is sent SIGHUP and SIGCONT (tty_ioctl(4), TIOCNOTTY), which are
 * not for the child.
 */
static void give_up_terminal(void)
{
	const struct timespec now = { 0 };
	sigset_t set;

	if (ioctl(STDIN_FILENO, TIOCNOTTY) < 0 || getsid(0) != getpid())
		return;
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGHUP);
	(void)sigaddset(&set, SIGCONT);
	while (sigtimedwait(&set, NULL, &now) > 0)
		;
}

/*
 * Sockets that a manager passes are taken by the process that LISTEN_PID names (sd_listen_fds(3)), and
 * whoever started us knew no number but ours.
 */
static void address_sockets(void)
{
	static const char name[] = "LISTEN_PID=";
	static char childs[sizeof name + SAY_NUMBER_MAX]; /* the environment has it from now on */
	char number[SAY_NUMBER_MAX];
	struct text t;

	for (char **v = environ; *v != NULL; v++) {
		if (!text_starts_with(*v, name))
			continue;
		if (strcmp(*v + strlen(name), say_number(number, getppid())) != 0)
			return;
		text_init(&t, childs, sizeof childs);
		text_add(&t, name);
		text_add(&t, say_number(number, getpid()));
		*v = childs;
		return;
	}
}

/* In the child, which shares our memory until it executes. */
static int become(const struct plan *plan, const struct solo_signals *were, struct solo_terminal *terminal)
{
	if (plan->group == PLAN_SESSION) {
		(void)setsid(); /* a new process leads no group: cannot fail */
		(void)ioctl(STDIN_FILENO, TIOCSCTTY, 0); /* nothing to have, or another session has it */
	} else if (plan->group == PLAN_GROUP) {
		(void)setpgid(0, 0);
		solo_terminal_lend(terminal, getpid());
	}
	address_sockets();
	solo_give_signals(were);
	return execute(plan->command);
}

int program_start(const struct plan *plan, const struct solo_signals *were, struct solo_terminal *terminal,
                  pid_t *ret, enum program_stage *ret_failed)
{
	volatile int error = 0;
	pid_t pid;

	if (plan->group == PLAN_SESSION)
		give_up_terminal();
	pid = vfork(); /* a copy of even this little memory would cost more than all that we do */
	if (pid == 0) {
		error = become(plan, were, terminal);
		_exit(EXECUTE_FAILED);
	}
	if (pid < 0 || error < 0) {
		*ret_failed = pid < 0 ? PROGRAM_FORK : PROGRAM_EXECUTE;
		error = pid < 0 ? -errno : error;
		if (pid > 0)
			(void)waitpid(pid, NULL, 0);
		if (terminal->lent && pid > 0)
			solo_terminal_take_back(terminal, pid);
		return error;
	}
	*ret = pid;
	return 0;
}

void program_let_go(int keep)
{
	/* By number, as not every C library has it; where it is refused they stay open, as elsewhere. */
	if (keep >= 3) {
		if (keep > 3)
			(void)syscall(SYS_close_range, 3U, (unsigned)keep - 1, 0U);
		(void)syscall(SYS_close_range, (unsigned)keep + 1, ~0U, 0U);
	} else {
		(void)syscall(SYS_close_range, 3U, ~0U, 0U);
	}
	if (chdir("/") < 0)
		return; /* then it stays where it is */
}
