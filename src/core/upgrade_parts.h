/*
 * An upgrade in flight, as its parts share it: upgrade.c admits it, upgrade_steps.c leads it through its
 * phases, upgrade_gate.c judges, upgrade_roll.c moves the children, upgrade_journal.c has written down
 * what happens, upgrade_tell.c speaks to who asked. For these files alone.
 */
#ifndef CORE_UPGRADE_PARTS_H
#define CORE_UPGRADE_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "base/problem.h"
#include "conf/conf.h"
#include "core/check.h"
#include "core/observer.h"
#include "core/pointers.h"
#include "core/store_client.h"
#include "core/upgrade_plan.h"
#include "loop/loop.h"
#include "wire/rows.h"

enum {
	UPGRADES_MAX = 16,             /* in flight, of different bundles */
	UPGRADE_LISTENERS_MAX = 8,     /* who share one */
	UPGRADE_CHECKS_AT_ONCE = 8,
	UPGRADE_MOVES_AT_ONCE = STORE_PENDING_MAX / 2,
	UPGRADE_CHECK_TRIES = 3,       /* reeve-launch may die over a check */
	UPGRADE_PROBLEMS_MAX = 8,
	UPGRADE_CHILD_GRACE_MS = 60 * 1000, /* beside startsecs, from the end of the old process */
	UPGRADE_NAME_MAX = 160,
	UPGRADE_ERROR_MAX = 320,
};

struct core;
struct reply;
struct service;

enum child_phase {
	CHILD_PLANNED,
	CHILD_BEGINNING,    /* the record of its begin is being written */
	CHILD_MOVING,       /* it was told to restart */
	CHILD_ENDING,       /* the record of its end is being written */
	CHILD_FINISHED,
};

struct upgrade_child {
	struct upgrade      *upgrade;
	struct service      *service;     /* NULL: a reload dropped it */
	char                 name[UPGRADE_NAME_MAX];
	enum upgrade_action  action;
	enum child_phase     phase;
	bool                 ok;
	bool                 is_unfit;    /* the gate says that its start would be refused */
	enum svc_state       before, after;
	struct version       from, to;
	uint64_t             down_ms;     /* when it ceased to serve; 0: it has not, or did not serve */
	uint64_t             execed_ms;   /* 0: not yet */
	uint64_t             gap_ms, ready_ms;
	struct loop_timer    deadline;
	struct check        *check;       /* of the gate, under way */
	unsigned             check_tries;
	char                 code[32];    /* "" without a failure */
	char                 error[UPGRADE_ERROR_MAX];
};

/* Somebody who is answered, and how far. */
struct listener {
	struct upgrade *upgrade;
	struct reply   *reply;            /* NULL: a free place, or answered to the end */
	size_t          told;             /* of upgrade->finished */
	size_t          problems_told;
};

struct upgrade {
	struct list               link;       /* core->upgrades */
	struct core              *core;
	struct conf              *conf;       /* a reference of our own: bundle lives as long as this */
	const struct bundle_conf *bundle;
	bool                      is_rollback;
	char                      asked[DIGEST_HEX_LEN + 16]; /* `to` as it was asked for */
	char                      target[DIGEST_HEX_LEN + 16];
	char                      id[40];
	char                      by[24];
	struct store_client      *store;      /* NULL: none, or none any more */
	struct store_client      *lost;       /* the one before, which died; others may wait to be told */
	bool                      is_journaled, is_store_retried, is_same, is_committed, is_over;
	bool                      is_unfit;   /* the gate blames the version itself */
	char                      strategy[24];
	struct version            from, to;
	uint64_t                  generation;
	struct upgrade_row        report;     /* its texts point into this struct */
	char                      error[UPGRADE_ERROR_MAX];
	struct problem            problems[UPGRADE_PROBLEMS_MAX]; /* of the refusal */
	size_t                    problems_n;
	const struct upgrade_child *judged;   /* whose problems these are; NULL: nobody's */
	struct upgrade_child     *children;
	size_t                    count;
	size_t                    next;       /* to be gated, then to be moved */
	size_t                    at_once;    /* checks, then moves under way */
	size_t                   *finished;   /* children in the order of their ends */
	size_t                    finished_n;
	void                    (*pump)(struct upgrade *u); /* what a turn goes on with; NULL: nothing */
	struct loop_timer         turn;
	struct observer           observer;
	struct listener           listeners[UPGRADE_LISTENERS_MAX];
};

/* upgrade.c */
void upgrade_free(struct upgrade *u);

/* upgrade_steps.c */

/* Each begins: from a registry, and for a bundle that comes from elsewhere. */
void upgrade_pull(struct upgrade *u);
void upgrade_exclude(struct upgrade *u);

/* Goes on from the loop: with the pump, then with telling, and ends u when all is told. */
void upgrade_wake(struct upgrade *u);

/* Nothing was touched, and nothing will be. */
void upgrade_refuse(struct upgrade *u, const struct problem *why);

void upgrade_after_gate(struct upgrade *u);
void upgrade_after_roll(struct upgrade *u);

/* upgrade_journal.c: what reeve-store writes; the roll goes on when it cannot. */

/* Starts u's reeve-store anew; current is told each pointer that a STORE_LIST brings, or NULL. */
int upgrade_store_open(struct upgrade *u,
                       void (*current)(void *arg, const struct store_current *row)) MUST_CHECK;

/*
 * Writes a record about c, or about u when that is NULL; fn gets whichever it was, and is called in any
 * case, but not from here. False: it cannot be written.
 */
bool upgrade_record(struct upgrade *u, const char *record, struct upgrade_child *c, store_answer_fn *fn);

/* Writes the report; false: it cannot be written. */
bool upgrade_record_report(struct upgrade *u, store_answer_fn *fn);

/* Somebody's record is lost because reeve-store died after the flip: one more is started, once. */
void upgrade_store_died(struct upgrade *u);

/* upgrade_gate.c: has every child that is to be moved judged against u->to. */
void upgrade_gate_begin(struct upgrade *u);
void upgrade_gate_forget(struct upgrade *u);

/* upgrade_roll.c: moves them. Watching begins when the children are known: a reload may drop one. */
void upgrade_roll_watch(struct upgrade *u);
void upgrade_roll_begin(struct upgrade *u);
void upgrade_roll_forget(struct upgrade *u);

/* upgrade_child.c: one child's facts. */
int  upgrade_children_find(struct upgrade *u) MUST_CHECK;  /* everyone who depends on the bundle; -ENOMEM */
void upgrade_child_plan(struct upgrade_child *c);          /* its action, as things stand */
void upgrade_child_fail(struct upgrade_child *c, const char *code, const char *error);
void upgrade_child_finish(struct upgrade_child *c);        /* it has its outcome: counted, told */
void upgrade_child_row(const struct upgrade_child *c, struct upgrade_child_row *ret);

/* upgrade_tell.c */
int  upgrade_listen(struct upgrade *u, struct reply *reply) MUST_CHECK; /* -ENOSPC */
void upgrade_tell(struct upgrade *u);              /* whatever is new, to everybody */
void upgrade_tell_progress(struct upgrade *u, const struct progress_row *row);
bool upgrade_is_told(const struct upgrade *u);     /* everybody knows everything */

#endif
