/*
 * A SHA-256 digest (FIPS 180-4) as a value: how it is held, compared and written. Hashing itself is
 * bundle/hash.h; PID 1 carries digests about and never makes one.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/attr.h"
#include "base/parse.h"

enum { DIGEST_HEX_LEN = 64, DIGEST_SHORT_LEN = 12 };

struct digest {
	uint8_t bytes[32];
};

struct digest_hex {
	char text[DIGEST_HEX_LEN + 1];
};

static inline bool digest_is_equal(const struct digest *a, const struct digest *b)
{
	return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

/* All zeros stands for "none". */
static inline bool digest_is_none(const struct digest *d)
{
	return digest_is_equal(d, &(struct digest){ .bytes = { 0 } });
}

static inline struct digest_hex digest_to_hex(const struct digest *d)
{
	struct digest_hex hex;

	format_hex(d->bytes, sizeof d->bytes, hex.text);
	return hex;
}

/* 64 lower-case hex digits, with or without the prefix "sha256:". */
static inline MUST_CHECK int digest_from_text(const char *s, struct digest *ret)
{
	if (strncmp(s, "sha256:", 7) == 0)
		s += 7;
	return parse_hex(s, ret->bytes, sizeof ret->bytes);
}

#endif
