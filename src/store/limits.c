#include "store/limits.h"

const struct limits store_limits = {
	.attempts           = 5,
	.pause_min_ms       = 500,
	.pause_max_ms       = 30 * 1000,
	.retry_after_max_ms = 300 * 1000,
	.connect_ms         = 10 * 1000,
	.slow_bytes         = 1024,
	.slow_s             = 30,
	.fetch_ms           = 3600 * 1000,
	.role_ms            = 120 * 1000,
	.channel_max        = 1024 * 1024,
	.signature_max      = 16 * 1024,
};
