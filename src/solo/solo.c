#include "solo/solo.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "solo/leftover.h"
#include "solo/terminal.h"

enum { KILL_PATIENCE_MS = 1000 };       /* what SIGKILL has not ended by then is not waited for */

/* One child on its way. */
struct run {
	const struct solo *solo;
	int                status;      /* of the child, once it is gone */
	bool               is_gone;
	bool               is_alone;    /* nobody is left to wait for */
};

static uint64_t now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* The kernel's call, as a C library would keep 32 to 34 to itself, in what it sets and what it tells. */
static void set_mask(const uint64_t *mask, uint64_t *ret_old)
{
	(void)syscall(SYS_rt_sigprocmask, SIG_SETMASK, mask, ret_old, sizeof *mask);
}

void solo_take_signals(struct solo_signals *ret)
{
	struct sigaction normal = { .sa_handler = SIG_DFL }, was;
	uint64_t all = UINT64_MAX;

	set_mask(&all, &ret->mask);
	(void)sigaction(SIGCHLD, &normal, &was); /* cannot fail for this signal */
	ret->child_ignored = was.sa_handler == SIG_IGN;
}

void solo_give_signals(const struct solo_signals *were)
{
	struct sigaction ignored = { .sa_handler = SIG_IGN };

	if (were->child_ignored)
		(void)sigaction(SIGCHLD, &ignored, NULL);
	set_mask(&were->mask, NULL);
}

/* The next signal that was sent; with *deadline_ms no later than then, 0: none came. */
static int next_signal(const uint64_t *deadline_ms)
{
	sigset_t all;
	int signo;

	memset(&all, 0xff, sizeof all);
	do {
		uint64_t now = deadline_ms != NULL ? now_ms() : 0;
		uint64_t left = deadline_ms != NULL && *deadline_ms > now ? *deadline_ms - now : 0;
		struct timespec wait = { .tv_sec = (time_t)(left / 1000), .tv_nsec = (long)(left % 1000) * 1000000 };

		signo = sigtimedwait(&all, NULL, deadline_ms != NULL ? &wait : NULL);
	} while (signo < 0 && errno == EINTR);
	return signo < 0 ? 0 : signo;
}

static void tell(const struct solo *s, enum solo_event event, pid_t who, int n)
{
	if (s->tell != NULL)
		s->tell(s->arg, event, who, n);
}

/* Waits for whoever has ended. */
static void reap(struct run *run)
{
	const struct solo *s = run->solo;
	int options = s->terminal != NULL ? WNOHANG | WUNTRACED : WNOHANG;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, options)) > 0) {
		if (WIFSTOPPED(status)) {
			if (pid == s->child)
				solo_terminal_stop(s->terminal, pid, WSTOPSIG(status));
			continue;
		}
		tell(s, SOLO_REAPED, pid, status);
		if (pid == s->child) {
			run->status = status;
			run->is_gone = true;
		}
	}
	run->is_alone = pid < 0; /* ECHILD */
}

static void hand_on(const struct solo *s, int signo)
{
	int sent = s->rewrite != NULL && signo < SOLO_SIGNALS ? s->rewrite[signo] : signo;

	tell(s, SOLO_HEARD, s->child, signo);
	if (signo == SIGCONT && s->terminal != NULL)
		solo_terminal_continue(s->terminal, s->child);
	else if (sent != 0)
		(void)kill(s->to_group ? -s->child : s->child, sent); /* ours until it is waited for */
	if (s->suspends && (signo == SIGTSTP || signo == SIGTTIN || signo == SIGTTOU))
		(void)kill(getpid(), SIGSTOP);
}

/* Asks all that are left until the grace is over or somebody is in a hurry, and then kills them. */
static void end_all(struct run *run)
{
	struct leftover left = { .group = run->solo->child };
	uint64_t deadline = now_ms() + run->solo->grace_ms;
	bool enough = run->solo->grace_ms == 0;

	while (!run->is_alone && !enough) {
		int signo;

		leftover_ask(&left);
		signo = next_signal(&deadline);
		enough = signo == 0 || signo == SIGTERM || signo == SIGINT;
		reap(run);
	}
	deadline = now_ms() + KILL_PATIENCE_MS;
	while (!run->is_alone) {
		leftover_kill(&left);
		if (next_signal(&deadline) == 0)
			return;
		reap(run);
	}
}

int solo_run(const struct solo *solo)
{
	struct run run = { .solo = solo };

	while (!run.is_gone) {
		int signo = next_signal(NULL);

		if (signo == SIGCHLD)
			reap(&run);
		else
			hand_on(solo, signo);
	}
	if (solo->terminal != NULL)
		solo_terminal_take_back(solo->terminal, solo->child);
	if (solo->after == SOLO_TERM_GROUP && solo->to_group)
		hand_on(solo, SIGTERM);
	else if (solo->after == SOLO_END_ALL && !run.is_alone)
		end_all(&run);
	return run.status;
}

void solo_pause(void)
{
	struct run run = { .solo = &(struct solo){ 0 } };
	int signo;

	do {
		signo = next_signal(NULL);
		reap(&run);
	} while (signo != SIGTERM && signo != SIGINT);
}

int solo_exit_code(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
