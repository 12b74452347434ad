/*
 * The connection to the resident reeve-launch: a queue of attempts, one order after the other as the
 * socket takes them, and the numbers of the processes that took them. When it dies, the orders nobody
 * answered are lost and their attempts told so; a new one is started.
 */
#ifndef CORE_LAUNCHER_H
#define CORE_LAUNCHER_H

#include "base/attr.h"
#include "base/list.h"
#include "core/attempt.h"
#include "core/helper.h"

struct core;

struct launcher {
	struct core     *core;
	struct helper    helper;
	struct list      queued;    /* attempts waiting to be sent */
	struct list      ordered;   /* sent, and their process has not said its number */
	uint32_t         last_id;
	struct loop_timer watchdog; /* an order that nobody takes */
};

int launcher_init(struct launcher *l, struct core *core) MUST_CHECK;
void launcher_done(struct launcher *l);

/* Puts a at the end of the queue and sends what can go. */
void launcher_order(struct launcher *l, struct attempt *a);

/* Takes a back; false when it was sent already. */
bool launcher_withdraw(struct launcher *l, struct attempt *a);

/* Reads what reeve-launch's processes said: before anything is reaped, so that no number is a stranger's. */
void launcher_drain(struct launcher *l);

#endif
