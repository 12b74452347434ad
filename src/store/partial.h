/*
 * Downloads that can go on where they stopped: partial/<hex> by the digest of what it is to become, and
 * <hex>.meta with the validator its bytes came under.
 */
#ifndef STORE_PARTIAL_H
#define STORE_PARTIAL_H

#include <stdint.h>

#include "base/attr.h"
#include "base/digest.h"

struct job;

/*
 * Brings the registry's file at path, whose digest and size are signed, and returns a descriptor that
 * reads it from the start. What a failure leaves is kept for the next try.
 */
int partial_fetch(struct job *j, const char *path, const struct digest *digest, uint64_t size) MUST_CHECK;

/* It has served. */
void partial_forget(struct job *j, const struct digest *digest);

#endif
