/*
 * What heal and the upgrade engine stand on, as a stage for stories: a reeve-store that answers what
 * the story says, a launcher whose checks find what it says, and the clock of stage_clock.h. Linked in place
 * of store_client.c and check.c.
 */
#ifndef FAKE_ENGINES_H
#define FAKE_ENGINES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/check.h"
#include "core/store_client.h"
#include "fake/stage_clock.h"

enum { STAGE_STORES_MAX = 8, STAGE_ASKED_MAX = 64, STAGE_CHECKS_MAX = 16 };

/* A request that waits for its answer. */
struct stage_request {
	enum msg          type;
	struct store_pull pull;
	char              record[16], child[64], detail[64];
	store_answer_fn  *fn;
	void             *arg;
};

struct store_client {
	struct store_errand  errand;
	struct store_rows    rows;
	struct stage_request asked[STAGE_ASKED_MAX];
	unsigned             asked_n, answered_n;   /* in order */
	unsigned             told;                  /* messages that are not answered */
	bool                 is_dead, is_freed;
};

struct stage_check {
	struct service      *service;
	struct digest        digest;
	struct check_client  client;
};

extern struct stage {
	struct store_client stores[STAGE_STORES_MAX];
	unsigned            stores_n;
	bool                no_store;      /* none can be started */
	struct stage_check  checks[STAGE_CHECKS_MAX];
	unsigned            checks_n;      /* begun and not ended */
	unsigned            checks_begun;
} stage;

/* An empty stage, with its clock at the beginning. */
void stage_clear(void);

/* The reeve-store that was started last, and its request that waits longest: it has to be of this type. */
struct store_client *stage_store(void);
const struct stage_request *stage_expect(enum msg type);

/* Answers the request that waits longest. */
void stage_answer_staged(const struct store_staged *staged);
void stage_answer_committed(uint64_t generation);
void stage_answer_done(void);
void stage_answer_failed(const char *code);
void stage_store_dies(void);   /* every request that waits is told */

/* Ends the check that was begun first: with a problem of this class and code, or NULL for none. */
void stage_check_finds(enum problem_class class, const char *code);
void stage_check_is_lost(void);

#endif
