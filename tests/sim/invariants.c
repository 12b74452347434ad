/* What reeve promises of a child at any moment, as conditions that hold after every callback. */
#include <string.h>

#include "sim/sim.h"
#include "sys/clock.h"

enum {
	STOPWAIT_MS  = 5100,   /* settings.c: the longest */
	KILL_WAIT_MS = 5000,   /* action.c: from SIGKILL to stuck */
	FLUSH_MS     = 3000,   /* shutdown.c: for reeve-log */
	KILL_ALL_MS  = 6000,
	SLACK_MS     = 50,
};

#define CHECK_OF(s, condition, what) \
	WORLD_CHECK(condition, "%s in state %s: %s", service_name(s), state_name((s)->state), what)

/*
 * Running means a program that lives, or died so lately that nobody waited for it yet; and nothing
 * else does.
 */
static void check_process(const struct service *s)
{
	enum svc_process has = state_facts(s->state)->process;
	pid_t pid = service_pid(s);

	if (has == PROCESS_NONE)
		CHECK_OF(s, !s->attempt.is_active && pid == 0, "it has a process or an order");
	if (has == PROCESS_ONE)
		CHECK_OF(s, s->attempt.is_execed && pid != 0, "it has no program");
	if (pid != 0) {
		CHECK_OF(s, world_has_process(pid), "its process was waited for by somebody else");
		CHECK_OF(s, processes_find(&s->core->processes, pid) == &s->attempt.process, "its process is somebody else's");
	}
	if (state_facts(s->state)->timer == TIMER_NONE)
		CHECK_OF(s, !s->timer.active, "a timer is armed that its state has no use for");
	if (s->state == SVC_CHECKING)
		CHECK_OF(s, s->attempt.is_active + s->is_healing + s->scope.is_waiting == 1,
		         "not exactly one of an order, a repair and a wait for a former one's processes is under way");
}

/* A former reeve's: known of when the child is to start, and no earlier. */
static bool is_from_before(const struct service *s)
{
	return !s->has_exited && s->state == SVC_STOPPED;
}

/* Who is down has nobody left that reeve could see; who is stuck is the exception, and says so. */
static void check_scope(const struct service *s)
{
	bool is_down = state_facts(s->state)->process == PROCESS_NONE;

	if (is_down)
		CHECK_OF(s, !s->scope.is_waiting, "somebody is waited for");
	if (is_down && s->events_n == 0)
		CHECK_OF(s, world_members(service_name(s)) == 0 || is_from_before(s), "what it started lives on");
	if (s->state == SVC_CLEARING)
		CHECK_OF(s, s->scope.is_waiting && !s->attempt.is_active, "nothing is cleared away");
}

/*
 * Nobody holds the pipe of a logger whose input ended, and nobody logs past it. A stream that its settings throw
 * away is the former process's, and goes where it went.
 */
static void check_ended(const struct service *logger, const struct stream *st, bool err)
{
	const struct service *s = st->service;

	CHECK_OF(s, st->feeds != logger->number, "it writes to a logger whose input ended");
	if (strcmp(s->conf->logger, service_name(logger)) == 0 && child_conf_keeps(s->conf, err))
		CHECK_OF(s, !st->is_attached, "it logs past a logger whose input ended");
}

/* Who is down has its input ready for the next start; nothing is on its way to an input that ended. */
static void check_feed(const struct sim *sim, const struct service *s)
{
	const struct roster *r = &sim->core.roster;
	bool has_ended = s->feed.read_fd >= 0 && s->feed.write_fd < 0;

	if (state_facts(s->state)->process == PROCESS_NONE && s->events_n == 0)
		CHECK_OF(s, s->feed.stage == FEED_OPEN && !has_ended, "nobody can write to it");
	if (s->feed.stage == FEED_WAITS || s->feed.stage == FEED_ENDS)
		CHECK_OF(s, s->feed.read_fd >= 0, "it has no input to wait for");
	for (size_t i = 0; has_ended && i < r->count; i++) {
		check_ended(s, &r->all[i]->out, false);
		check_ended(s, &r->all[i]->err, true);
	}
}

/* What is wanted and not there has something to wait for, or a reason. */
static void check_wish(const struct sim *sim, const struct service *s)
{
	bool on_its_way = shutdown_is_under_way(&sim->core.shutdown);

	if (s->events_n > 0)
		return;
	if (s->state == SVC_BACKOFF)
		CHECK_OF(s, s->timer.active || !list_is_empty(&s->budget_link), "it waits for nothing");
	if (s->state == SVC_DEAD)
		CHECK_OF(s, s->reason[0] != '\0', "nobody knows why");
	if (s->state == SVC_STARTING || s->state == SVC_STOPPING || s->state == SVC_CLEARING)
		CHECK_OF(s, s->timer.active, "it waits without a limit");
	if (!s->wanted && !on_its_way)
		CHECK_OF(s, s->state != SVC_BACKOFF && !state_facts(s->state)->is_up, "it is not wanted");
	if (s->wanted && !on_its_way)
		CHECK_OF(s, s->state != SVC_STOPPED, "it is wanted and nothing happens");
}

static void check_limits(const struct service *s)
{
	uint64_t rounds = s->feed.read_fd >= 0 ? 2 : 1; /* a logger waits for those who write to it, as long again */
	uint64_t most_ms = rounds * STOPWAIT_MS + KILL_WAIT_MS + SLACK_MS; /* a reload may have set less meanwhile */
	uint64_t in_state_ms = sys_now_ms() - s->since_ms;

	if (s->state == SVC_STOPPING)
		CHECK_OF(s, in_state_ms <= most_ms, "it takes longer to stop than it may");
	if (s->state == SVC_CLEARING)
		CHECK_OF(s, in_state_ms <= KILL_WAIT_MS + SLACK_MS, "it takes longer to clear away than it may");
}

void sim_check(struct sim *sim)
{
	struct roster *r = &sim->core.roster;

	WORLD_CHECK(!sim->core.is_settling, "the machine was left in the middle of a step");
	for (size_t i = 0; i < r->count; i++) {
		check_process(r->all[i]);
		check_scope(r->all[i]);
		check_feed(sim, r->all[i]);
		check_wish(sim, r->all[i]);
	}
}

/* Every process that was forked for an order has an owner, once what it said was heard. */
static void check_owners(const struct sim *sim)
{
	pid_t pid;

	for (size_t i = 0; (pid = world_process_at(i)) != 0; i++)
		if (world_is_child(pid))
			WORLD_CHECK(processes_find(&sim->core.processes, pid) != NULL, "pid %d has no owner", (int)pid);
}

static void check_budget(const struct sim *sim)
{
	uint64_t passed_ms = sys_now_ms() - sim->begun_ms;

	/* the settings' largest: see settings.c */
	WORLD_CHECK(sim->turns <= 20 + 20 * (passed_ms + 1000) / 1000, "%llu restarts in %llu ms",
	            (unsigned long long)sim->turns, (unsigned long long)passed_ms);
}

static void check_shutdown(const struct sim *sim)
{
	uint64_t most_ms = 25000 + KILL_ALL_MS + FLUSH_MS + SLACK_MS;

	if (sim->shutdown_ms > 0)
		WORLD_CHECK(sys_now_ms() - sim->shutdown_ms <= most_ms, "the shutdown takes longer than it may");
}

void sim_check_at_rest(struct sim *sim)
{
	struct roster *r = &sim->core.roster;

	for (size_t i = 0; i < r->count; i++)
		check_limits(r->all[i]);
	check_owners(sim);
	check_budget(sim);
	check_shutdown(sim);
}

/* ---- what observers are told ---- */

/* Only an end that its settings call in order may be the end of it. */
static bool may_rest(const struct service *s)
{
	const struct service_conf *c = s->conf->service;
	bool failed = s->exit.signalled || !conf_exit_is_expected(c, s->exit.code);

	return !s->wanted || c->autorestart == AUTORESTART_NEVER ||
	       (c->autorestart == AUTORESTART_ON_FAILURE && !failed);
}

static void moved(void *arg, struct service *s, enum svc_event on, enum svc_state from)
{
	struct sim *sim = arg;

	WORLD_CHECK(s->number < 4096, "too many children over time");
	if (sim->is_seen[s->number])
		CHECK_OF(s, sim->seen[s->number] == from, "a move was not told");
	sim->is_seen[s->number] = true;
	sim->seen[s->number] = s->state;
	sim->coverage->cells[from][on]++;
	sim->moves++;
	sim->turns += on == ON_TURN;
	if (s->state == SVC_CHECKING && from != SVC_CHECKING)
		sim->is_broken[s->number] = false;
	if (on == ON_BROKEN)
		CHECK_OF(s, !sim->is_broken[s->number], "it is repaired a second time for one start");
	sim->is_broken[s->number] |= on == ON_BROKEN;
	if (s->state == SVC_STUCK && s->scope.has_cgroup && (!s->attempt.is_active || s->attempt.is_execed))
		CHECK_OF(s, world_has_immune(service_name(s)), "nobody there withstands SIGKILL");
	if (s->state == SVC_STUCK && world_can_sweep() && (!s->attempt.is_active || s->attempt.is_execed))
		CHECK_OF(s, world_has_immune(service_name(s)), "a sweep would have found who is left");
	if (s->state == SVC_EXITED)
		CHECK_OF(s, may_rest(s), "it is left where it failed");
	if (s->state == SVC_CHECKING && from == SVC_STOPPED)
		CHECK_OF(s, s->wanted, "it starts and nobody wants it");
	if (shutdown_is_under_way(&sim->core.shutdown))
		CHECK_OF(s, !(s->state == SVC_CHECKING && from != SVC_CHECKING), "it starts on the way out");
	if (from == SVC_CHECKING && s->state == SVC_STARTING)
		CHECK_OF(s, (s->conf->service->bundle == NULL) == digest_is_none(&s->attempt.pinned) || s->conf->service->bundle == NULL,
		         "a bundle's program runs from no version");
}

void sim_watch(struct sim *sim)
{
	sim->observer = (struct observer){ .moved = moved, .arg = sim };
	observe(&sim->core, &sim->observer);
}
