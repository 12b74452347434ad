#include "core/attempt.h"

#include <errno.h>
#include <signal.h>

#include "base/log.h"
#include "base/text.h"
#include "core/announce.h"
#include "core/core.h"
#include "core/service.h"
#include "sys/fd.h"
#include "wire/message.h"

static void on_ending(void *arg);
static void on_stopped(void *arg);
static void on_gone(void *arg, const struct exit_status *how);

/* A copy, cut where it is too long: for people to read. */
static void keep(char *buf, size_t max, const char *s)
{
	struct text t;

	text_init(&t, buf, max);
	text_add(&t, s);
}

void attempt_begin(struct attempt *a, const struct attempt_order *order)
{
	*a = (struct attempt){
		.core = a->core, .service = a->service, .client = a->client,
		.order = *order,
		.is_active = true,
		.is_bundle_class = true,
		.process = { .ending = on_ending, .stopped = on_stopped, .gone = on_gone, .arg = a },
		.status_fd = -1,
	};
	list_init(&a->link);
	launcher_order(&a->core->launcher, a);
}

static void close_status(struct attempt *a)
{
	loop_io_stop(&a->status_io);
	sys_close(a->status_fd);
	a->status_fd = -1;
}

static enum attempt_end end_of(const struct attempt *a)
{
	if (a->is_refused)
		return ATTEMPT_REFUSED;
	return a->is_checked ? ATTEMPT_CHECKED : ATTEMPT_LOST;
}

/* Tells the end, which is the last thing done to a: its owner may begin it anew, or be gone. */
void attempt_conclude(struct attempt *a)
{
	list_remove(&a->link);
	a->is_active = false;
	a->client->ended(a, end_of(a));
}

void attempt_fail(struct attempt *a, const char *step, int error)
{
	a->is_refused = true;
	a->error = error;
	keep(a->step, sizeof a->step, step);
	launcher_fail(&a->core->launcher, a);
}

/*
 * Whether the end of the pipe, or of the process, means that the program was executed: whoever does
 * not come that far says so first.
 */
static bool is_execution(const struct attempt *a)
{
	return !a->order.check_only && !a->is_refused && !a->is_broken && !a->is_aborted;
}

static void tell_execed(struct attempt *a)
{
	a->is_execed = true;
	a->client->ended(a, ATTEMPT_EXECED);
}

/* The pipe is at its end. */
static void status_over(struct attempt *a)
{
	close_status(a);
	if (a->process.pid == 0)
		launcher_drain(&a->core->launcher); /* it said its number before anything else */
	if (a->process.pid == 0)
		attempt_conclude(a); /* nobody took the order */
	else if (is_execution(a))
		tell_execed(a);
	else
		(void)sys_kill(a->process.pid, SIGKILL); /* it has nothing left to do but end */
}

static void take_pinned(struct attempt *a, const struct launch_pinned *pinned)
{
	a->pinned = pinned->digest;
	a->seq = pinned->seq;
	keep(a->version, sizeof a->version, pinned->version);
}

static void take_problem(struct attempt *a, const struct problem_row *row)
{
	if (!row->advisory) {
		a->problems++;
		if (row->problem.class != PROBLEM_BUNDLE)
			a->is_bundle_class = false;
	}
	a->client->problem(a, row);
}

static void take_refused(struct attempt *a, const struct launch_refused *refused)
{
	a->is_refused = true;
	a->error = refused->error;
	keep(a->step, sizeof a->step, refused->step);
	keep(a->text, sizeof a->text, refused->text);
}

/* One frame of the status pipe; -EBADMSG when it makes no sense. */
static int take_frame(struct attempt *a, const struct frame *f)
{
	union {
		struct launch_pinned  pinned;
		struct problem_row    problem;
		struct launch_refused refused;
		struct launch_checked checked;
	} body;
	int r = -EBADMSG;

	if (f->type >= MSG_LAUNCH_PINNED && f->type <= MSG_LAUNCH_CHECKED)
		r = msg_decode(f, &body);
	if (r < 0)
		return r;
	if (f->type == MSG_LAUNCH_PINNED)
		take_pinned(a, &body.pinned);
	else if (f->type == MSG_LAUNCH_PROBLEM)
		take_problem(a, &body.problem);
	else if (f->type == MSG_LAUNCH_REFUSED)
		take_refused(a, &body.refused);
	else
		a->is_checked = true;
	return 0;
}

/*
 * Takes the len bytes of one read: whole frames, as writers write them in one piece each (pipe(7),
 * PIPE_BUF).
 */
static int take_frames(struct attempt *a, const uint8_t *buf, size_t len)
{
	while (len > 0) {
		struct frame f;
		ssize_t n = msg_frame(buf, len, FROM_LAUNCH, &f);

		if (n <= 0 || take_frame(a, &f) < 0)
			return -EBADMSG;
		buf += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Takes what is in the pipe; true when that was the last of it. */
static bool read_status(struct attempt *a)
{
	struct launcher *l = &a->core->launcher;
	ssize_t n;

	while ((n = sys_read(a->status_fd, l->status, l->status_max)) > 0) {
		if (take_frames(a, l->status, (size_t)n) == 0)
			continue;
		log_event(LOG_ERROR, service_name(a->service), "broke-protocol", "on=status-pipe");
		a->is_broken = true;
		return true;
	}
	return n != -EAGAIN;
}

static void drain(struct attempt *a)
{
	if (a->status_fd >= 0 && read_status(a))
		status_over(a);
}

static void on_status(void *arg, unsigned events UNUSED)
{
	drain(arg);
}

void attempt_listen(struct attempt *a, int fd)
{
	a->status_fd = fd;
	loop_io_start(a->core->loop, &a->status_io, fd, LOOP_READ, on_status, a);
}

void attempt_said_pid(struct attempt *a, pid_t pid)
{
	int r = processes_own(&a->core->processes, &a->process, pid);

	if (r < 0) { /* no room, or a number that is somebody's: room was made for all there can be */
		BUG(service_name(a->service), "cannot own pid %d: %d", (int)pid, r);
		return;
	}
	if (a->is_aborted)
		(void)sys_kill(pid, SIGKILL);
}

void attempt_lose(struct attempt *a)
{
	if (a->status_fd >= 0) {
		(void)read_status(a); /* whatever it said, it has no process */
		close_status(a);
	}
	attempt_conclude(a);
}

void attempt_abort(struct attempt *a)
{
	a->is_aborted = true;
	if (a->process.pid != 0) {
		(void)sys_kill(a->process.pid, SIGKILL);
	} else if (a->id == 0 && !a->is_refused) {
		list_remove(&a->link);
		launcher_fail(&a->core->launcher, a);
	}
}

void attempt_discard(struct attempt *a)
{
	list_remove(&a->link);
	if (a->status_fd >= 0)
		close_status(a);
	processes_disown(&a->core->processes, &a->process);
	a->is_active = false;
}

/* Dead and still holding its number: hear it out. */
static void on_ending(void *arg)
{
	struct attempt *a = arg;

	drain(a);
	if (a->is_execed && a->client->ending != NULL)
		a->client->ending(a);
	else
		(void)sys_kill_group(a->process.pid, SIGKILL); /* -ESRCH: nobody is left */
}

/* A program may be stopped by whoever has a reason; until it is executed the process is reeve-launch's. */
static void on_stopped(void *arg)
{
	struct attempt *a = arg;

	drain(a);
	if (a->is_execed)
		return;
	announce_event(a->core, LOG_WARN, service_name(a->service), "was-stopped", "pid=%d then=continued",
	               (int)a->process.pid);
	(void)sys_kill(a->process.pid, SIGCONT); /* it is ours until it is waited for */
}

static void on_gone(void *arg, const struct exit_status *how)
{
	struct attempt *a = arg;

	if (a->status_fd >= 0)
		close_status(a); /* somebody holds its other end: the process is what counts */
	if (!a->is_execed && is_execution(a))
		tell_execed(a);
	if (a->is_execed) {
		a->is_active = false;
		a->client->gone(a, how);
	} else {
		attempt_conclude(a);
	}
}
