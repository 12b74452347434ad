/*
 * BLAKE2b with a digest of 32 bytes (RFC 7693), which guards minisign's secret key files. libcrypto
 * 3.0 has the one of 64 bytes only, and a shorter digest is another function, not a part of it.
 */
#ifndef BUNDLE_BLAKE2B_H
#define BUNDLE_BLAKE2B_H

#include <stddef.h>
#include <stdint.h>

enum { BLAKE2B_256_LEN = 32 };

void blake2b_256(const void *data, size_t len, uint8_t ret[BLAKE2B_256_LEN]);

#endif
