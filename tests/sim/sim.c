/*
 * usage: sim [SEED [ROUNDS]]: that many histories, from that seed on; one alone replays. Without either as many
 * as it takes until each cell of the table of states was taken.
 */
#include "sim/sim.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/parse.h"
#include "sys/clock.h"

enum { THINGS_PER_ROUND = 120, QUIET_MS = 20 * 60 * 1000, COVERING_MAX = 2000 };

/*
 * Each fault is off in most histories, so that some are rare together and some are calm. Every fifth history picks
 * each by itself, for the combinations that the bits of a neighbouring seed do not have.
 */
static struct world_faults pick_faults(uint64_t seed)
{
	struct world_faults f;
	unsigned *each = (unsigned *)(void *)&f;
	uint64_t bits = seed * 0x9e3779b97f4a7c15ULL;

	for (size_t i = 0; i < sizeof f / sizeof *each; i++) {
		unsigned much = bits >> i * 3 % 64 & 7; /* three bits each; past the last of them from the start */

		if (seed % 5 == 4)
			much = (bits ^ (i + 1) * 0xff51afd7ed558ccdULL) * 0xc4ceb9fe1a85ec53ULL >> 61;
		each[i] = much > 3 ? 0 : much * 60 + 10;
	}
	f.launcher_hangs /= 8;
	f.launcher_dies /= 4;
	f.log_dies /= 4;
	return f;
}

static void after_each(void *arg)
{
	sim_check(arg);
}

static void begin(struct sim *sim)
{
	struct conf *conf;
	size_t len;
	char *text = sim_settings(&len);
	int r = conf_parse(text, len, "/etc/reeve/reeve.ini", (char *[]){ NULL }, &conf);

	WORLD_CHECK(r == 0 && conf->errors_n == 0, "the settings are wrong: %s",
	            r == 0 ? conf->errors[0].text : strerror(-r));
	free(text);
	WORLD_CHECK(loop_new(&sim->loop) == 0, "no loop");
	list_init(&sim->answers);
	sim->begun_ms = sys_now_ms();
	WORLD_CHECK(core_init(&sim->core, sim->loop, conf) == 0, "the core does not begin");
	sim_watch(sim);
	core_start(&sim->core);
	world_after_each(after_each, sim);
}

/* Nothing goes wrong any more: everybody who is wanted comes to rest. */
static void calm_down(struct sim *sim)
{
	struct roster *r = &sim->core.roster;
	uint64_t end_ms = sys_now_ms() + QUIET_MS;

	world_calm();
	while (sys_now_ms() < end_ms && world_run(1000)) {
		sim_check_at_rest(sim);
		sim_read_answers(sim);
	}
	for (size_t i = 0; i < r->count && !shutdown_is_under_way(&sim->core.shutdown); i++)
		WORLD_CHECK(!r->all[i]->wanted || state_facts(r->all[i]->state)->is_settled, "%s never settles: it is %s",
		            service_name(r->all[i]), state_name(r->all[i]->state));
	for (size_t i = 0; i < r->count && !shutdown_is_under_way(&sim->core.shutdown); i++)
		WORLD_CHECK(r->all[i]->state != SVC_STUCK, "%s stays stuck when nothing holds it", service_name(r->all[i]));
	if (!shutdown_is_under_way(&sim->core.shutdown))
		sim_check_upgrades_ended(sim);
	WORLD_CHECK(sim->checks_open == 0, "%u checks were never answered", sim->checks_open);
}

static void end(struct sim *sim)
{
	sim_ask_shutdown(sim);
	while (world_run(500))
		sim_check_at_rest(sim);
	world_after_each(NULL, NULL);
	observe_no_more(&sim->observer);
	core_done(&sim->core);
	sim_forget_answers(sim);
	loop_free(sim->loop);
	world_end();
}

static void one_round(uint64_t seed, struct coverage *coverage)
{
	struct world_faults faults = pick_faults(seed);
	struct sim *sim = calloc(1, sizeof *sim);
	bool runs = true;

	sim->coverage = coverage;
	world_begin(seed, &faults);
	begin(sim);
	for (unsigned i = 0; i < THINGS_PER_ROUND && runs; i++) {
		runs = world_run(world_random(world_chance(100) ? 60000 : 1500));
		sim_check_at_rest(sim);
		if (runs)
			sim_do_something(sim);
	}
	if (runs && world_chance(500))
		calm_down(sim);
	end(sim);
	free(sim);
}

/* The cells that no history took: each is a gap in what this proves. In words too where they are wanted. */
static unsigned count_gaps(const struct coverage *coverage, bool in_words)
{
	unsigned gaps = 0;

	for (int state = 0; state < SVC_STATE_COUNT; state++)
		for (int on = 0; on < SVC_EVENT_COUNT; on++) {
			const struct move *m = state_move((enum svc_state)state, (enum svc_event)on);

			if (m->then == DO_IMPOSSIBLE || m->then == DO_stay || coverage->cells[state][on] > 0)
				continue;
			gaps++;
			if (in_words)
				(void)printf("never: %s on %s\n", state_name((enum svc_state)state), event_name((enum svc_event)on));
		}
	return gaps;
}

int main(int argc, char **argv)
{
	static struct coverage coverage;
	uint64_t seed = 1, rounds = 300, done = 0;
	unsigned gaps;

	if ((argc > 1 && parse_u64(argv[1], UINT64_MAX / 2, &seed) < 0) ||
	    (argc > 2 && parse_u64(argv[2], UINT32_MAX, &rounds) < 0)) {
		(void)fprintf(stderr, "usage: %s [SEED [ROUNDS]]\n", argv[0]);
		return 2;
	}
	log_init("sim", LOG_DEBUG);
	if (rounds > 1 && freopen("/dev/null", "w", stderr) == NULL)
		return 1; /* the log of one history is worth reading, that of many is not */
	while (done < rounds || (argc == 1 && done < COVERING_MAX && count_gaps(&coverage, false) > 0))
		one_round(seed + done++, &coverage);
	gaps = argc == 1 || rounds >= COVERING_MAX ? count_gaps(&coverage, true) : 0; /* fewer may miss what is rare */
	(void)printf("%" PRIu64 " histories from seed %" PRIu64 "\n", done, seed);
	return gaps > 0;
}
