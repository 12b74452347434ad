/*
 * Which version is to be had, and on whose word: a digest pinned in the configuration (T0), or a
 * channel file under enough good signatures (T1) that is neither expired nor older than what we saw
 * before. Only an insecure registry on this machine is believed without either.
 */
#ifndef STORE_RESOLVE_H
#define STORE_RESOLVE_H

#include <stdbool.h>
#include "base/attr.h"
#include "store/job.h"
#include "store/offer.h"

/*
 * Resolves to, "" for the latest or "sha256:…". keep: raise the high-water mark to what was offered,
 * durably, before anything else is fetched on its word.
 */
int resolve(struct job *j, const char *to, bool keep, struct offer *ret) MUST_CHECK;

#endif
