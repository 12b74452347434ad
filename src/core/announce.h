/*
 * Tells the world what happened: one log line, and one event to everyone who subscribed.
 */
#ifndef CORE_ANNOUNCE_H
#define CORE_ANNOUNCE_H

#include "base/attr.h"
#include "base/list.h"
#include "base/log.h"
#include "core/state.h"
#include "wire/rows.h"

struct core;
struct service;

/* Someone who is told every event, from within whatever made it: takes it or leaves it, and changes nothing. */
struct subscriber {
	struct list link;
	void      (*event)(struct subscriber *s, const struct event_row *row);
};

/* Makes core->announcer; -ENOMEM. Without one there are log lines and no events. */
int announcer_new(struct core *core) MUST_CHECK;
void announcer_free(struct core *core);

void announcer_subscribe(struct core *core, struct subscriber *s);
void announcer_unsubscribe(struct subscriber *s); /* fine on one that is in no list but initialised */

/* s is about to go from its state to another (or the same) on an event. */
void announce_move(struct service *s, enum svc_event on, enum svc_state to);

/* Anything else: subject, event, "key=value key=value" as a printf format or NULL. */
void announce_event(struct core *core, enum log_level level, const char *subject, const char *event,
                    const char *fields, ...) PRINTF_LIKE(5, 6);

#endif
