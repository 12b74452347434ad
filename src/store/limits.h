/*
 * How long and how much reeve-store bears with. Not settings: tests that need others link another
 * limits.c.
 */
#ifndef STORE_LIMITS_H
#define STORE_LIMITS_H

#include <stdint.h>

struct limits {
	uint32_t attempts;          /* of one download */
	uint64_t pause_min_ms;      /* between attempts: full jitter, doubling from min to max */
	uint64_t pause_max_ms;
	uint64_t retry_after_max_ms;/* a registry may ask for more patience, up to this */
	uint64_t connect_ms;
	uint64_t slow_bytes;        /* fewer a second than this, */
	uint64_t slow_s;            /* for this long, is too slow */
	uint64_t fetch_ms;          /* one attempt, all in all */
	uint64_t role_ms;           /* a role that says nothing for so long is killed */
	uint64_t channel_max;       /* bytes of files whose size nobody signed */
	uint64_t signature_max;
};

extern const struct limits store_limits;

#endif
