#include "core/shutdown.h"

#include <signal.h>

#include "base/log.h"
#include "core/announce.h"
#include "core/core.h"
#include "core/service.h"
#include "core/strangers.h"
#include "sys/clock.h"
#include "sys/process.h"

enum {
	AGAIN_MS = 2000,  /* a second request within means: now */
	KILL_MS  = 6000,  /* for SIGKILL to work, a little more than a child has before it is stuck */
	FLUSH_MS = 2000,  /* for reeve-log to write what is left */
	LAUNCH_MS = 1000, /* for reeve-launch to do what it was told: credentials are to go */
	TERM_MS  = 1000,  /* for whoever process 1 adopted to mind SIGTERM */
};

static const char *const phase_names[] = {
	[SHUTDOWN_ORDERLY] = "orderly", [SHUTDOWN_KILLING] = "killing",
	[SHUTDOWN_FLUSHING] = "flushing", [SHUTDOWN_OVER] = "over",
};

/* Goes on to a phase, which has limit_ms until what stands in expired(). */
static void enter(struct shutdown *sd, enum shutdown_phase phase, uint64_t limit_ms, loop_fn *expired)
{
	sd->phase = phase;
	announce_event(sd->core, LOG_INFO, "reeve", "shutdown", "phase=%s", phase_names[phase]);
	loop_timer_start(sd->core->loop, &sd->timer, limit_ms, expired, sd);
}

/* What is known of those who outlive reeve. */
static void tell_stuck(const struct shutdown *sd)
{
	const struct roster *r = &sd->core->roster;

	for (size_t i = 0; i < r->count; i++)
		if (r->all[i]->state == SVC_STUCK)
			log_event(LOG_ERROR, service_name(r->all[i]), "left-behind", "reason=\"%s\"", r->all[i]->reason);
}

static void be_over(void *arg)
{
	struct shutdown *sd = arg;

	loop_timer_stop(&sd->timer);
	if (sd->phase == SHUTDOWN_OVER)
		return;
	sd->phase = SHUTDOWN_OVER;
	tell_stuck(sd);
	if (sd->core->is_init)
		(void)sys_kill_everyone(SIGKILL); /* orphans, and helpers that will not go; -ESRCH: nobody */
	loop_stop(sd->core->loop);
}

/*
 * reeve-log has written everything, reeve-launch is gone, and nobody is left whom reeve adopted: as PID 1 nobody at
 * all, or nobody who minds SIGTERM. Who is below a stranger becomes one when that is gone, so they are asked for each time.
 */
static bool is_quiet(struct shutdown *sd)
{
	bool is_anybody = sd->core->is_init ? sys_has_children() && !sd->had_time : strangers_kill(&sd->core->processes) > 0;

	return sd->core->logger.helper.process.pid == 0 && sd->core->launcher.helper.process.pid == 0 && !is_anybody;
}

/* Those who did not mind SIGTERM go with reeve, as soon as reeve-log has written everything. */
static void wait_for_log(void *arg)
{
	struct shutdown *sd = arg;

	sd->had_time = true;
	loop_timer_start(sd->core->loop, &sd->timer, FLUSH_MS, be_over, sd);
	shutdown_advance(sd);
}

/* Nobody of ours is left, or nothing more can be done about them. */
static void flush(void *arg)
{
	struct shutdown *sd = arg;

	enter(sd, SHUTDOWN_FLUSHING, TERM_MS, wait_for_log);
	if (sd->core->is_init) {
		(void)sys_kill_everyone(SIGTERM); /* orphans; reeve-log and reeve-launch do not mind */
		(void)sys_kill_everyone(SIGCONT);
	}
	helper_stop(&sd->core->launcher.helper, LAUNCH_MS);
	logger_finish(&sd->core->logger, FLUSH_MS);
	shutdown_advance(sd);
}

static void kill_all(void *arg)
{
	struct shutdown *sd = arg;
	struct roster *r = &sd->core->roster;

	if (sd->phase >= SHUTDOWN_KILLING)
		return;
	enter(sd, SHUTDOWN_KILLING, KILL_MS, flush);
	for (size_t i = 0; i < r->count; i++)
		service_kill_now(r->all[i]);
	shutdown_advance(sd);
}

void shutdown_advance(struct shutdown *sd)
{
	bool is_stopping = sd->phase == SHUTDOWN_ORDERLY || sd->phase == SHUTDOWN_KILLING;

	if (is_stopping && order_is_done(&sd->core->order))
		flush(sd);
	else if (sd->phase == SHUTDOWN_FLUSHING && is_quiet(sd))
		be_over(sd);
}

static void moved(void *arg, struct service *s, enum svc_event on UNUSED, enum svc_state from UNUSED)
{
	struct shutdown *sd = arg;

	order_moved(&sd->core->order, s);
	shutdown_advance(sd);
}

void shutdown_init(struct shutdown *sd, struct core *core)
{
	*sd = (struct shutdown){ .core = core, .observer = { .moved = moved, .arg = sd } };
	list_init(&sd->observer.link);
}

void shutdown_done(struct shutdown *sd)
{
	loop_timer_stop(&sd->timer);
	observe_no_more(&sd->observer);
}

static void begin(struct shutdown *sd, const char *why)
{
	announce_event(sd->core, LOG_INFO, "reeve", "stopping", "why=%s", why);
	observe(sd->core, &sd->observer);
	enter(sd, SHUTDOWN_ORDERLY, sd->core->conf->org.shutdown_timeout_ms, kill_all);
	order_stop_all(&sd->core->order);
}

void shutdown_begin(struct shutdown *sd, const char *why)
{
	if (sd->phase == SHUTDOWN_NONE)
		begin(sd, why);
	shutdown_advance(sd);
}

void shutdown_ask(struct shutdown *sd, const char *why)
{
	uint64_t now_ms = sys_now_ms();
	bool is_hurry = sd->asked_ms != 0 && now_ms - sd->asked_ms <= AGAIN_MS;

	sd->asked_ms = now_ms;
	shutdown_begin(sd, why);
	if (is_hurry)
		kill_all(sd);
}

void shutdown_now(struct shutdown *sd, const char *why)
{
	if (sd->phase == SHUTDOWN_NONE)
		begin(sd, why);
	kill_all(sd);
}

bool shutdown_is_under_way(const struct shutdown *sd)
{
	return sd->phase != SHUTDOWN_NONE;
}
