/*
 * A client that follows events: those of the children it named, as far as it may see them. One that
 * reads too slowly misses some, and sees by their numbers that it did.
 */
#ifndef CORE_EVENTS_H
#define CORE_EVENTS_H

#include "core/choice.h"
#include "core/reply.h"
#include "wire/record.h"

struct core;

/* Tells the reply every event from now on, until its listener goes or reeve ends. */
void events_follow(struct core *core, const struct asker *asker, const struct texts *names,
                   struct reply *reply);

#endif
