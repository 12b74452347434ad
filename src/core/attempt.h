/*
 * One way through reeve-launch: the order, the process that took it, and what its status pipe says.
 * A start is one, a check is one; they differ in how they end.
 *
 *	queued -> ordered -> said its number -> execed | refused | checked | lost
 *
 * Exactly one end is told, by ended(), when both the status pipe is at its end and, unless the program
 * was executed, the process is waited for. Problems and the pinned version are told as they arrive.
 * Nothing here allocates.
 */
#ifndef CORE_ATTEMPT_H
#define CORE_ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/digest.h"
#include "base/list.h"
#include "core/process.h"
#include "loop/loop.h"
#include "wire/orders.h"
#include "wire/rows.h"

struct core;
struct service;
struct attempt;

enum attempt_end {
	ATTEMPT_EXECED,    /* the process is the program now; attempt->process goes on living */
	ATTEMPT_REFUSED,   /* a check or step said no: attempt->refused */
	ATTEMPT_CHECKED,   /* a check came to its end */
	ATTEMPT_LOST,      /* reeve-launch or its fork died before it could say */
};

struct attempt_client {
	void (*problem)(struct attempt *a, const struct problem_row *row);
	void (*ended)(struct attempt *a, enum attempt_end end);
	/* Only after ATTEMPT_EXECED: the program is dead and not waited for; and, it is waited for. */
	void (*ending)(struct attempt *a);
	void (*gone)(struct attempt *a, const struct exit_status *how);
};

/* What is asked of one attempt. */
struct attempt_order {
	bool          check_only;
	bool          full;      /* hash every file */
	struct digest digest;    /* this version; none: what the pointer names */
};

struct attempt {
	struct core                 *core;
	struct service              *service;
	const struct attempt_client *client;
	struct attempt_order         order;
	uint32_t                     id;        /* of its LAUNCH_ORDER; 0: not sent */
	bool                         active;
	struct process               process;
	int                          status_fd; /* reading end; -1 */
	struct loop_io               status_io;
	struct list                  link;      /* waiting to be sent, or sent and without a number */

	/* What it said so far. */
	struct digest                pinned;
	char                         version[64];
	uint64_t                     seq;
	uint32_t                     problems;
	bool                         is_bundle_class; /* every problem so far is of class bundle */
	bool                         is_refused, is_checked, is_execed, is_killed;
	char                         step[32];        /* that refused */
	int                          error;           /* its errno; 0: the problems say it all */
	char                         text[160];
};

/* Puts a in the launcher's queue. a->core, service, client are set and it is not active. */
void attempt_begin(struct attempt *a, const struct attempt_order *order);

/*
 * Makes it end: takes the order back, or kills the process as soon as its number is known. ended() is
 * told in time with ATTEMPT_LOST, ATTEMPT_EXECED or whatever was faster; never from within this call.
 */
void attempt_abort(struct attempt *a);

/* For launcher.c and reap.c: the number, the end of the launcher, what waits in the status pipe. */
void attempt_said_pid(struct attempt *a, pid_t pid);
void attempt_drain(struct attempt *a);

#endif
