/*
 * What a move does on the way: one short function per action of state.def. Actions never step the
 * machine; they order, signal, arm timers, and queue the next event.
 */
#ifndef CORE_ACTION_H
#define CORE_ACTION_H

#include "core/state.h"

struct service;

/* s->state is the new one already. */
void action_take(struct service *s, enum svc_action action, enum svc_event on);

#endif
