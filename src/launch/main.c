/*
 * reeve-launch: resident beside reeve, it forks each child. It trusts nothing but reeve's orders on
 * descriptor 3, holds no state between them, and ends when reeve does.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"
#include "base/own.h"
#include "launch/credentials.h"
#include "launch/report.h"
#include "launch/start.h"
#include "launch/steps.h"
#include "launch/sweep.h"
#include "sys/fd.h"
#include "wire/channel.h"
#include "wire/orders.h"

enum { CONTROL = 3, INHERITED_MAX = 1024 };

/*
 * All dispositions are the default and all signals are blocked: a terminal's ^C and an administrator's
 * TERM are reeve's to act upon. Children inherit the dispositions and only have to empty the mask.
 * libc keeps two signals to itself, which an ancestor may have ignored all the same: the kernel is
 * asked directly, with a zeroed struct, which is SIG_DFL on every architecture.
 */
static void settle_signals(void)
{
	static const uint64_t usual[32];
	sigset_t all;

	(void)sigfillset(&all); /* cannot fail */
	(void)sigprocmask(SIG_BLOCK, &all, NULL);
	for (int signo = 1; signo < NSIG; signo++)
		(void)syscall(SYS_rt_sigaction, signo, usual, NULL, _NSIG / 8); /* KILL and STOP refuse */
}

/*
 * Nothing that was inherited goes further than here; and received descriptors must never become 0, 1
 * or 2, which the streams are later put upon.
 */
static void settle_descriptors(void)
{
	/* Before Linux 5.9, and in sandboxes: the numbers one by one, as far as anybody uses them. */
	if (close_range(CONTROL + 1, ~0U, 0) < 0)
		for (int fd = CONTROL + 1; fd < INHERITED_MAX; fd++)
			(void)close(fd); /* most are not open */
	sys_fill_streams();
}

/*
 * The new process is reeve's child, not ours (clone(2), CLONE_PARENT): reeve reaps it. Plain clone, as
 * containers often refuse clone3. libc is not told; what it keeps of its thread's number is used by
 * nothing that runs before exec.
 */
static pid_t fork_for_parent(void)
{
	return (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
}

/*
 * The same, as process 1 of a PID namespace. To itself it is 1 there; the number that reeve knows it by is put
 * by the kernel into *number, which is shared with it, before it first runs.
 */
static pid_t fork_into_namespace(pid_t *number)
{
	return (pid_t)syscall(SYS_clone, CLONE_PARENT | CLONE_NEWPID | CLONE_PARENT_SETTID | SIGCHLD, 0, number, 0, 0);
}

/*
 * The same, in a control group from its first moment (clone(2), CLONE_INTO_CGROUP): to enter one later
 * holds up every fork of the host for a moment. -1 where it cannot be had; the step join-cgroup does it then.
 */
static pid_t fork_into_cgroup(const char *folder)
{
	OWN(fd) int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct clone_args args = { .flags = CLONE_PARENT | CLONE_INTO_CGROUP, .cgroup = (uint64_t)fd }; /* exit_signal is ours */

	return fd < 0 ? -1 : (pid_t)syscall(SYS_clone3, &args, sizeof args);
}

/* What of an order has to be known before there is a process for it. */
struct birth {
	bool        into_namespace; /* alone in a PID namespace: it cannot enter one later, only its children could */
	const char *into_cgroup;    /* its folder, which has no limits that are to be set before; NULL none */
};

/* What a new process has to know of how it came about. */
struct born {
	pid_t pid;          /* by which reeve knows it */
	int   pids_error;   /* why it is alone in no namespace, where it should be */
	bool  is_in_cgroup;
};

static struct birth birth_of(const struct frame *f)
{
	struct launch_order order;
	struct birth b = { .into_cgroup = NULL };

	if (msg_decode(f, &order) < 0 || order.check_only)
		return b;
	b.into_namespace = order.context.private_pids;
	if (!b.into_namespace && order.cgroup[0] != '\0' && order.context.cgroup_limits.count == 0)
		b.into_cgroup = order.cgroup;
	return b;
}

/*
 * The first words of every new process, on the socket that all of them share. A stream socket of the
 * unix kind queues one send of this size as one buffer or not at all (unix_stream_sendmsg in
 * net/unix/af_unix.c splits only what exceeds a buffer of many pages), so frames of several processes
 * cannot interleave and none can be cut; a full queue is waited for.
 */
static void say_pid(int socket, uint32_t id, pid_t pid)
{
	struct launch_pid body = { .pid = (uint32_t)pid };
	uint8_t frame[FRAME_HEAD + 4];
	size_t len;

	if (msg_encode(MSG_LAUNCH_PID, id, &body, frame, sizeof frame, &len) < 0)
		_exit(EXIT_REFUSED);
	for (;;) {
		ssize_t n = sys_send(socket, frame, len, NULL, 0);
		struct pollfd out = { .fd = socket, .events = POLLOUT };

		if (n == (ssize_t)len)
			return;
		if (n != -EAGAIN || poll(&out, 1, -1) < 0)
			_exit(EXIT_REFUSED); /* reeve is gone, and with it whoever wanted this child */
	}
}

/* The new process. It leads a session before reeve knows its number, so that reeve may signal its group. */
static void begin(int control, const struct frame *f, const struct born *self) NORETURN;
static void begin(int control, const struct frame *f, const struct born *self)
{
	static struct start s; /* too large for comfort on the stack; only this process ever touches it */
	sigset_t none;

	(void)setsid(); /* a process that was just forked leads no group: it cannot fail */
	say_pid(control, f->id, self->pid);
	sys_close(control);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);

	report_init(&s.report, f->fds[0], f->id, "");
	memcpy(s.stdio, f->fds + 1, sizeof s.stdio);
	if (msg_decode(f, &s.order) < 0) {
		report_refused(&s.report, "order", EBADMSG, "the order is not one");
		_exit(EXIT_REFUSED);
	}
	s.report.subject = s.order.name;
	s.pids_error = self->pids_error;
	s.is_in_cgroup = self->is_in_cgroup;
	steps_run(&s);
}

/* Forks into a PID namespace, and in there fills self with what the world outside knows of it. */
static pid_t fork_alone(struct born *self)
{
	pid_t *number = mmap(NULL, sizeof *number, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid = number == MAP_FAILED ? -1 : fork_into_namespace(number);

	self->pids_error = pid < 0 ? -errno : 0;
	if (pid == 0)
		self->pid = *number;
	if (number != MAP_FAILED)
		(void)munmap(number, sizeof *number); /* a mapping of ours: it cannot fail */
	return pid;
}

/* As fork(2), with *self filled for the new process. */
static pid_t fork_child(const struct frame *f, struct born *self)
{
	struct birth birth = birth_of(f);
	pid_t pid = -1;

	*self = (struct born){ .pid = 0 };
	if (birth.into_namespace)
		pid = fork_alone(self);
	else if (birth.into_cgroup != NULL)
		pid = fork_into_cgroup(birth.into_cgroup);
	self->is_in_cgroup = pid == 0 && birth.into_cgroup != NULL;
	if (pid < 0)
		pid = fork_for_parent(); /* also to tell, with everything else, that there can be no namespace */
	if (pid == 0 && self->pid == 0)
		self->pid = getpid();
	return pid;
}

static void take_order(int control, const struct frame *f)
{
	struct born self;
	pid_t pid = fork_child(f, &self);
	int error = errno;

	if (pid == 0)
		begin(control, f, &self);
	if (pid < 0) {
		struct report r;

		report_init(&r, f->fds[0], f->id, "");
		report_refused(&r, "fork", error, strerrordesc_np(error));
	}
	for (size_t i = 0; i < ARRAY_LEN(f->fds); i++)
		sys_close(f->fds[i]);
}

/* The process that sweeps. Whatever becomes of it, reeve sees it by the end of the pipe, and asks again. */
static void take_sweep(int control, const struct frame *f)
{
	pid_t pid = fork_for_parent();
	struct launch_sweep order;
	struct report r;

	if (pid != 0) {
		sys_close(f->fds[0]);
		return;
	}
	(void)setsid(); /* a process that was just forked leads no group: it cannot fail */
	say_pid(control, f->id, getpid());
	sys_close(control);
	report_init(&r, f->fds[0], f->id, "");
	if (msg_decode(f, &order) < 0)
		_exit(EXIT_REFUSED);
	sweep_run(&order, &r);
}

static void take_forget(const struct frame *f)
{
	struct launch_forget order;
	int r = msg_decode(f, &order);

	if (r == 0)
		r = credentials_forget(order.credentials_dir);
	if (r < 0)
		log_event(LOG_WARN, "launch", "credentials-stay", "errno=%d text=\"%s\"", -r, strerrordesc_np(-r));
}

int main(void)
{
	struct channel *control;
	struct frame f;
	int r;

	log_init("reeve-launch", LOG_INFO);
	settle_signals();
	settle_descriptors();
	if (fcntl(CONTROL, F_SETFD, FD_CLOEXEC) < 0 ||
	    channel_new(CONTROL, FROM_REEVE, FRAME_BODY_MAX, FRAME_HEAD, &control) < 0) {
		log_event(LOG_ERROR, "launch", "cannot-start", "remedy=\"reeve starts this program, people do not\"");
		return EXIT_FAILURE;
	}
	while ((r = channel_wait_next(control, -1, &f)) == 1)
		if (f.type == MSG_LAUNCH_SWEEP)
			take_sweep(CONTROL, &f);
		else if (f.type == MSG_LAUNCH_FORGET)
			take_forget(&f);
		else
			take_order(CONTROL, &f);
	channel_free(control);
	if (r == -EPIPE)
		return EXIT_SUCCESS;
	log_event(LOG_ERROR, "launch", "control-broken", "errno=%d text=\"%s\"", -r, strerrordesc_np(-r));
	return EXIT_FAILURE;
}
