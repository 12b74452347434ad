/*
 * The child of a plan, from its start to our exit code, with what is to be said on the way.
 */
#ifndef ENTRY_ESCORT_H
#define ENTRY_ESCORT_H

#include "base/attr.h"

struct personality;
struct plan;

/* Runs what was planned, under that name; returns the exit code, after having said what was wrong. */
int escort(const struct personality *personality, const struct plan *plan) MUST_CHECK;

#endif
