#include "core/action.h"

#include <signal.h>

#include "base/log.h"
#include "base/text.h"
#include "core/core.h"
#include "core/heal.h"
#include "core/service.h"
#include "sys/clock.h"

enum { KILL_WAIT_MS = 5000 }; /* from SIGKILL to stuck */

typedef void action_fn(struct service *s, enum svc_event on);

static enum svc_event stop_timeout(const struct service *s)
{
	if (s->is_killed)
		return ON_KILL_TIMEOUT;
	return s->feed.stage == FEED_WAITS || s->feed.stage == FEED_ENDS ? ON_INPUT_OVER : ON_STOP_TIMEOUT;
}

static void timer_fired(void *arg)
{
	struct service *s = arg;
	enum svc_timer which = state_facts(s->state)->timer;

	s->timer_at_ms = 0;
	if (which == TIMER_BACKOFF)
		budget_ask(&s->core->budget, s);
	else if (which == TIMER_RESET)
		s->failures = 0;
	else if (which == TIMER_STARTSECS)
		service_queue(s, ON_READY);
	else if (which == TIMER_STOP)
		service_queue(s, stop_timeout(s));
	else
		BUG(service_name(s), "timer without a meaning in state %s", state_name(s->state));
	service_settle(s->core);
}

static void arm(struct service *s, uint64_t delay_ms)
{
	s->timer_at_ms = sys_now_ms() + delay_ms;
	loop_timer_start(s->core->loop, &s->timer, delay_ms, timer_fired, s);
}

static void disarm(struct service *s)
{
	loop_timer_stop(&s->timer);
	s->timer_at_ms = 0;
	budget_forget(s);
}

static void stay(struct service *s, enum svc_event on)
{
	(void)s;
	(void)on;
}

/*
 * A start of its own forgets what the last one met; the second half of one (healed, lost) does not.
 */
static void launch(struct service *s, enum svc_event on)
{
	static const struct attempt_order order;

	if (on != ON_HEALED && on != ON_LAUNCH_LOST) {
		s->is_healed = false;
		s->lost = 0;
		s->reason[0] = '\0';
		problem_list_clear(&s->core->problems, &s->problems);
	}
	if (on == ON_TURN)
		s->restarts++;
	if (scope_open(&s->scope, service_name(s)) < 0) {
		s->after = ON_GONE; /* of a former reeve: nobody's end, and then the start begins anew */
		return;
	}
	logger_refit(&s->core->logger, s);
	attempt_begin(&s->attempt, &order);
}

static void heal(struct service *s, enum svc_event on UNUSED)
{
	s->is_healed = true;
	s->is_healing = true;
	heal_begin(s);
}

static void watch_start(struct service *s, enum svc_event on UNUSED)
{
	s->execed_ms = sys_now_ms();
	if (s->is_healed)
		problem_list_clear(&s->core->problems, &s->problems); /* cured */
	s->reason[0] = '\0';
	arm(s, s->conf->service->startsecs_ms);
}

static void settle_in(struct service *s, enum svc_event on UNUSED)
{
	s->one_try = false;
	s->failed_starts = 0;
	arm(s, backoff_reset_ms(s->conf->service->backoff_max_ms));
}

static void wait_turn(struct service *s, enum svc_event on UNUSED)
{
	const struct service_conf *c = s->conf->service;

	s->failures++;
	if (!s->wanted)
		service_queue(s, ON_STOP); /* on the way out nobody gets another turn */
	arm(s, backoff_delay_ms(c->backoff_ms, c->backoff_max_ms, s->failures, sys_random()));
}

/*
 * The child leads a session, so its group is all that it started and that did not leave on purpose.
 */
static void ask_to_stop(struct service *s, enum svc_event on)
{
	uint64_t wait_ms = s->conf->service->stopwaitsecs_ms;
	enum feed_stage stage;

	if (on == ON_INPUT_OVER && s->is_killed) {
		arm(s, KILL_WAIT_MS); /* nobody waits for its input any more */
		return;
	}
	s->is_killed = false;
	stage = feed_stop(s);
	arm(s, stage == FEED_ENDS || on == ON_INPUT_OVER ? wait_ms / 2 : wait_ms);
	if (stage != FEED_OVER || service_pid(s) == 0)
		return; /* not yet; or it ended by itself, and left somebody behind */
	(void)sys_kill_group(service_pid(s), s->conf->service->stopsignal); /* gone already: soon reaped */
	(void)sys_kill_group(service_pid(s), SIGCONT);
}

static void abort_launch(struct service *s, enum svc_event on UNUSED)
{
	s->is_killed = true;
	arm(s, KILL_WAIT_MS);
	if (s->is_healing) {
		s->is_healing = false;
		heal_forget(s);
		service_queue(s, ON_GONE);
	} else if (s->attempt.is_active) {
		attempt_abort(&s->attempt);
	} else {
		scope_kill(&s->scope, 0);
	}
}

static void kill_it(struct service *s, enum svc_event on UNUSED)
{
	s->is_killed = true;
	arm(s, KILL_WAIT_MS);
	if (s->attempt.is_active && !s->attempt.is_execed)
		attempt_abort(&s->attempt);
	else
		scope_kill(&s->scope, service_pid(s));
}

static void look_stuck(struct service *s, enum svc_event on UNUSED)
{
	pid_t pid = service_pid(s);
	char seen[96];
	struct text t;

	text_init(&t, s->reason, sizeof s->reason);
	text_add(&t, pid != 0 ? "SIGKILL did not end it: " : "SIGKILL did not end what it started: ");
	if (pid == 0)
		scope_describe(&s->scope, &t);
	else
		text_addf(&t, "pid %d", (int)pid);
	if (pid != 0 && sys_process_describe(pid, seen, sizeof seen) == 0)
		text_addf(&t, ", %s", seen);
}

static void rest(struct service *s, enum svc_event on UNUSED)
{
	disarm(s);
	if (s->state == SVC_STOPPED && s->wanted)
		service_queue(s, ON_START);
}

static void give_up(struct service *s, enum svc_event on UNUSED)
{
	disarm(s);
	s->one_try = false;
}

static action_fn *const actions[SVC_ACTION_COUNT] = {
#define SVC_ACTION(name, meaning) [DO_##name] = name,
#include "core/state.def"
};

void action_take(struct service *s, enum svc_action action, enum svc_event on)
{
	if (action != DO_stay)
		disarm(s); /* the timer was the old state's */
	actions[action](s, on);
}
