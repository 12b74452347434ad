/*
 * The control socket: takes connections, learns from the kernel who is there, hands requests to asks.c
 * and carries the answers back. Everything about a client is bounded: its frames, its queue, what it
 * has under way, how many there are and how many of one user. One that does not read is paused, then dropped
 * and counted; nobody waits for anybody.
 */
#ifndef CORE_CONTROL_H
#define CORE_CONTROL_H

#include "base/attr.h"
#include "core/rights.h"

enum {
	CLIENTS_MAX          = 64,
	CLIENTS_OF_USER_MAX  = 16,          /* of one who is not an org admin: the others get in, too */
	CLIENT_REPLIES_MAX   = 8,           /* requests under way at once */
	CLIENT_IN_MAX        = 16384,
	CLIENT_OUT_MAX       = 131072,
	CLIENT_ROOM_KEPT     = 40960,       /* of that, for refusals and ends: they always fit */
	CLIENT_STALL_MS      = 30 * 1000,   /* not reading for so long ends it */
};

struct core;
struct control;

/* Makes core->control and listens at the socket of core->conf; an error leaves none. */
int control_new(struct core *core) MUST_CHECK;

/* Ends every connection and removes the socket. Fine when there is none. */
void control_free(struct core *core);

/* Who may what by the configuration in force. */
const struct rights *control_rights(struct control *c);

#endif
