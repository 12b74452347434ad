/*
 * The init of a child with a PID namespace of its own (`private_pids`, pid_namespaces(7)). The process that
 * reeve-launch makes is the namespace's process 1 and reeve's direct child; the service is its child, so
 * that signals have their usual effect on it, and everybody it leaves behind is reaped. When the init ends,
 * for whatever reason, the kernel kills all that is left in the namespace.
 */
#ifndef LAUNCH_INIT_H
#define LAUNCH_INIT_H

#include "base/attr.h"

struct start;

/* A step: returns in the service's process alone. The init hands on signals, reaps, and ends as the service did. */
int init_begin(struct start *s, const char **ret_what) MUST_CHECK;

#endif
