/*
 * The whole core in a world made of chance: services, exits, hangs, requests, reloads, upgrades and
 * the deaths of helpers, all from one seed. After each callback the promises of invariants.c are
 * looked at; a broken one ends the run with the seed that replays it.
 */
#ifndef SIM_H
#define SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/core.h"
#include "core/observer.h"
#include "core/service.h"
#include "fake/world.h"

enum { SIM_CHILDREN_MAX = 64, SIM_BUNDLES = 3 };

/* How often each cell of the table was taken, over all rounds. */
struct coverage {
	unsigned cells[SVC_STATE_COUNT][SVC_EVENT_COUNT];
};

struct sim {
	struct core      core;
	struct loop     *loop;
	struct observer  observer;
	struct coverage *coverage;
	uint64_t         begun_ms;
	uint64_t         turns;          /* restarts paid from the budget */
	uint64_t         shutdown_ms;    /* asked for; 0: not yet */
	unsigned         checks_open;
	unsigned         moves;
	struct list      answers;        /* about bundles, that are not given yet */
	/* By number: what the observers were told last, to see that they are told every move. */
	enum svc_state   seen[4096];
	bool             is_seen[4096];
	bool             is_broken[4096]; /* found damaged since it was last to start */
};

/* settings.c: a configuration, different each time; freed by the caller. */
char *sim_settings(size_t *ret_len);

/* requests.c: something that a client, a signal or fate could do. */
void sim_do_something(struct sim *sim);
void sim_ask_shutdown(struct sim *sim);

/* upgrades.c: requests about bundles, and clients that read on when they like to. */
void sim_ask_upgrade(struct sim *sim);
void sim_ask_rollback(struct sim *sim);
void sim_ask_about_bundles(struct sim *sim);
void sim_read_answers(struct sim *sim);
void sim_check_upgrades_ended(const struct sim *sim);
void sim_forget_answers(struct sim *sim);   /* reeve is gone: nobody answers any more */

/* invariants.c */
void sim_watch(struct sim *sim);
void sim_check(struct sim *sim);          /* after each callback */
void sim_check_at_rest(struct sim *sim);  /* when nothing more can happen now */

#endif
