#include "core/order.h"

#include "base/log.h"
#include "core/core.h"
#include "core/service.h"

enum { TELL_AT_ONCE = 100 }; /* children told in one turn of the loop, so that no turn is long */

static void tell_next(struct order *o);

void order_init(struct order *o, struct core *core)
{
	*o = (struct order){ .core = core };
	list_init(&o->awaited);
}

void order_done(struct order *o)
{
	loop_timer_stop(&o->rest);
}

void order_start_all(struct order *o)
{
	struct roster *r = &o->core->roster;

	for (size_t i = 0; i < r->count; i++) {
		struct service *s = r->by_priority[i];

		if (s->conf->service->autostart && service_want(s, true) < 0)
			log_event(LOG_WARN, service_name(s), "not-started", "reason=shutdown");
	}
}

/* Whether nothing more can be had from s by waiting. */
static bool is_down(const struct service *s)
{
	bool has_process = state_facts(s->state)->process != PROCESS_NONE;

	return s->state == SVC_STUCK || (!has_process && s->state != SVC_BACKOFF);
}

/* Tells one child; what is down stays as it is, with the reason it is so. */
static void tell_stop(struct order *o, struct service *s)
{
	if (is_down(s))
		return;
	list_remove(&s->order_link);
	list_append(&o->awaited, &s->order_link);
	(void)service_want(s, false); /* down is never refused */
}

static void go_on(void *arg)
{
	tell_next(arg);
}

static int32_t priority_of_next(const struct order *o)
{
	return o->core->roster.by_priority[o->left - 1]->conf->priority;
}

/*
 * Tells one priority, and the one below it when there is nobody to wait for: so many of them now, the
 * rest in the next turn.
 */
static void tell_next(struct order *o)
{
	struct roster *r = &o->core->roster;
	unsigned told = 0;

	o->is_telling = true; /* a child that only waits is down at once, while its priority is being told */
	while (o->left > 0 && (list_is_empty(&o->awaited) || priority_of_next(o) == o->priority)) {
		if (told++ == TELL_AT_ONCE) {
			loop_timer_start(o->core->loop, &o->rest, 0, go_on, o);
			break;
		}
		o->priority = priority_of_next(o);
		tell_stop(o, r->by_priority[--o->left]);
	}
	o->is_telling = false;
}

void order_stop_all(struct order *o)
{
	struct roster *r = &o->core->roster;

	for (size_t i = 0; i < r->count; i++) {
		r->all[i]->wanted = false; /* nobody starts again while others are waited for */
		if (r->all[i]->state == SVC_BACKOFF)
			service_queue(r->all[i], ON_STOP);
	}
	service_settle(o->core);
	o->is_stopping = true;
	o->left = r->count;
	tell_next(o);
}

void order_moved(struct order *o, struct service *s)
{
	if (!o->is_stopping || !is_down(s))
		return;
	list_remove(&s->order_link);
	if (!o->is_telling && !o->rest.active)
		tell_next(o);
}

bool order_is_done(const struct order *o)
{
	return o->is_stopping && o->left == 0 && list_is_empty(&o->awaited);
}
