#include "core/sweep.h"

#include <errno.h>
#include <signal.h>

#include "base/log.h"
#include "core/core.h"
#include "core/scope.h"
#include "sys/fd.h"
#include "sys/process.h"
#include "wire/orders.h"

enum { SWEEP_MS = 2000 }; /* longer than launch/sweep.c takes */

static void on_ending(void *arg);
static void on_gone(void *arg, const struct exit_status *how);

void sweep_init(struct sweep *sw, struct core *core)
{
	*sw = (struct sweep){ .core = core, .status_fd = -1 };
}

/* It looks at processes, and those can make it wait for them. */
static void too_slow(void *arg)
{
	struct sweep *sw = arg;

	log_event(LOG_ERROR, "reeve-launch", "hangs", "sweeping_ms=%d", SWEEP_MS);
	if (sw->process.pid != 0)
		(void)sys_kill(sw->process.pid, SIGKILL); /* its end follows */
	else
		sweep_lose(sw);
}

static void close_status(struct sweep *sw)
{
	if (sw->status_fd < 0)
		return;
	loop_io_stop(&sw->io);
	sys_close(sw->status_fd);
	sw->status_fd = -1;
}

void sweep_done(struct sweep *sw)
{
	close_status(sw);
	loop_timer_stop(&sw->watchdog);
	processes_disown(&sw->core->processes, &sw->process);
}

void sweep_forget(struct sweep *sw, const struct scope *sc)
{
	for (uint32_t i = 0; i < sw->scopes_n; i++)
		if (sw->scopes[i] == sc)
			sw->scopes[i] = NULL;
}

/* Its answer stands; without one, each of its scopes asks again when its time comes. */
static void be_over(struct sweep *sw)
{
	struct scopes *all = &sw->core->scopes;

	sw->id = 0;
	loop_timer_stop(&sw->watchdog);
	for (uint32_t i = 0; i < sw->scopes_n; i++) {
		if (sw->scopes[i] == NULL)
			continue;
		sw->scopes[i]->sweep.in = 0;
		sw->scopes[i]->sweep.is_swept = sw->is_complete;
	}
	sw->scopes_n = 0;
	scopes_look(all);
}

/* ---- what its status pipe says ---- */

static int take_frame(struct sweep *sw, const struct frame *f)
{
	union {
		struct launch_left left;
		struct launch_swept swept;
	} body;
	int r = f->type == MSG_LAUNCH_LEFT || f->type == MSG_LAUNCH_SWEPT ? msg_decode(f, &body) : -EBADMSG;

	if (r < 0)
		return r;
	if (f->type == MSG_LAUNCH_SWEPT) {
		sw->is_complete = true;
		return 0;
	}
	if (body.left.mark >= sw->scopes_n)
		return -EBADMSG;
	if (sw->scopes[body.left.mark] != NULL) {
		sw->scopes[body.left.mark]->sweep.left = body.left.count;
		sw->scopes[body.left.mark]->sweep.survivor = (pid_t)body.left.pid;
	}
	return 0;
}

/* Whole frames, as attempt.c has it. */
static int take_frames(struct sweep *sw, const uint8_t *buf, size_t len)
{
	while (len > 0) {
		struct frame f;
		ssize_t n = msg_frame(buf, len, FROM_LAUNCH, &f);

		if (n <= 0 || take_frame(sw, &f) < 0)
			return -EBADMSG;
		buf += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Takes what is there; at its end, or when it makes no sense, the pipe is closed. */
static void hear(struct sweep *sw)
{
	struct launcher *l = &sw->core->launcher;
	ssize_t n = -EAGAIN;

	while (sw->status_fd >= 0 && (n = sys_read(sw->status_fd, l->status, l->status_max)) > 0) {
		if (take_frames(sw, l->status, (size_t)n) == 0)
			continue;
		log_event(LOG_ERROR, "reeve-launch", "broke-protocol", "on=sweep");
		sw->is_complete = false;
		break;
	}
	if (n != -EAGAIN)
		close_status(sw);
}

static void on_status(void *arg, unsigned events UNUSED)
{
	struct sweep *sw = arg;

	hear(sw);
	if (sw->status_fd >= 0)
		return;
	if (sw->process.pid == 0)
		launcher_drain(&sw->core->launcher); /* it said its number before anything else */
	if (sw->process.pid == 0)
		be_over(sw); /* nobody took it */
}

static void on_ending(void *arg)
{
	hear(arg);
}

static void on_gone(void *arg, const struct exit_status *how UNUSED)
{
	struct sweep *sw = arg;

	close_status(sw);
	be_over(sw);
}

bool sweep_awaits_pid(const struct sweep *sw)
{
	return sw->id != 0 && sw->process.pid == 0;
}

bool sweep_said_pid(struct sweep *sw, uint32_t id, pid_t pid)
{
	if (!sweep_awaits_pid(sw) || sw->id != id)
		return false;
	if (processes_own(&sw->core->processes, &sw->process, pid) < 0)
		BUG("reeve-launch", "no room for the sweep's pid %d", (int)pid);
	return true;
}

void sweep_lose(struct sweep *sw)
{
	if (!sweep_awaits_pid(sw))
		return;
	close_status(sw);
	be_over(sw);
}

/* ---- asking ---- */

/* Puts those who want it in, until it is full; those who kill do not wait for those who count. */
static bool gather(struct sweep *sw, struct scopes *all, struct texts *marks)
{
	bool kills = false;

	list_each(&all->waiting, it)
		kills |= container_of(it, struct scope, link)->sweep.is_wanted && container_of(it, struct scope, link)->is_killing;
	sw->scopes_n = 0;
	list_each(&all->waiting, it) {
		struct scope *sc = container_of(it, struct scope, link);
		char mark[16];
		struct text t;

		if (!sc->sweep.is_wanted || sc->is_killing != kills || sw->scopes_n == SWEEP_MARKS_MAX)
			continue;
		text_init(&t, mark, sizeof mark);
		text_addf(&t, "%u", sc->mark);
		if (texts_add(marks, sw->marks, sizeof sw->marks, mark) < 0)
			break;
		sw->scopes[sw->scopes_n++] = sc;
	}
	return kills;
}

static int send(struct sweep *sw, const struct launch_sweep *order)
{
	struct launcher *l = &sw->core->launcher;
	int pipe[2], r = sys_pipe(pipe, NONBLOCK_READ);

	if (r < 0)
		return r;
	r = helper_send(&l->helper, MSG_LAUNCH_SWEEP, l->last_id + 1, order, &pipe[1]);
	sys_close(pipe[1]);
	if (r < 0) {
		sys_close(pipe[0]);
		return r;
	}
	sw->id = ++l->last_id;
	sw->status_fd = pipe[0];
	return 0;
}

void sweep_begin(struct sweep *sw, struct scopes *all)
{
	struct launch_sweep order = { .mark = all->mark };

	if (sw->id != 0)
		return;
	order.kill = gather(sw, all, &order.starts);
	if (sw->scopes_n == 0)
		return;
	if (send(sw, &order) < 0) {
		sw->scopes_n = 0;
		return; /* by the clock, again */
	}
	sw->is_complete = false;
	sw->process = (struct process){ .ending = on_ending, .gone = on_gone, .arg = sw };
	for (uint32_t i = 0; i < sw->scopes_n; i++)
		sw->scopes[i]->sweep = (struct sweep_place){ .in = sw->id };
	loop_io_start(sw->core->loop, &sw->io, sw->status_fd, LOOP_READ, on_status, sw);
	loop_timer_start(sw->core->loop, &sw->watchdog, SWEEP_MS, too_slow, sw);
}
