/*
 * A helper process of reeve's: started with its control socket as descriptor 3, spoken to in
 * frames, and told of its end. A resident one is started again when it dies, with growing delays;
 * one that is not is started for one piece of work. A helper may die or hang at any moment: that is
 * a callback, never an error of reeve.
 */
#ifndef CORE_HELPER_H
#define CORE_HELPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "core/process.h"
#include "loop/loop.h"
#include "wire/message.h"

struct core;
struct channel;
struct helper;

/* How a program is to be run and heard; const and shared. */
struct helper_kind {
	const char *program;    /* in helper_dir: "reeve-store" */
	bool        resident;
	/* Its one argument, written to buf; NULL: none. May be NULL itself. */
	const char *(*argument)(const struct helper *h, char *buf, size_t max);
	unsigned    may_send;   /* FROM_* */
	size_t      in_max;     /* largest body that comes */
	size_t      out_max;    /* bytes that may wait to go */
	/* It is started, its socket is open. May be NULL. */
	void (*up)(struct helper *h);
	/* A frame came; its descriptors are the callee's. helper_stop() is fine in here. */
	void (*frame)(struct helper *h, const struct frame *f);
	/* Some of what waited has gone. May be NULL. */
	void (*writable)(struct helper *h);
	/*
	 * It is waited for and everything it said was told. how is NULL when it could not be
	 * started.
	 */
	void (*down)(struct helper *h, const struct exit_status *how);
};

struct helper {
	struct core              *core;
	const struct helper_kind *kind;
	struct channel           *channel;   /* NULL: not to be spoken to */
	struct loop_io            io;
	struct process            process;
	bool                      is_gone;   /* waited for, and its socket is still open */
	struct exit_status        exit;
	bool                      stopping;
	uint32_t                  failures;  /* in a row */
	int                       error;     /* why it could not be started last, negative; 0: it could */
	uint64_t                  started_ms;
	struct loop_timer         again;
	struct loop_timer         kill;
};

/* h is zeroed memory of the caller's, which outlives the process. */
void helper_init(struct helper *h, struct core *core, const struct helper_kind *kind);

/* Starts it; a resident one that cannot be started is tried again by itself. */
int helper_start(struct helper *h);

/*
 * Queues a message. -ENOTCONN: it is down; -ENOBUFS: it reads too slowly, or the message is too
 * large.
 */
int helper_send(struct helper *h, enum msg type, uint32_t id, const void *body, const int *fds) MUST_CHECK;

/*
 * Ends it: closes its socket, which every helper takes as the order to finish, and sends SIGKILL
 * when it is there after grace_ms (0: at once). down() follows, from the loop. Nothing to do when
 * it does not run.
 */
void helper_stop(struct helper *h, uint64_t grace_ms);

/* Whether messages wait for it to read. */
bool helper_has_output(const struct helper *h);

/* Takes what it has said by now. */
void helper_hear(struct helper *h);

/* Lets go of it without a word: it is not waited for, and nobody is told. */
void helper_done(struct helper *h);

/* Why it is not up, for people: "reeve-launch cannot be started: ..."; "" when it is. */
void helper_explain(const struct helper *h, char *buf, size_t max);

bool helper_is_up(const struct helper *h);

#endif
