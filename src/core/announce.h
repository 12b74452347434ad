/*
 * Tells the world what happened: one log line, and one event to every client that listens.
 */
#ifndef CORE_ANNOUNCE_H
#define CORE_ANNOUNCE_H

#include "base/attr.h"
#include "base/log.h"
#include "core/state.h"

struct core;
struct service;

/* s is about to go from its state to another (or the same) on an event. */
void announce_move(struct service *s, enum svc_event on, enum svc_state to);

/* Anything else: subject, event, "key=value key=value" as a printf format or NULL. */
void announce_event(struct core *core, enum log_level level, const char *subject, const char *event,
                    const char *fields, ...) PRINTF_LIKE(5, 6);

#endif
