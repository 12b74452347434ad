#include "core/core.h"

#include <errno.h>

#include "core/announce.h"
#include "core/bundles.h"
#include "core/check.h"
#include "core/heal.h"
#include "core/observer.h"
#include "core/service.h"
#include "core/store_client.h"
#include "core/upgrade.h"
#include "sys/clock.h"
#include "sys/fd.h"

enum { PROCESSES_EXTRA = 256 }; /* beside children and checks: helpers, an upgrade's, a gate's */

int core_reserve(struct core *core, size_t children)
{
	size_t most = children > core->roster.count ? children : core->roster.count;
	int r = processes_reserve(&core->processes, most * 2 + PROCESSES_EXTRA);

	return r < 0 ? r : roster_reserve(&core->roster, children);
}

void observe(struct core *core, struct observer *o)
{
	list_append(&core->observers, &o->link);
}

void observe_no_more(struct observer *o)
{
	if (o->link.next != NULL)
		list_remove(&o->link);
}

/* A child that a reload dropped, that is down, and that nobody is looking at. */
static bool is_to_bury(const struct service *s)
{
	return s->is_removed && s->state == SVC_STOPPED && s->events_n == 0 && s->checks == 0;
}

static void bury(struct core *core, struct service *s)
{
	list_each(&core->observers, it) {
		struct observer *o = container_of(it, struct observer, link);

		if (o->removed != NULL)
			o->removed(o->arg, s);
	}
	announce_event(core, LOG_INFO, service_name(s), "removed", NULL);
	roster_remove(&core->roster, s);
	service_free(s);
}

/* Nobody's callback is under way: the one moment when a child can go without being missed. */
static void before_sleep(void *arg)
{
	struct core *core = arg;

	service_settle(core);
	if (!core->has_removed || shutdown_is_under_way(&core->shutdown))
		return; /* on the way out the order of stops counts on nobody's going */
	core->has_removed = false;
	for (size_t i = core->roster.count; i-- > 0;) {
		struct service *s = core->roster.all[i];

		if (is_to_bury(s))
			bury(core, s);
		else if (s->is_removed)
			core->has_removed = true;
	}
}

static int add_children(struct core *core)
{
	struct conf *c = core->conf;
	int r = core_reserve(core, c->children_n);

	for (size_t i = 0; i < c->children_n && r == 0; i++) {
		struct service *s;

		r = service_new(core, c, &c->children[i], ++core->roster.last_number, &s);
		if (r == 0)
			roster_add(&core->roster, s);
	}
	roster_sort(&core->roster);
	return r;
}

/* What others observe and do in core, made in this order and freed the other way round. */
static const struct {
	int  (*make)(struct core *core);
	void (*free)(struct core *core);
} rooms[] = {
	{ announcer_new, announcer_free },
	{ bundles_new,   bundles_free },
	{ heals_new,     heals_free },
	{ upgrades_new,  upgrades_free },
};

int core_init(struct core *core, struct loop *loop, struct conf *conf)
{
	int r;

	core->loop = loop;
	core->conf = conf;
	core->started_wall_ms = sys_wall_ms();
	list_init(&core->observers);
	list_init(&core->pending);
	list_init(&core->checks);
	list_init(&core->stores);
	order_init(&core->order, core);
	shutdown_init(&core->shutdown, core);
	ending_init(&core->ending, core);
	budget_init(&core->budget, core);
	logger_init(&core->logger, core);
	reaper_init(&core->reaper, core);
	scopes_init(&core->scopes, core);
	loop_before_sleep(loop, before_sleep, core);
	core->null_fd = sys_open_null();
	r = launcher_init(&core->launcher, core); /* first: core_done() ends it, whatever failed */
	if (r == 0)
		r = core->null_fd < 0 ? core->null_fd : problem_pool_init(&core->problems, PROBLEMS_MAX);
	for (size_t i = 0; i < ARRAY_LEN(rooms) && r == 0; i++)
		r = rooms[i].make(core);
	return r == 0 ? add_children(core) : r;
}

void core_done(struct core *core)
{
	for (size_t i = ARRAY_LEN(rooms); i-- > 0;)
		rooms[i].free(core);
	store_clients_discard(core);
	checks_discard(core); /* nobody waits for one any more */
	order_done(&core->order);
	ending_done(&core->ending);
	shutdown_done(&core->shutdown);
	for (size_t i = 0; i < core->roster.count; i++)
		service_free(core->roster.all[i]);
	roster_done(&core->roster);
	budget_done(&core->budget);
	launcher_done(&core->launcher);
	logger_done(&core->logger);
	reaper_done(&core->reaper);
	scopes_done(&core->scopes);
	problem_pool_done(&core->problems);
	processes_done(&core->processes);
	loop_before_sleep(core->loop, NULL, NULL);
	sys_close(core->null_fd);
	conf_unref(core->conf);
}

static void start_children(struct core *core)
{
	if (!shutdown_is_under_way(&core->shutdown))
		order_start_all(&core->order);
}

/* A helper that cannot be started now is tried again by itself, and says so. */
void core_start(struct core *core)
{
	scopes_begin(&core->scopes); /* before anything is started: helpers go where reeve is */
	(void)helper_start(&core->logger.helper);
	(void)helper_start(&core->launcher.helper);
	bundles_recover(core, start_children);
}
