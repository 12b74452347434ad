/*
 * The way out: everyone is told to stop in order, under one deadline for all together; who is left then
 * is killed, as PID 1 everything there is; the last output is written; the loop ends. Allocates nothing.
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
	SHUTDOWN_ORDERLY,   /* stops under way */
	SHUTDOWN_KILLING,   /* SIGKILL was sent to who is left */
	SHUTDOWN_FLUSHING,  /* reeve-log empties the pipes */
	SHUTDOWN_OVER,
};

struct shutdown {
	struct core        *core;
	enum shutdown_phase phase;
	uint64_t            asked_ms;  /* the last time, for the second signal */
	struct loop_timer   deadline;
	struct observer     observer;
};

void shutdown_init(struct shutdown *sd, struct core *core);

/* Begins an orderly one; again within two seconds goes straight to the kill. why is for the log. */
void shutdown_begin(struct shutdown *sd, const char *why);

/* No grace. */
void shutdown_now(struct shutdown *sd, const char *why);

bool shutdown_is_under_way(const struct shutdown *sd);

#endif
