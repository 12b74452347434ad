#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "core/check.h"
#include "core/reload.h"
#include "sim/sim.h"
#include "sys/clock.h"

static bool is_fleeting(enum svc_state state)
{
	return state == SVC_STUCK || state == SVC_STOPPING || state == SVC_CLEARING;
}

/* Anybody, and more often than by chance somebody who is in a rare state. */
static struct service *anyone(struct sim *sim)
{
	struct roster *r = &sim->core.roster;
	size_t first = r->count > 0 ? world_random((uint32_t)r->count) : 0;

	if (r->count == 0)
		return NULL;
	for (size_t i = 0; i < r->count && world_chance(900); i++)
		if (is_fleeting(r->all[(first + i) % r->count]->state))
			return r->all[(first + i) % r->count];
	return r->all[first];
}

/* A request for one child is granted, or refused because reeve or the child is on its way out. */
static void expect(const struct sim *sim, const struct service *s, int r)
{
	WORLD_CHECK(r == 0 || (r == -ESHUTDOWN && shutdown_is_under_way(&sim->core.shutdown)) ||
	            (r == -ENOENT && s->is_removed), "%s: a request was answered with %d", service_name(s), r);
}

static void ask_start(struct sim *sim)
{
	struct service *s = anyone(sim);

	if (s != NULL)
		expect(sim, s, service_want(s, true));
}

static void ask_stop(struct sim *sim)
{
	struct service *s = anyone(sim);

	if (s != NULL)
		expect(sim, s, service_want(s, false));
}

static void ask_restart(struct sim *sim)
{
	struct service *s = anyone(sim);

	if (s != NULL)
		expect(sim, s, service_restart(s));
}

static void ask_signal(struct sim *sim)
{
	struct service *s = anyone(sim);
	int r = s == NULL ? 0 : service_signal(s, SIGUSR1);

	WORLD_CHECK(r == 0 || r == -ESRCH, "a signal was answered with %d", r);
}

/* One after the other in one go: what a client with a script does. */
static void ask_back_and_forth(struct sim *sim)
{
	struct service *s = anyone(sim);

	for (uint32_t n = world_random(6); s != NULL && n > 0; n--)
		expect(sim, s, world_chance(300) ? service_restart(s) : service_want(s, world_chance(500)));
}

static void checked(void *arg, struct service *s, const struct check_result *result)
{
	struct sim *sim = arg;

	WORLD_CHECK(sim->checks_open > 0, "%s: a check ended twice", service_name(s));
	WORLD_CHECK(result->is_complete || result->problems < 10, "a check that ended early found too much");
	sim->checks_open--;
}

static void ask_check(struct sim *sim)
{
	const struct attempt_order order = { .full = world_chance(300) };
	const struct check_client client = { .done = checked, .arg = sim };
	struct service *s = anyone(sim);
	int r = s == NULL ? -EBUSY : check_begin(&sim->core, s, &order, &client, NULL);

	WORLD_CHECK(r == 0 || r == -EBUSY || r == -ESHUTDOWN, "a check was answered with %d", r);
	sim->checks_open += r == 0;
}

static void ask_reload(struct sim *sim)
{
	struct conf *conf;
	size_t len;
	char *text = sim_settings(&len);
	int r = conf_parse(text, len, "/etc/reeve/reeve.ini", (char *[]){ NULL }, &conf);

	free(text);
	WORLD_CHECK(r == 0 && conf->errors_n == 0, "the settings are wrong: %s",
	            r == 0 ? conf->errors[0].text : strerror(-r));
	r = reload_apply(&sim->core, conf, NULL, NULL);
	WORLD_CHECK(r == 0 || r == -ESHUTDOWN, "a reload was answered with %d", r);
}

/* ---- fate ---- */

static void end_a_program(struct sim *sim)
{
	struct service *s = anyone(sim);
	pid_t pid = s == NULL ? 0 : world_program(service_name(s));

	if (pid != 0)
		world_exit(pid, world_chance(300) ? 0 : (int)world_random(5));
}

static void hit_a_helper(struct sim *sim)
{
	static const char *const helpers[] = { "reeve-launch", "reeve-log", "reeve-store" };
	const char *helper = helpers[world_random(3)];

	(void)sim;
	if (world_chance(400))
		world_stop_helper(helper);
	else
		world_kill_helper(helper);
}

/* Up to half a year, either way. */
static void set_the_wall_clock(struct sim *sim)
{
	(void)sim;
	world_jump_wall((int64_t)world_random(UINT32_MAX) * 8 - (int64_t)UINT32_MAX * 4);
}

static void let_time_pass(struct sim *sim)
{
	(void)sim;
}

static const struct {
	unsigned weight;
	void   (*act)(struct sim *sim);
} things[] = {
	{ 20, ask_start }, { 15, ask_stop }, { 12, ask_restart }, { 4, ask_signal }, { 6, ask_back_and_forth },
	{ 6, ask_check }, { 2, ask_reload }, { 3, sim_ask_upgrade }, { 1, sim_ask_rollback },
	{ 2, sim_ask_about_bundles }, { 4, sim_read_answers }, { 15, end_a_program }, { 2, hit_a_helper }, { 1, set_the_wall_clock },
	{ 15, let_time_pass },
};

void sim_do_something(struct sim *sim)
{
	int32_t left = 0;

	for (size_t i = 0; i < ARRAY_LEN(things); i++)
		left += (int32_t)things[i].weight;
	left = (int32_t)world_random((uint32_t)left);
	for (size_t i = 0; i < ARRAY_LEN(things); i++) {
		left -= (int32_t)things[i].weight;
		if (left < 0) {
			things[i].act(sim);
			return;
		}
	}
}

void sim_ask_shutdown(struct sim *sim)
{
	sim->shutdown_ms = sys_now_ms();
	if (world_chance(200))
		shutdown_now(&sim->core.shutdown, "simulated");
	else
		shutdown_ask(&sim->core.shutdown, "simulated");
}
