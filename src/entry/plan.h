/*
 * What one run of the front is to do: the defaults of its name, and then what its arguments and its
 * variables say. Options write here, and nothing is done before all of them were read.
 */
#ifndef ENTRY_PLAN_H
#define ENTRY_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "solo/solo.h"

enum plan_task { PLAN_RUN, PLAN_PAUSE, PLAN_HELP, PLAN_VERSION, PLAN_LICENSE };

enum plan_group {
	PLAN_OURS,      /* the child stays in our process group */
	PLAN_GROUP,     /* it leads one of its own, and is lent the terminal */
	PLAN_SESSION,   /* it leads a session, and the terminal becomes that session's */
};

/* How much is said on standard error. */
enum plan_talk { TALK_ERRORS, TALK_WARNINGS, TALK_STEPS, TALK_EVERYTHING };

enum { PLAN_AS_IT_IS = 255 };   /* in rewrite: nobody said anything about this signal */

struct plan {
	enum plan_task   task;
	char           **command;               /* one place of the array before it is ours too */
	enum plan_group  group;
	bool             to_group;              /* signals go to the child's group */
	bool             suspends;              /* stops when it handed on a stop of job control */
	bool             subreaper;
	bool             tells_reaped;
	bool             needs_dashes;          /* the command stands after "--" only */
	enum solo_after  after;
	uint64_t         grace_ms;
	int              death_signal;          /* sent to us when our parent ends; 0: none */
	unsigned         talk;                  /* enum plan_talk, or more of it */
	uint64_t         drops;                 /* bit n - 1: signal n is kept to ourselves */
	uint8_t          rewrite[SOLO_SIGNALS];
	uint8_t          as_zero[256];          /* exit codes that become 0 */
};

/* No signal is rewritten and no exit code changed yet. */
void plan_init(struct plan *plan, const struct plan *defaults);

/* After the last option: what is sent for each signal. */
void plan_settle(struct plan *plan);

/* FROM:TO, both signals by number up to 31, TO 0 for none; -EINVAL. */
int plan_add_rewrite(struct plan *plan, const char *pair) MUST_CHECK;

/* An exit code from 0 to 255 that becomes 0; -EINVAL. */
int plan_add_zero(struct plan *plan, const char *code) MUST_CHECK;

#endif
