/*
 * Who goes first: starts in rising priority, everyone of one priority at once; stops the other way
 * round, and a priority is told to stop when those above it are gone.
 */
#ifndef CORE_ORDER_H
#define CORE_ORDER_H

#include "base/list.h"

struct core;

/* Wants up every child whose autostart says so and that has not been asked for yet. */
void order_start_all(struct core *core);

/* Wants everyone down, group by group; order_advance() is called on every move. */
void order_stop_all(struct core *core);
void order_advance(struct core *core);

#endif
