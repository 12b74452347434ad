#include "stage_clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "loop/loop.h"
#include "sys/clock.h"

uint64_t stage_now_ms;

enum { TIMERS_MAX = 64 };

static struct {
	struct loop_timer *timer;
	uint64_t           due_ms;
} timers[TIMERS_MAX];

uint64_t sys_now_ms(void)
{
	return stage_now_ms;
}

uint64_t sys_wall_ms(void)
{
	return 1700000000000 + stage_now_ms;
}

uint32_t sys_random(void)
{
	return 4;
}

void loop_timer_stop(struct loop_timer *t)
{
	t->active = false;
	for (size_t i = 0; i < TIMERS_MAX; i++)
		if (timers[i].timer == t)
			timers[i].timer = NULL;
}

void loop_timer_start(struct loop *l, struct loop_timer *t, uint64_t delay_ms, loop_fn *fn, void *arg)
{
	(void)l; /* there is one */
	loop_timer_stop(t);
	for (size_t i = 0; i < TIMERS_MAX; i++) {
		if (timers[i].timer != NULL)
			continue;
		timers[i].timer = t;
		timers[i].due_ms = stage_now_ms + delay_ms;
		t->fn = fn;
		t->arg = arg;
		t->active = true;
		return;
	}
	fail_msg("more than %d timers", TIMERS_MAX);
}

/* The next one due until then; NULL: none. */
static struct loop_timer *next_due(uint64_t until_ms, uint64_t *ret_due_ms)
{
	struct loop_timer *next = NULL;

	for (size_t i = 0; i < TIMERS_MAX; i++) {
		if (timers[i].timer == NULL || timers[i].due_ms > until_ms)
			continue;
		if (next != NULL && timers[i].due_ms >= *ret_due_ms)
			continue;
		next = timers[i].timer;
		*ret_due_ms = timers[i].due_ms;
	}
	return next;
}

void stage_advance(uint64_t ms)
{
	uint64_t until = stage_now_ms + ms, due = 0;
	struct loop_timer *t;

	while ((t = next_due(until, &due)) != NULL) {
		loop_fn *fn = t->fn;
		void *arg = t->arg;

		if (due > stage_now_ms)
			stage_now_ms = due;
		loop_timer_stop(t);
		fn(arg);
	}
	stage_now_ms = until;
}

void stage_turn(void)
{
	stage_advance(0);
}

void stage_clock_clear(void)
{
	memset(timers, 0, sizeof timers);
	stage_now_ms = 1000;
}
