/*
 * Base64 (RFC 4648, section 4), strict: padded, no white space, no bits left over, so that one value
 * has one text.
 */
#ifndef BUNDLE_BASE64_H
#define BUNDLE_BASE64_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

#define BASE64_LEN(n) (((n) + 2) / 3 * 4)

/* Exactly n bytes out of exactly len characters; -EINVAL. */
int base64_decode(const char *s, size_t len, uint8_t *ret, size_t n) MUST_CHECK;

/* BASE64_LEN(n) characters and a NUL. */
void base64_encode(const uint8_t *bytes, size_t n, char *buf);

#endif
