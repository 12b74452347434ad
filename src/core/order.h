/*
 * Who goes first: starts in rising priority, everyone of one priority at once; stops the other way
 * round, and a priority is told to stop when those above it are gone.
 */
#ifndef CORE_ORDER_H
#define CORE_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "loop/loop.h"

struct core;
struct service;

struct order {
	struct core *core;
	bool         is_stopping, is_telling;
	size_t       left;      /* of roster.by_priority, not told yet */
	int32_t      priority;  /* of those who were told last */
	struct list  awaited;   /* told, and not down yet: service->order_link */
	struct loop_timer rest; /* more of them to be told in the next turn */
};

void order_init(struct order *o, struct core *core);
void order_done(struct order *o);

/* Wants up every child whose autostart says so. */
void order_start_all(struct order *o);

/* Wants everyone down, priority by priority; nobody is added or removed from now on. */
void order_stop_all(struct order *o);

/* s made a move: the next priority's turn may have come. */
void order_moved(struct order *o, struct service *s);

/* Whether order_stop_all() is through; who is stuck is not waited for. */
bool order_is_done(const struct order *o);

#endif
