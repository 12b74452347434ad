#include "core/service.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "core/action.h"
#include "core/announce.h"
#include "core/core.h"
#include "core/heal.h"
#include "core/observer.h"
#include "core/policy.h"
#include "sys/clock.h"

/* ---- the machine ---- */

void service_queue(struct service *s, enum svc_event on)
{
	if (s->events_n == SERVICE_EVENTS_MAX) {
		BUG(service_name(s), "more than %d events wait, %s is lost", SERVICE_EVENTS_MAX, event_name(on));
		return;
	}
	s->events[s->events_n++] = (uint8_t)on;
	if (list_is_empty(&s->pending_link))
		list_append(&s->core->pending, &s->pending_link);
}

static enum svc_event take_event(struct service *s)
{
	enum svc_event on = s->events[0];

	memmove(s->events, s->events + 1, --s->events_n);
	list_remove(&s->pending_link);
	if (s->events_n > 0)
		list_append(&s->core->pending, &s->pending_link);
	return on;
}

static void tell_observers(struct service *s, enum svc_event on, enum svc_state from)
{
	list_each(&s->core->observers, it) {
		struct observer *o = container_of(it, struct observer, link);

		o->moved(o->arg, s, on, from);
	}
}

/* The only writer of s->state. */
static void service_step(struct service *s, enum svc_event on)
{
	const struct move *m = state_move(s->state, on);
	enum svc_state from = s->state;

	if (m->then == DO_IMPOSSIBLE) {
		BUG(service_name(s), "%s cannot happen in state %s", event_name(on), state_name(s->state));
		return;
	}
	if (m->then == DO_stay)
		return;
	announce_move(s, on, m->to);
	if (m->to != from)
		s->since_ms = sys_now_ms();
	s->state = m->to;
	action_take(s, m->then, on);
	tell_observers(s, on, from);
}

void service_settle(struct core *core)
{
	if (core->is_settling)
		return;
	core->is_settling = true;
	while (!list_is_empty(&core->pending)) {
		struct service *s = container_of(core->pending.next, struct service, pending_link);
		enum svc_event on = take_event(s);

		if (s->wanted || (on != ON_START && on != ON_TURN)) /* else a stop came after it */
			service_step(s, on);
	}
	core->is_settling = false;
}

/* ---- requests ---- */

/* Whoever asks for a start gives it a clean slate: a person may know that the cause is gone. */
static void forget_failures(struct service *s)
{
	if (s->conf->service->bundle != NULL)
		heal_forgive(s->core, s->conf->service->bundle->name);
	s->restarts = 0;
	s->failures = 0;
	s->failed_starts = 0;
	s->one_try = false;
}

static int ask_up(struct service *s, enum svc_event on)
{
	if (shutdown_is_under_way(&s->core->shutdown))
		return -ESHUTDOWN;
	if (s->is_removed)
		return -ENOENT;
	s->wanted = true;
	service_queue(s, on);
	return 0;
}

int service_want(struct service *s, bool up)
{
	int r = 0;

	if (up) {
		if (!state_facts(s->state)->is_up)
			forget_failures(s);
		r = ask_up(s, ON_START);
	} else {
		s->wanted = false;
		s->one_try = false;
		service_queue(s, ON_STOP);
	}
	service_settle(s->core);
	return r;
}

int service_restart(struct service *s)
{
	int r;

	forget_failures(s);
	r = ask_up(s, ON_RESTART);
	service_settle(s->core);
	return r;
}

int service_move_to_current(struct service *s)
{
	int r;

	forget_failures(s);
	r = ask_up(s, ON_RESTART);
	s->one_try = r == 0;
	service_settle(s->core);
	return r;
}

int service_signal(struct service *s, int signo)
{
	if (!s->attempt.is_execed || s->attempt.process.pid == 0)
		return -ESRCH;
	return sys_kill_group(s->attempt.process.pid, signo);
}

void service_kill_now(struct service *s)
{
	enum svc_process has = state_facts(s->state)->process;

	s->wanted = false;
	if (s->state == SVC_BACKOFF || (has != PROCESS_NONE && s->state != SVC_STOPPING))
		service_queue(s, ON_STOP);
	if (has != PROCESS_NONE && s->state != SVC_STUCK && !(s->state == SVC_STOPPING && s->is_killed))
		service_queue(s, ON_STOP_TIMEOUT);
	service_settle(s->core);
}

void service_heal_ended(struct service *s, bool ok, const struct problem *why)
{
	s->is_healing = false;
	if (!ok && why != NULL)
		problem_list_add(&s->core->problems, &s->problems, why, false, false);
	service_queue(s, ok ? ON_HEALED : ON_REFUSED);
	service_settle(s->core);
}

/* ---- what its attempt tells ---- */

static void took_problem(struct attempt *a, const struct problem_row *row)
{
	struct service *s = a->service;

	problem_list_add(&s->core->problems, &s->problems, &row->problem, !s->is_healed, row->advisory);
	if (s->reason[0] == '\0' && !row->advisory)
		problem_format(&row->problem, s->reason, sizeof s->reason);
}

static struct policy_facts facts_of(const struct service *s)
{
	return (struct policy_facts){
		.state = s->state, .is_wanted = s->wanted, .one_try = s->one_try, .is_healed = s->is_healed,
		.failed_starts = s->failed_starts, .lost = s->lost,
	};
}

/* A step that refused without a problem to show: its name, its words, its errno. */
static void explain_refusal(struct service *s, const struct attempt *a, enum attempt_end end)
{
	struct text t;

	if (s->reason[0] != '\0')
		return;
	text_init(&t, s->reason, sizeof s->reason);
	if (end == ATTEMPT_LOST) {
		text_add(&t, "reeve-launch died over it");
		return;
	}
	text_add(&t, a->step);
	if (a->text[0] != '\0')
		text_addf(&t, ": %s", a->text);
	else if (a->error != 0)
		text_addf(&t, ": %s", strerror(a->error));
}

static void attempt_ended(struct attempt *a, enum attempt_end end)
{
	struct service *s = a->service;
	struct policy_facts facts;
	enum svc_event on;

	s->lost += end == ATTEMPT_LOST;
	s->failed_starts += end == ATTEMPT_REFUSED;
	facts = facts_of(s);
	on = policy_judge_launch(s->conf->service, &facts, a, end);
	if (!digest_is_none(&a->pinned)) {
		s->digest = a->pinned;
		s->seq = a->seq;
		memcpy(s->version, a->version, sizeof s->version);
	}
	if (on == ON_REFUSED || on == ON_LAUNCH_FAILED || on == ON_SPENT)
		explain_refusal(s, a, end);
	if (end != ATTEMPT_EXECED) {
		scope_close(&s->scope);
		launcher_forget(&s->core->launcher, s);
	}
	service_queue(s, on);
	service_settle(s->core);
}

/* "ended with status 1 after 5.2 s". */
static void explain_exit(struct service *s, const struct exit_status *how)
{
	uint64_t ran_ms = sys_now_ms() - s->execed_ms;
	char end[64];
	struct text t;

	exit_status_format(how, end, sizeof end);
	text_init(&t, s->reason, sizeof s->reason);
	text_addf(&t, "ended with %s after %llu.%llu s", end, (unsigned long long)(ran_ms / 1000),
	          (unsigned long long)(ran_ms % 1000 / 100));
}

static void program_gone(struct attempt *a, const struct exit_status *how)
{
	struct service *s = a->service;
	struct policy_facts facts;
	enum svc_event on;

	s->has_exited = true;
	s->exit = *how;
	s->failed_starts += s->state == SVC_STARTING;
	facts = facts_of(s);
	on = policy_judge_exit(s->conf->service, &facts, how);
	if (on == ON_GONE_BADLY || on == ON_SPENT)
		explain_exit(s, how);
	else if (on == ON_GONE)
		s->reason[0] = '\0';
	s->after = on;
	scope_gone(&s->scope);
}

/* Told to stop, and stopping by itself: those it started may do so, too, for as long as it had. */
static bool is_in_grace(const struct service *s)
{
	return s->state == SVC_STOPPING && !s->is_killed;
}

static void program_ending(struct attempt *a)
{
	struct service *s = a->service;

	scope_ending(&s->scope, a->process.pid, is_in_grace(s));
}

static const struct attempt_client client = {
	.problem = took_problem,
	.ended = attempt_ended,
	.ending = program_ending,
	.gone = program_gone,
};

/* ---- what its scope tells ---- */

static void scope_left(struct scope *sc)
{
	struct service *s = container_of(sc, struct service, scope);

	if (is_in_grace(s))
		scope_ask(sc, s->conf->service->stopsignal);
	else if (s->state == SVC_STOPPING)
		scope_kill(sc, 0);
	else if (s->state != SVC_STUCK)
		service_queue(s, ON_LEFT);
	service_settle(s->core);
}

static void scope_emptied(struct scope *sc)
{
	struct service *s = container_of(sc, struct service, scope);
	bool was_told = s->state == SVC_STOPPING || s->state == SVC_STUCK;

	launcher_forget(&s->core->launcher, s);
	service_queue(s, was_told ? ON_GONE : s->after);
	service_settle(s->core);
}

static const struct scope_client scope_client = { .left = scope_left, .emptied = scope_emptied };

/* ---- seen from outside ---- */

pid_t service_pid(const struct service *s)
{
	return s->attempt.process.pid;
}

uint64_t service_next_in_ms(const struct service *s, uint64_t now_ms)
{
	if (state_facts(s->state)->timer == TIMER_RESET || s->timer_at_ms <= now_ms)
		return 0;
	return s->timer_at_ms - now_ms;
}

/* ---- from load to removal ---- */

int service_new(struct core *core, struct conf *conf, const struct child_conf *child, uint32_t number,
                struct service **ret)
{
	struct service *s = calloc(1, sizeof *s);
	int r;

	if (s == NULL)
		return -ENOMEM;
	s->core = core;
	s->conf = child;
	s->conf_owner = conf_ref(conf);
	s->number = number;
	s->since_ms = sys_now_ms();
	s->attempt = (struct attempt){ .core = core, .service = s, .client = &client, .status_fd = -1 };
	scope_init(&s->scope, core, &scope_client);
	list_init(&s->attempt.link);
	list_init(&s->pending_link);
	list_init(&s->budget_link);
	list_init(&s->heal_link);
	list_init(&s->order_link);
	r = logger_open(&core->logger, s);
	if (r < 0) {
		conf_unref(s->conf_owner);
		free(s);
		return r;
	}
	*ret = s;
	return 0;
}

void service_free(struct service *s)
{
	if (s == NULL)
		return;
	loop_timer_stop(&s->timer);
	list_remove(&s->pending_link);
	list_remove(&s->budget_link);
	list_remove(&s->heal_link);
	list_remove(&s->order_link);
	attempt_discard(&s->attempt);
	scope_done(&s->scope);
	problem_list_clear(&s->core->problems, &s->problems);
	logger_close(&s->core->logger, s);
	conf_unref(s->conf_owner);
	free(s);
}

void service_adopt_conf(struct service *s, struct conf *conf, const struct child_conf *child)
{
	struct conf *old = s->conf_owner;

	s->conf_owner = conf_ref(conf);
	s->conf = child;
	conf_unref(old);
}
