#include <signal.h>

#include "core/attempt.h"
#include "core/core.h"
#include "core/service.h"
#include "core/upgrade_parts.h"
#include "sys/clock.h"

static struct upgrade_child *child_of(struct upgrade *u, const struct service *s)
{
	for (size_t i = 0; i < u->count; i++)
		if (u->children[i].service == s)
			return &u->children[i];
	return NULL;
}

/* ---- the end of a move ---- */

static void finish(struct upgrade_child *c)
{
	c->upgrade->at_once--;
	upgrade_child_finish(c);
}

static void on_end_written(void *arg, const struct store_answer *answer)
{
	struct upgrade_child *c = arg;

	if (answer->died)
		upgrade_store_died(c->upgrade);
	finish(c);
}

/* c is where it will stay: ok, or its code is set. */
static void settle(struct upgrade_child *c)
{
	loop_timer_stop(&c->deadline);
	c->phase = CHILD_ENDING;
	c->ok = c->code[0] == '\0';
	if (!upgrade_record(c->upgrade, "child-end", c, on_end_written))
		finish(c);
}

/* Why it died: the first problem that refuses, else the reason in a line. */
static void fail_as_it_says(struct upgrade_child *c)
{
	const struct service *s = c->service;
	const struct problem *why = problem_list_why(&s->problems);
	char line[UPGRADE_ERROR_MAX];

	if (c->code[0] != '\0')
		return; /* the deadline had the last word */
	if (why == NULL) {
		upgrade_child_fail(c, s->state == SVC_STUCK ? "stuck" : "died", s->reason);
		return;
	}
	problem_format(why, line, sizeof line);
	upgrade_child_fail(c, why->code, line);
}

/* ---- a move under way ---- */

/* Whoever neither starts nor fails in time is made to fail; its one try makes it dead. */
static void on_deadline(void *arg)
{
	struct upgrade_child *c = arg;
	struct service *s = c->service;

	upgrade_child_fail(c, "deadline", "did not come up in time and was given up");
	if (s->state == SVC_CHECKING)
		attempt_abort(&s->attempt);
	else if (service_signal(s, SIGKILL) < 0)
		settle(c);
}

static void watch_deadline(struct upgrade_child *c)
{
	uint64_t ms = c->service->conf->service->startsecs_ms + UPGRADE_CHILD_GRACE_MS;

	if (!c->deadline.active)
		loop_timer_start(c->upgrade->core->loop, &c->deadline, ms, on_deadline, c);
}

static void nothing(struct upgrade_child *c, uint64_t now)
{
	(void)c, (void)now; /* still on its way */
}

static void is_checked(struct upgrade_child *c, uint64_t now)
{
	(void)now; /* the deadline counts from here by itself */
	watch_deadline(c);
}

static void is_execed(struct upgrade_child *c, uint64_t now)
{
	c->execed_ms = now;
}

/* It serves again, or did what it was to do. */
static void has_arrived(struct upgrade_child *c, uint64_t now)
{
	if (c->down_ms != 0)
		c->gap_ms = now - c->down_ms;
	if (c->execed_ms != 0)
		c->ready_ms = now - c->execed_ms;
	settle(c);
}

static void has_failed(struct upgrade_child *c, uint64_t now)
{
	(void)now; /* there is no end of its time without service */
	fail_as_it_says(c);
	settle(c);
}

/* Between its two lives; or somebody stopped it meanwhile, and that stands. */
static void has_stopped(struct upgrade_child *c, uint64_t now)
{
	(void)now; /* as above */
	if (c->service->wanted)
		return;
	c->action = ACTION_DEFERRED;
	settle(c);
}

/* What a move into a state means for the outcome. */
static void (*const meanings[SVC_STATE_COUNT])(struct upgrade_child *c, uint64_t now) = {
	[SVC_STOPPED]  = has_stopped,
	[SVC_CHECKING] = is_checked,
	[SVC_STARTING] = is_execed,
	[SVC_RUNNING]  = has_arrived,
	[SVC_BACKOFF]  = nothing,
	[SVC_STOPPING] = nothing,
	[SVC_CLEARING] = nothing,
	[SVC_EXITED]   = has_arrived,
	[SVC_DEAD]     = has_failed,
	[SVC_STUCK]    = has_failed,
};

static void on_moved(void *arg, struct service *s, enum svc_event on, enum svc_state from)
{
	struct upgrade_child *c = child_of(arg, s);
	uint64_t now = sys_now_ms();

	(void)on; /* where it is now says it all */
	if (c == NULL || c->phase != CHILD_MOVING)
		return;
	if (state_facts(from)->is_up && !state_facts(s->state)->is_up && c->down_ms == 0)
		c->down_ms = now;
	meanings[s->state](c, now);
}

static void on_removed(void *arg, struct service *s)
{
	struct upgrade_child *c = child_of(arg, s);

	if (c == NULL)
		return;
	c->after = c->phase == CHILD_FINISHED ? c->after : s->state;
	c->service = NULL;
	if (c->phase != CHILD_MOVING)
		return;
	c->action = ACTION_EXCLUDED;
	settle(c);
}

/* ---- the begin of a move ---- */

static void move(struct upgrade_child *c)
{
	int r;

	upgrade_child_plan(c);
	if (!upgrade_action_moves(c->action)) {
		settle(c); /* stopped, dropped or restarted while the record was written */
		return;
	}
	c->phase = CHILD_MOVING;
	r = service_move_to_current(c->service);
	if (r < 0) {
		upgrade_child_fail(c, "shutdown", "reeve is on its way out");
		settle(c);
	}
}

static void on_begin_written(void *arg, const struct store_answer *answer)
{
	struct upgrade_child *c = arg;

	if (answer->died)
		upgrade_store_died(c->upgrade);
	move(c);
}

/* Things may have changed since the plan: somebody stopped it, or it came up on the pointer by itself. */
static void begin(struct upgrade_child *c)
{
	struct upgrade *u = c->upgrade;

	upgrade_child_plan(c);
	if (!upgrade_action_moves(c->action)) {
		c->ok = true;
		upgrade_child_finish(c);
		return;
	}
	u->at_once++;
	c->phase = CHILD_BEGINNING;
	if (!upgrade_record(u, "child-begin", c, on_begin_written))
		move(c);
}

static void pump(struct upgrade *u)
{
	size_t most = u->bundle->rollout.parallel;

	if (most > UPGRADE_MOVES_AT_ONCE)
		most = UPGRADE_MOVES_AT_ONCE;
	while (u->next < u->count && u->at_once < most)
		begin(&u->children[u->next++]);
	if (u->next < u->count || u->at_once > 0)
		return;
	u->pump = NULL;
	upgrade_after_roll(u);
}

void upgrade_roll_begin(struct upgrade *u)
{
	u->next = 0;
	u->at_once = 0;
	u->pump = pump;
	upgrade_wake(u);
}

void upgrade_roll_watch(struct upgrade *u)
{
	u->observer = (struct observer){ .moved = on_moved, .removed = on_removed, .arg = u };
	observe(u->core, &u->observer);
}

void upgrade_roll_forget(struct upgrade *u)
{
	observe_no_more(&u->observer);
	for (size_t i = 0; i < u->count; i++)
		loop_timer_stop(&u->children[i].deadline);
}
