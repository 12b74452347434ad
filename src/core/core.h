/*
 * reeve as one struct, passed down: nothing of it is global. It reaches kernel and clock only
 * through sys/ and loop/; replace those two at link time and all of it runs inside a test.
 *
 * Nothing in core/ blocks, ends the process or trusts what it reads. What a dying child or a timer
 * sets going uses memory already held.
 */
#ifndef CORE_CORE_H
#define CORE_CORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/list.h"
#include "conf/conf.h"
#include "core/budget.h"
#include "core/ending.h"
#include "core/launcher.h"
#include "core/logger.h"
#include "core/order.h"
#include "core/problems.h"
#include "core/process.h"
#include "core/reap.h"
#include "core/roster.h"
#include "core/scope.h"
#include "core/shutdown.h"
#include "loop/loop.h"

struct core {
	struct loop        *loop;          /* the caller's */
	struct conf        *conf;          /* in force; reload.c changes it */
	bool                is_init;       /* PID 1: never ends on an error */
	uint64_t            started_wall_ms;

	struct processes    processes;
	struct roster       roster;
	struct problem_pool problems;
	struct budget       budget;
	struct launcher     launcher;
	struct logger       logger;
	struct reaper       reaper;
	struct scopes       scopes;
	struct order        order;
	struct shutdown     shutdown;
	struct ending       ending;
	int                 null_fd;       /* /dev/null, read and write */

	struct list         observers;
	struct list         pending;       /* services with events to take */
	bool                is_settling;
	struct list         stores;        /* reeve-stores at work */
	struct list         checks;        /* under way */
	size_t              checks_n;
	bool                has_removed;   /* services wait for their removal */

	/* The rooms of others; each makes and frees its own. NULL where a test leaves one out. */
	struct control     *control;       /* control.c */
	struct announcer   *announcer;     /* announce.c */
	struct bundles     *bundles;       /* bundles.c */
	struct heals       *heals;         /* heal.c */
	struct upgrades    *upgrades;      /* upgrade.c */
};

/*
 * Everything but the control socket, with nobody started. core is zeroed memory with is_init set;
 * conf is taken over, on failure too.
 */
int core_init(struct core *core, struct loop *loop, struct conf *conf) MUST_CHECK;

/* Gives everything back; what still runs runs on. */
void core_done(struct core *core);

/* Starts the helpers and everybody who is to start. */
void core_start(struct core *core);

/* Room for children more or fewer, so that nothing later needs any. */
int core_reserve(struct core *core, size_t children) MUST_CHECK;

#endif
