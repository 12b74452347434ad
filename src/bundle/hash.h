/*
 * SHA-256 (FIPS 180-4) by libcrypto's low-level calls, which need no provider set-up and so cost a
 * process that hashes nothing, nothing (the EVP front takes most of a millisecond to start).
 */
#ifndef BUNDLE_HASH_H
#define BUNDLE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/digest.h"

struct hash {
	_Alignas(8) unsigned char room[128];
};

void hash_begin(struct hash *h);
void hash_add(struct hash *h, const void *data, size_t len);
void hash_end(struct hash *h, struct digest *ret);

void hash_bytes(const void *data, size_t len, struct digest *ret);

/* Everything from the descriptor's place to the end; *ret_size says how much that was. */
int hash_fd(int fd, struct digest *ret, uint64_t *ret_size) MUST_CHECK;

#endif
