/*
 * A child at run time: its state, its process, its wishes. What the admin wrote about it is in conf
 * and never changes under it; what changes is here, and service.c is the only writer.
 *
 * service_step() moves it through the table of state.c, one event at a time. Nobody calls it but
 * the drain in service_settle(): requests, timers and exits only queue events, actions too, so the
 * order of moves is the order of the log. Requests may be made from anywhere, observers included.
 */
#ifndef CORE_SERVICE_H
#define CORE_SERVICE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/digest.h"
#include "base/list.h"
#include "conf/conf.h"
#include "core/attempt.h"
#include "core/feed.h"
#include "core/logger.h"
#include "core/problems.h"
#include "core/process.h"
#include "core/scope.h"
#include "core/state.h"
#include "loop/loop.h"

enum { SERVICE_EVENTS_MAX = 8, SERVICE_REASON_MAX = 224 };

struct service {
	struct core             *core;

	/* Settings: read only, held by conf_owner. */
	const struct child_conf *conf;
	struct conf             *conf_owner;
	uint32_t                 number;      /* for good, never given again */

	/* Written by service.c. */
	enum svc_state           state;
	uint64_t                 since_ms;
	bool                     wanted;      /* up */
	bool                     is_removed;  /* a reload dropped it: it goes when it is down */
	bool                     one_try;     /* the next failure is dead: an upgrade moves it */
	bool                     is_healing;  /* in checking: reeve-store is at it */
	bool                     is_healed;   /* for this start, it was */
	bool                     is_killed;   /* in stopping: SIGKILL is sent */
	struct attempt           attempt;     /* the process, from order to end; attempt.process.pid */
	struct scope             scope;       /* what that started, which may outlive it */
	enum svc_event           after;       /* what its end means, once nobody is left of its scope */
	uint64_t                 execed_ms;   /* of the process at hand */
	struct digest            digest;      /* it runs, or ran last, from this version; none: no bundle */
	char                     version[64];
	uint64_t                 seq;
	uint32_t                 restarts;    /* since the last manual start */
	uint32_t                 failures;    /* in a row: what backoff counts */
	uint32_t                 failed_starts; /* in a row: what startretries counts */
	uint32_t                 lost;        /* launches lost in a row */
	bool                     has_credentials; /* its last process did, and they are to be removed */
	bool                     has_exited;
	struct exit_status       exit;        /* how it last ended */
	struct problem_list      problems;    /* of the last launch that failed; originals first */
	char                     reason[SERVICE_REASON_MAX]; /* one line: why it is dead or waiting; "" */
	struct loop_timer        timer;       /* the one of its state */
	uint64_t                 timer_at_ms; /* 0: none */
	struct stream            out, err;
	struct feed              feed;        /* a logger's input */

	/* Others' places in it. */
	struct list              pending_link; /* core->pending while events wait */
	uint8_t                  events[SERVICE_EVENTS_MAX];
	unsigned                 events_n;
	struct list              budget_link;  /* in the queue for a restart */
	struct list              heal_link;    /* heal.c: waits for a repair */
	struct list              order_link;   /* order.c: told to stop, and waited for */
	unsigned                 checks;       /* check.c: under way */
};

/* ---- requests ---- */

/* Whoever calls these sees the first move made when they return, unless called from an observer. */

/*
 * Up or down. Up: -ESHUTDOWN when reeve itself is on its way out, -ENOENT when a reload dropped it.
 */
int service_want(struct service *s, bool up);

/* A new process; starts what is stopped. Errors as above. */
int service_restart(struct service *s);

/*
 * For the upgrade engine: a new process from what the pointer names now, with one try: whatever
 * keeps it from `running` makes it dead. Errors as above.
 */
int service_move_to_current(struct service *s) MUST_CHECK;

/* Sends signo to the group of its program; -ESRCH when it has none. */
int service_signal(struct service *s, int signo) MUST_CHECK;

/* What heal.c made of it, once per heal_begin(); why is the heal's own failure, NULL when ok. */
void service_heal_ended(struct service *s, bool ok, const struct problem *why);

/* ---- seen from outside ---- */

/* 0 while it has no process. The number of a launching process counts too. */
pid_t service_pid(const struct service *s);

/* Until its timer, 0: none. In backoff, until its turn at the earliest. */
uint64_t service_next_in_ms(const struct service *s, uint64_t now_ms);

static inline const char *service_name(const struct service *s)
{
	return s->conf->name;
}

/* ---- for roster.c, reload.c, shutdown.c, budget queue and timers ---- */

/* -ENOMEM, -EMFILE: no streams for it. Takes a reference on conf. */
int service_new(struct core *core, struct conf *conf, const struct child_conf *child, uint32_t number,
                struct service **ret) MUST_CHECK;
void service_free(struct service *s); /* down, and in no queue */

/* New settings; a process that runs is not touched. */
void service_adopt_conf(struct service *s, struct conf *conf, const struct child_conf *child);

/* Queues an event; the next service_settle() takes it. */
void service_queue(struct service *s, enum svc_event on);

/*
 * Takes every event that waits, of every service, in order. Called again from within it does
 * nothing.
 */
void service_settle(struct core *core);

/* Skip what is left of the grace: SIGKILL now to one that is stopping. */
void service_kill_now(struct service *s);

#endif
