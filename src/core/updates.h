/*
 * CHECK_UPDATES: asks the registry of each bundle for what is newer, a few at a time. Four different
 * answers, and nobody is left out: newer, same, unknown (with the error), refused (with the reason); and
 * excluded for what does not come from a registry. Changes nothing.
 */
#ifndef CORE_UPDATES_H
#define CORE_UPDATES_H

#include "wire/rows.h"

struct core;
struct reply;

enum { UPDATES_AT_ONCE = 4, UPDATES_EXIT_NONE = 0, UPDATES_EXIT_SOME = 10, UPDATES_EXIT_UNKNOWN = 11 };

/* Answers with an UPDATE row for each bundle of these names (none: all) that a child depends on. */
void updates_begin(struct core *core, struct reply *reply, const struct texts *names);

#endif
