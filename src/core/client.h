/*
 * One connection to the control socket, from accept to close.
 */
#ifndef CORE_CLIENT_H
#define CORE_CLIENT_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/list.h"
#include "core/rights.h"

struct client;
struct core;
struct frame;
struct reply;

/* What a client is part of. */
struct client_owner {
	struct core *core;
	/* Carries a frame out and ends the reply, now or later; -EBADMSG, the reply untouched, ends the connection. */
	int  (*request)(struct client_owner *o, struct client *c, const struct frame *f, struct reply *reply);
	/* It is gone; too_slow: because it did not read. */
	void (*gone)(struct client_owner *o, struct client *c, bool too_slow);
};

/* A client over fd, which it takes; -ENOMEM, and fd stays the caller's. */
int client_new(struct client_owner *owner, int fd, const struct peer *peer, struct client **ret) MUST_CHECK;

/* Ends it at once; its replies are told that nobody listens. gone() is not called. */
void client_free(struct client *c);

const struct peer *client_peer(const struct client *c);
struct list *client_link(struct client *c);
struct client *client_of_link(struct list *link);

#endif
