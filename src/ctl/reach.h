/* How reevectl finds the reeve that it is to ask. */
#ifndef CTL_REACH_H
#define CTL_REACH_H

#include "base/attr.h"
#include "ctl/ctl.h"

enum { REACH_MS = 5000 }; /* for a reeve that is too busy to take connections */

/*
 * A connection to the socket that was given, or else to the first of the usual places where a reeve of
 * the caller's or root's answers. Without one c->socket becomes the path that is to be told. Waits a while
 * for one that is too busy.
 */
int reach_reeve(struct ctl *c) MUST_CHECK;

#endif
