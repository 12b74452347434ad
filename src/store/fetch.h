/*
 * Fetching one file over http or https by the fetch role: it has the network and one descriptor to
 * write to, and nothing else. Retries are decided here, from what the role told.
 */
#ifndef STORE_FETCH_H
#define STORE_FETCH_H

#include "base/attr.h"
#include "base/problem.h"
#include "store/asker.h"
#include "store/registry.h"
#include "wire/orders.h"

/* Fetches url behind the d->have bytes of d->out; see registry_get(). */
int fetch_get(const struct registry *reg, const char *url, struct download *d) MUST_CHECK;

/* The role's side: descriptor 4 to write to. Its exit code. */
int fetch_role(void);

#endif
