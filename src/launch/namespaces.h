/*
 * Namespaces of a child's own (namespaces(7)): mounts, network, IPC. What other settings do to mounts
 * is always done in one of the child's own, so that it can never reach the host.
 *
 * No user namespace is ever made: whoever may not make the others is refused.
 */
#ifndef LAUNCH_NAMESPACES_H
#define LAUNCH_NAMESPACES_H

#include <stdbool.h>

#include "base/attr.h"
#include "wire/context.h"

struct start;

/* The namespaces that the settings ask for, themselves or because they change mounts: CLONE_NEW* flags. */
int namespaces_wanted(const struct context *c);

/* Whether the kernel would let this process make them; negative errno. Tried in a process that then ends. */
int namespaces_try(int wanted) MUST_CHECK;

/* A step: makes them. Mounts of the host go on to come in, none goes out; the loopback is up. */
int namespaces_enter(struct start *s, const char **ret_what) MUST_CHECK;

#endif
