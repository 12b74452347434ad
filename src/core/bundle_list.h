/*
 * BUNDLES: one row per bundle with what its pointer names and how many of its children run, and run that
 * version: what is mixed is seen at once. Nothing is asked of the store or a registry.
 */
#ifndef CORE_BUNDLE_LIST_H
#define CORE_BUNDLE_LIST_H

#include "wire/rows.h"

struct core;
struct reply;

/* Answers with a BUNDLE row for each bundle of these names (none: all) that a child depends on. */
void bundle_list_begin(struct core *core, struct reply *reply, const struct texts *names);

#endif
