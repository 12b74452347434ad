/*
 * The way out: everyone is told to stop in order, under one deadline for all together; who is left
 * then is killed; what was written last reaches its file; as PID 1 whatever else there is goes too;
 * the loop ends. Allocates nothing, and waits for nobody without a limit.
 */
#ifndef CORE_SHUTDOWN_H
#define CORE_SHUTDOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/observer.h"
#include "loop/loop.h"

struct core;

enum shutdown_phase {
	SHUTDOWN_NONE,
	SHUTDOWN_ORDERLY,   /* stops under way, deadline armed */
	SHUTDOWN_KILLING,   /* SIGKILL was sent to who is left */
	SHUTDOWN_FLUSHING,  /* reeve-log empties the pipes */
	SHUTDOWN_OVER,
};

struct shutdown {
	struct core        *core;
	enum shutdown_phase phase;
	uint64_t            asked_ms;  /* by somebody outside, the last time; 0: by nobody */
	bool                had_time;  /* whoever process 1 adopted */
	struct loop_timer   timer;     /* of the phase */
	struct observer     observer;
};

void shutdown_init(struct shutdown *sd, struct core *core);
void shutdown_done(struct shutdown *sd);

/* Begins an orderly one, unless one is under way. why is for the log. */
void shutdown_begin(struct shutdown *sd, const char *why);

/* The same for somebody outside, who, when he asks again within two seconds, wants it without grace. */
void shutdown_ask(struct shutdown *sd, const char *why);

/* Without grace. */
void shutdown_now(struct shutdown *sd, const char *why);

/* Somebody is gone: what was waited for may be reached. */
void shutdown_advance(struct shutdown *sd);

bool shutdown_is_under_way(const struct shutdown *sd);

#endif
