#include "core/budget.h"

#include "core/core.h"
#include "core/service.h"
#include "sys/clock.h"

enum { WHOLE = 1000 }; /* thousandths of a token */

void bucket_init(struct bucket *b, uint32_t rate, uint32_t burst, uint64_t now_ms)
{
	*b = (struct bucket){
		.rate = rate, .burst = burst, .level = (uint64_t)burst * WHOLE, .filled_ms = now_ms,
	};
}

/* A millisecond brings rate thousandths of a token. */
static void fill(struct bucket *b, uint64_t now_ms)
{
	uint64_t full = (uint64_t)b->burst * WHOLE;
	uint64_t passed = now_ms > b->filled_ms ? now_ms - b->filled_ms : 0;

	b->filled_ms = now_ms;
	if (passed > full) /* even the slowest is full by then; and no product overflows */
		b->level = full;
	else
		b->level += passed * b->rate;
	if (b->level > full)
		b->level = full;
}

void bucket_set(struct bucket *b, uint32_t rate, uint32_t burst, uint64_t now_ms)
{
	fill(b, now_ms);
	b->rate = rate;
	b->burst = burst;
	fill(b, now_ms);
}

bool bucket_take(struct bucket *b, uint64_t now_ms)
{
	if (b->rate == 0)
		return true;
	fill(b, now_ms);
	if (b->level < WHOLE)
		return false;
	b->level -= WHOLE;
	return true;
}

uint64_t bucket_wait_ms(struct bucket *b, uint64_t now_ms)
{
	if (b->rate == 0)
		return 0;
	fill(b, now_ms);
	return b->level >= WHOLE ? 0 : (WHOLE - b->level + b->rate - 1) / b->rate;
}

uint64_t backoff_delay_ms(uint64_t base_ms, uint64_t max_ms, uint32_t failures, uint32_t chance)
{
	uint64_t delay = base_ms;

	for (uint32_t i = 1; i < failures && delay < max_ms; i++)
		delay *= 2;
	if (delay > max_ms)
		delay = max_ms;
	return delay - delay / 10 + (delay / 5) * (chance % 1001) / 1000;
}

uint64_t backoff_reset_ms(uint64_t max_ms)
{
	return max_ms > 10000 ? max_ms : 10000;
}

void budget_init(struct budget *b, struct core *core)
{
	const struct org_conf *org = &core->conf->org;

	*b = (struct budget){ .core = core };
	list_init(&b->fresh);
	list_init(&b->failing);
	bucket_init(&b->bucket, org->restart_rate, org->restart_burst, sys_now_ms());
}

void budget_done(struct budget *b)
{
	loop_timer_stop(&b->timer);
}

/* Hands tokens to those who wait, and arms the timer for the next one. */
static void serve(void *arg)
{
	struct budget *b = arg;
	uint64_t now_ms = sys_now_ms();

	while (!list_is_empty(&b->fresh) || !list_is_empty(&b->failing)) {
		struct list *first = !list_is_empty(&b->fresh) ? b->fresh.next : b->failing.next;

		if (!bucket_take(&b->bucket, now_ms)) {
			uint64_t wait_ms = bucket_wait_ms(&b->bucket, now_ms);

			loop_timer_start(b->core->loop, &b->timer, wait_ms, serve, b);
			break;
		}
		list_remove(first);
		service_queue(container_of(first, struct service, budget_link), ON_TURN);
	}
	service_settle(b->core);
}

void budget_ask(struct budget *b, struct service *s)
{
	list_append(s->failures > 1 ? &b->failing : &b->fresh, &s->budget_link);
	if (!b->timer.active)
		serve(b);
}

void budget_forget(struct service *s)
{
	list_remove(&s->budget_link);
}
