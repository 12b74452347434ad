/*
 * One way through reeve-launch: the order, the process that took it, and what its status pipe says.
 * A start is one, a check is one; they differ in how they end.
 *
 *	queued -> ordered -> said its number -> execed | refused | checked | lost
 *
 * Exactly one end is told, by ended(), when both the status pipe is at its end and, unless the
 * program was executed, the process is waited for. Problems and the pinned version are told as they
 * arrive. Nothing here allocates.
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
	ATTEMPT_EXECED,    /* the process is the program now, and lives on in a->process */
	ATTEMPT_REFUSED,   /* a check or step said no: attempt->refused */
	ATTEMPT_CHECKED,   /* a check came to its end */
	ATTEMPT_LOST,      /* it was aborted, or reeve-launch died before it could say */
};

struct attempt_client {
	/* One thing preflight found. */
	void (*problem)(struct attempt *a, const struct problem_row *row);
	/* Called once. Unless it was executed, a is free for another attempt. */
	void (*ended)(struct attempt *a, enum attempt_end end);
	/*
	 * After ATTEMPT_EXECED: the program is dead and holds its number. NULL: what it left of its group is
	 * killed.
	 */
	void (*ending)(struct attempt *a);
	/* After ATTEMPT_EXECED: the program is waited for, and a is free. */
	void (*gone)(struct attempt *a, const struct exit_status *how);
};

/* What is asked of one attempt. */
struct attempt_order {
	bool          check_only;
	bool          full;      /* hash every file */
	struct digest digest;    /* this version; none: what the pointer names */
};

struct attempt {
	/* Set by the owner, once. */
	struct core                 *core;
	struct service              *service;
	const struct attempt_client *client;

	/* The rest is written here alone. */
	struct attempt_order         order;
	uint32_t                     id;        /* of its LAUNCH_ORDER; 0: not sent */
	struct process               process;
	int                          status_fd; /* reading end; -1 */
	struct loop_io               status_io;
	struct list                  link;      /* in a queue of the launcher's */
	bool                         is_active;
	bool                         is_aborted;
	bool                         is_execed;

	/* What was said so far. */
	struct digest                pinned;    /* none: no bundle */
	char                         version[64];
	uint64_t                     seq;
	uint32_t                     problems;  /* advisories not counted */
	bool                         is_bundle_class; /* every one of them is */
	bool                         is_refused, is_checked, is_broken;
	char                         step[32];  /* that refused */
	int                          error;     /* its errno; 0: the problems say it all */
	char                         text[160];
};

/* Puts a in the launcher's queue; it is not active. */
void attempt_begin(struct attempt *a, const struct attempt_order *order);

/*
 * Makes it end: takes the order back, or kills the process as soon as its number is known. ended()
 * is told in time, never from within this call.
 */
void attempt_abort(struct attempt *a);

/* Lets go of it without a word, when everything ends: its process, if any, is not waited for. */
void attempt_discard(struct attempt *a);

/* ---- for launcher.c ---- */

/* Its order is sent; fd is the reading end of its status pipe. */
void attempt_listen(struct attempt *a, int fd);

void attempt_said_pid(struct attempt *a, pid_t pid);

/* Its order cannot be sent. */
void attempt_fail(struct attempt *a, const char *step, int error);

/* Nobody will take its order. */
void attempt_lose(struct attempt *a);

/* Tells its end. */
void attempt_conclude(struct attempt *a);

#endif
