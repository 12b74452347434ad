/*
 * The connection to the resident reeve-launch: a queue of attempts, one order after the other as
 * the socket takes them, and the numbers of the processes that took them. When it dies, the orders
 * nobody answered are lost and their attempts told so; a new one is started.
 */
#ifndef CORE_LAUNCHER_H
#define CORE_LAUNCHER_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/list.h"
#include "core/attempt.h"
#include "core/helper.h"

struct core;
struct service;

/*
 * The pipe's own size is the size of the buffer: one read takes all there is, and as each frame is
 * written in one piece (pipe(7): PIPE_BUF), all there is ends with a whole frame. No child needs a
 * buffer of its own.
 */
enum { STATUS_READ_MAX = 65536 };

struct launcher {
	struct core      *core;
	struct helper     helper;
	struct list       queued;    /* attempts waiting to be sent */
	struct list       ordered;   /* sent, and their process has not said its number */
	struct list       failed;    /* to be told so from the loop */
	struct loop_timer failing;
	struct loop_timer watchdog;  /* orders that nobody takes: it hangs */
	uint32_t          last_id;
	uint8_t          *status;    /* what one read of a status pipe takes; the same for all */
	size_t            status_max;
};

int launcher_init(struct launcher *l, struct core *core) MUST_CHECK;
void launcher_done(struct launcher *l);

/* Puts a at the end of the queue and sends what can go. */
void launcher_order(struct launcher *l, struct attempt *a);

/* a, which is in no queue, comes to its end from the loop. */
void launcher_fail(struct launcher *l, struct attempt *a);

/* Has the credentials of s removed, which has no process any more. The next start would do so, too. */
void launcher_forget(struct launcher *l, struct service *s);

/*
 * Reads what reeve-launch's processes said, where one of them has not said its number yet: before anything
 * is reaped, so that no number is a stranger's.
 */
void launcher_drain(struct launcher *l);

#endif
