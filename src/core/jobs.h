/*
 * A request that concerns several children and is answered child by child: how they are at once, what
 * came of a start or stop when each is through with it. The rows wait here, as one small entry per
 * child, when the listener is slow; nothing is copied until it can be told.
 */
#ifndef CORE_JOBS_H
#define CORE_JOBS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/list.h"
#include "core/choice.h"
#include "core/observer.h"
#include "core/reply.h"

struct core;
struct job;

enum job_kind { JOB_STATUS, JOB_START, JOB_STOP, JOB_RESTART, JOB_SIGNAL, JOB_CHECK, JOB_KIND_COUNT };

enum { JOBS_MAX = 256 };  /* under way for all clients together */

struct jobs {
	struct core    *core;
	struct list     all;
	size_t          count;
	struct observer observer;
};

/* What a kind needs beside the children. */
struct job_order {
	enum job_kind kind;
	int           signo;    /* JOB_SIGNAL */
	bool          full;     /* JOB_CHECK */
	bool          is_named; /* JOB_STATUS: the asker named them, so those that do not run matter */
};

void jobs_init(struct jobs *j, struct core *core);

/* Forgets every job; the replies are ended. */
void jobs_done(struct jobs *j);

/* Carries it out for all of the choice, whose array it takes over, and answers the reply to its end. */
void job_begin(struct jobs *j, const struct job_order *order, struct choice *choice, struct reply *reply);

#endif
