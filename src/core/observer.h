/*
 * Who else wants to know what happens to children: the upgrade engine, clients that wait for an
 * outcome. Observers are told after the move is made and announced, in the order they came. They
 * may make requests, stop observing, and read anything.
 */
#ifndef CORE_OBSERVER_H
#define CORE_OBSERVER_H

#include "base/list.h"
#include "core/state.h"

struct core;
struct service;

struct observer {
	/* s moved from one state to s->state; from may equal it (a stop that grows into a kill). */
	void (*moved)(void *arg, struct service *s, enum svc_event on, enum svc_state from);
	/* A reload dropped s, it is down, and after this call it is no more. May be NULL. */
	void (*removed)(void *arg, struct service *s);
	void *arg;
	struct list link;
};

void observe(struct core *core, struct observer *o);
void observe_no_more(struct observer *o); /* fine on one that does not observe */

#endif
