/*
 * The channels of a registry, found by their files.
 */
#ifndef PUBLISH_WALK_H
#define PUBLISH_WALK_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/problem.h"

/* Whether the folder is a registry: it has bundles in b/. */
bool walk_is_registry(int dir);

/* Told of each channel, with the folder that its file is in. */
typedef void walk_channel_fn(void *arg, int dir, const char *name, const char *channel);

/* Calls fn for each channel, in the order of names; -ECANCELED when a folder cannot be read. */
int walk_channels(int registry, walk_channel_fn *fn, void *arg, struct problem *p) MUST_CHECK;

#endif
