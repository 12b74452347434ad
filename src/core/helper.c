#include "core/helper.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <string.h>

#include "base/log.h"
#include "base/path.h"
#include "base/text.h"
#include "core/announce.h"
#include "core/budget.h"
#include "core/core.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "wire/channel.h"

enum {
	AGAIN_MIN_MS   = 100,    /* before a dead resident is started again */
	AGAIN_MAX_MS   = 10000,
	GOOD_AFTER_MS  = 10000,  /* it ran that long: its failures are forgotten */
	HEAR_AT_ONCE   = 64,     /* reads in one turn; reeve-launch fits 256 numbers into each */
	ARGUMENT_MAX   = 256,
	LINGER_MS      = 2000,   /* from the end of its socket to SIGKILL */
};

static void start_again(void *arg);

void helper_init(struct helper *h, struct core *core, const struct helper_kind *kind)
{
	*h = (struct helper){ .core = core, .kind = kind };
}

bool helper_is_up(const struct helper *h)
{
	return h->channel != NULL;
}

/* Watches for what the channel can do now. */
static void watch(struct helper *h, loop_io_fn *fn)
{
	unsigned events = LOOP_READ | (channel_has_output(h->channel) ? (unsigned)LOOP_WRITE : 0U);

	loop_io_start(h->core->loop, &h->io, channel_fd(h->channel), events, fn, h);
}

static void close_channel(struct helper *h)
{
	loop_io_stop(&h->io);
	channel_free(h->channel);
	h->channel = NULL;
}

/* It is over once it is waited for and everything it said was heard. */
static void be_down(struct helper *h, const struct exit_status *how)
{
	uint64_t ran_ms = sys_now_ms() - h->started_ms;
	bool again = h->kind->resident && !h->stopping;

	loop_timer_stop(&h->kill);
	h->is_gone = false;
	if (again) {
		h->failures = ran_ms >= GOOD_AFTER_MS ? 1 : h->failures + 1;
		loop_timer_start(h->core->loop, &h->again,
		                 backoff_delay_ms(AGAIN_MIN_MS, AGAIN_MAX_MS, h->failures, sys_random()),
		                 start_again, h);
	}
	h->kind->down(h, how);
}

static void kill_late(void *arg)
{
	struct helper *h = arg;

	if (h->process.pid != 0)
		(void)sys_kill(h->process.pid, SIGKILL); /* it is ours until it is waited for */
}

static void be_down_late(void *arg)
{
	struct helper *h = arg;

	be_down(h, &h->exit);
}

/* Its end of the socket is closed, or it broke a rule. */
static void hang_up(struct helper *h)
{
	close_channel(h);
	if (h->is_gone)
		be_down(h, &h->exit);
	else if (h->process.pid != 0 && !h->kill.active)
		loop_timer_start(h->core->loop, &h->kill, LINGER_MS, kill_late, h);
}

/* Hands out what is there; false when the socket is at its end. */
static bool hear(struct helper *h)
{
	struct frame f;
	int r = 0;

	for (unsigned reads = 0; r == 0; reads++) {
		if (reads == HEAR_AT_ONCE)
			return true; /* the loop comes back for the rest: nobody talks reeve down */
		r = channel_fill(h->channel);
		if (r == 0)
			return false;
		while (r > 0 && (r = channel_next(h->channel, &f)) > 0) {
			h->kind->frame(h, &f);
			if (h->channel == NULL)
				return true; /* stopped from in there */
		}
	}
	if (r == -EBADMSG)
		log_event(LOG_ERROR, h->kind->program, "broke-protocol", NULL);
	return r == -EAGAIN;
}

void helper_hear(struct helper *h)
{
	if (h->channel != NULL && !hear(h))
		hang_up(h);
}

static void on_io(void *arg, unsigned events)
{
	struct helper *h = arg;

	if (events & LOOP_WRITE) {
		int r = channel_flush(h->channel);

		if (r < 0 && r != -EAGAIN) {
			hang_up(h);
			return;
		}
		if (h->kind->writable != NULL)
			h->kind->writable(h);
	}
	if (events & LOOP_READ)
		helper_hear(h);
	if (h->channel != NULL)
		watch(h, on_io);
}

static void on_gone(void *arg, const struct exit_status *how)
{
	struct helper *h = arg;

	h->exit = *how;
	h->is_gone = true;
	if (h->channel == NULL)
		be_down(h, how);
	else
		helper_hear(h); /* and later, until its last sister closed the socket too */
}

/* Whoever stopped it, there is work for it. */
static void on_stopped(void *arg)
{
	struct helper *h = arg;

	announce_event(h->core, LOG_WARN, h->kind->program, "was-stopped", "pid=%d then=continued",
	               (int)h->process.pid);
	(void)sys_kill(h->process.pid, SIGCONT); /* it is ours until it is waited for */
}

/* Runs the program with the other end of a new channel. */
static int spawn(struct helper *h)
{
	char path[PATH_MAX], room[ARGUMENT_MAX];
	const char *argument = h->kind->argument != NULL ? h->kind->argument(h, room, sizeof room) : NULL;
	int fds[2];
	pid_t pid;
	int r = path_join(path, sizeof path, h->core->conf->org.helper_dir, h->kind->program);

	if (r < 0)
		return r;
	r = sys_socketpair(fds);
	if (r < 0)
		return r;
	r = channel_new(fds[0], h->kind->may_send, h->kind->in_max, h->kind->out_max, &h->channel);
	if (r < 0)
		sys_close(fds[0]);
	else
		r = sys_spawn(path, argument, fds[1], &pid);
	sys_close(fds[1]);
	if (r == 0)
		r = processes_own(&h->core->processes, &h->process, pid);
	if (r < 0 && h->channel != NULL)
		close_channel(h);
	return r;
}

int helper_start(struct helper *h)
{
	int r;

	h->process = (struct process){ .gone = on_gone, .stopped = on_stopped, .arg = h };
	h->stopping = false;
	h->started_ms = sys_now_ms();
	loop_timer_stop(&h->again);
	r = spawn(h);
	h->error = r;
	if (r < 0) {
		log_event(LOG_ERROR, h->kind->program, "not-started", "error=\"%s\" dir=%s",
		          strerror(-r), h->core->conf->org.helper_dir);
		if (h->kind->resident)
			be_down(h, NULL);
		return r;
	}
	watch(h, on_io);
	if (h->kind->up != NULL)
		h->kind->up(h);
	return 0;
}

void helper_explain(const struct helper *h, char *buf, size_t max)
{
	struct text t;

	text_init(&t, buf, max);
	if (helper_is_up(h))
		return;
	if (h->error < 0)
		text_addf(&t, "%s cannot be started: %s", h->kind->program, strerror(-h->error));
	else
		text_addf(&t, "%s ended, and is started again", h->kind->program);
}

static void start_again(void *arg)
{
	(void)helper_start(arg); /* it said so, and tries again by itself */
}

int helper_send(struct helper *h, enum msg type, uint32_t id, const void *body, const int *fds)
{
	int r;

	if (h->channel == NULL)
		return -ENOTCONN;
	r = channel_send(h->channel, type, id, body, fds);
	watch(h, on_io);
	return r;
}

bool helper_has_output(const struct helper *h)
{
	return h->channel != NULL && channel_has_output(h->channel);
}

void helper_stop(struct helper *h, uint64_t grace_ms)
{
	h->stopping = true;
	loop_timer_stop(&h->again);
	if (h->channel != NULL)
		close_channel(h);
	if (h->is_gone)
		loop_timer_start(h->core->loop, &h->kill, 0, be_down_late, h);
	else if (h->process.pid != 0)
		loop_timer_start(h->core->loop, &h->kill, grace_ms, kill_late, h);
}

void helper_done(struct helper *h)
{
	helper_stop(h, 0);
	loop_timer_stop(&h->kill);
	processes_disown(&h->core->processes, &h->process);
}
