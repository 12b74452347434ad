/*
 * One reeve-store at work for reeve: started with STORE_OPEN, asked one thing after the other, answered
 * through callbacks from the loop. It may crash, hang or be killed: then each request that waits is
 * answered `died`, and so is every later one. A reeve-store that says nothing for ten minutes while
 * something is asked of it is killed.
 *
 * PID 1 never waits here, and knows nothing of what reeve-store does to its files.
 */
#ifndef CORE_STORE_CLIENT_H
#define CORE_STORE_CLIENT_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/problem.h"
#include "conf/conf.h"
#include "wire/message.h"
#include "wire/orders.h"
#include "wire/rows.h"

enum { STORE_PENDING_MAX = 64, STORE_SILENCE_MS = 10 * 60 * 1000 };

struct core;
struct store_client;

/* How a request ended. Texts are borrowed for the call. */
struct store_answer {
	bool                          ok;
	bool                          died;       /* reeve-store did; nobody knows how far it came */
	const struct problem         *problem;    /* why not, unless ok */
	const struct store_staged    *staged;     /* STORE_STAGED, else NULL */
	const struct store_committed *committed;  /* STORE_COMMITTED, else NULL */
};

typedef void store_answer_fn(void *arg, const struct store_answer *answer);

/* What comes before an answer; either may be NULL. */
struct store_rows {
	void (*progress)(void *arg, const struct progress_row *row);
	void (*current)(void *arg, const struct store_current *row);
	void  *arg;
};

/* Who asks for what: the parts of STORE_OPEN that the configuration does not know. */
struct store_errand {
	const struct bundle_conf *bundle;   /* NULL: the whole store */
	const char               *id;       /* of the upgrade; "" none */
	const char               *by;
	const char               *reason;   /* "upgrade", "heal", "install", "rollback", "" */
};

/* Starts a reeve-store and opens the store with it. -ENOMEM, or what the start of a process says. */
int store_client_new(struct core *core, const struct store_errand *errand, const struct store_rows *rows,
                     struct store_client **ret) MUST_CHECK;

/* Ends it: what waits is not answered any more. NULL is fine; so is a call from its own callbacks. */
void store_client_free(struct store_client *sc);

/* It is no more: whoever waits is told one after the other, and nothing more can be asked. */
bool store_client_is_dead(const struct store_client *sc);

/* Ends every one there is, when reeve itself goes. */
void store_clients_discard(struct core *core);

/*
 * Asks; fn is called once from the loop, never from here. -ENOTCONN: it died before, -ENOBUFS: too
 * much is asked already. body is copied.
 */
int store_client_ask(struct store_client *sc, enum msg type, const void *body, store_answer_fn *fn,
                     void *arg) MUST_CHECK;

/* Tells something that is not answered (STORE_REPORT_CHILD, STORE_IN_USE). */
int store_client_tell(struct store_client *sc, enum msg type, const void *body) MUST_CHECK;

#endif
