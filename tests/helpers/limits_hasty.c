/* reeve-store's limits for tests that wait for them to be reached. */
#include "store/limits.h"

const struct limits store_limits = {
	.attempts           = 3,
	.pause_min_ms       = 1,
	.pause_max_ms       = 20,
	.retry_after_max_ms = 50,
	.connect_ms         = 2000,
	.slow_bytes         = 1024,
	.slow_s             = 1,
	.fetch_ms           = 3000,
	.role_ms            = 10000,
	.channel_max        = 1024 * 1024,
	.signature_max      = 16 * 1024,
};
