/*
 * Who became reeve's child and is nobody's here: left behind by a child, or adopted from anywhere below. They are
 * asked for in one read of /proc, and never remembered.
 */
#ifndef CORE_STRANGERS_H
#define CORE_STRANGERS_H

#include <stdbool.h>

#include "core/process.h"

/* Whether there is one; where that cannot be told, there may be. */
bool strangers_are_about(const struct processes *ours);

/*
 * SIGKILL to all of them: when everything ends. How many were met, 0 where that cannot be told; who was below
 * them is met the next time.
 */
unsigned strangers_kill(const struct processes *ours);

#endif
