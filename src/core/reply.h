/*
 * The answer to one request while it is being given: any number of rows, then the end. Whoever carries
 * a request out writes here and need not know who listens: a client on the control socket, a
 * `reeve --check-startup` on standard output, a test, or nobody (NULL is a reply that nobody reads).
 * A client that goes away leaves a reply that takes everything and tells nobody: a request is
 * forgotten, its effect stays.
 *
 * Never waits: a listener that is slow to read says -EAGAIN to a row and calls back when it has room.
 */
#ifndef CORE_REPLY_H
#define CORE_REPLY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/list.h"
#include "wire/message.h"
#include "wire/rows.h"

/* What a request ends with; reevectl exits with it (reevectl(1), EXIT STATUS). */
enum reply_exit {
	REPLY_OK          = 0,
	REPLY_PARTIAL     = 1,  /* some children failed */
	REPLY_USAGE       = 2,  /* a request that makes no sense */
	REPLY_NOT_RUNNING = 3,  /* status: some of those named do not run */
	REPLY_NO_SUCH     = 4,  /* status: no such name; upgrade: refused before anything was touched */
	REPLY_REFUSED     = 4,
	REPLY_HALTED      = 5,
	REPLY_REVERTED    = 6,
	REPLY_BUSY        = 7,
	REPLY_DENIED      = 8,
};

struct reply;
typedef void reply_fn(struct reply *r, void *arg);

/* How a listener takes an answer. */
struct reply_ops {
	int  (*row)(struct reply *r, enum msg type, const void *row, const int *fds); /* 0 or -EAGAIN */
	void (*end)(struct reply *r, uint32_t exit_code);  /* the last call of all; r is no more after it */
};

struct reply {
	const struct reply_ops *ops;
	struct list             link;     /* for whoever answers: its list of those who wait */
	reply_fn               *on_room;  /* see reply_when_room() */
	reply_fn               *on_gone;  /* see reply_when_gone() */
	void                   *arg;
	uid_t                   uid;      /* who asked */
};

/* A reply in no list that answers through ops. */
void reply_init(struct reply *r, const struct reply_ops *ops, uid_t uid);

/* Tells a row (CHILD, PROBLEM, OUTCOME, PROGRESS, ...). -EAGAIN: no room now, nothing was told. */
int reply_row(struct reply *r, enum msg type, const void *row) MUST_CHECK;

/*
 * The same for a message with a descriptor (STREAM), which stays the caller's, and for a row that
 * does not matter when the listener has fallen behind (PROGRESS).
 */
int reply_row_with_fd(struct reply *r, enum msg type, const void *row, int fd) MUST_CHECK;
void reply_row_or_drop(struct reply *r, enum msg type, const void *row);

/* Has fn called, from the loop, when there may be room again; once. At most one at a time. */
void reply_when_room(struct reply *r, reply_fn *fn, void *arg);

/*
 * Has fn called when the listener has gone, for work that is not worth going on with then; fn ends the
 * reply. Without it the reply takes everything in silence until it is ended. One arg serves both.
 */
void reply_when_gone(struct reply *r, reply_fn *fn, void *arg);

/* Why it was not carried out, and the end: always fits. needs is a role or "". r is gone afterwards. */
void reply_refuse(struct reply *r, enum reply_exit exit_code, const struct error_row *why);

/* The end; always fits. r is gone afterwards. */
void reply_end(struct reply *r, uint32_t exit_code);

#endif
