#include "bundle/base64.h"

#include <errno.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The six bits of a character; -1 for what is none. */
static int value_of(char c)
{
	const char *at = c != '\0' ? strchr(alphabet, c) : NULL;

	return at != NULL ? (int)(at - alphabet) : -1;
}

int base64_decode(const char *s, size_t len, uint8_t *ret, size_t n)
{
	if (len != BASE64_LEN(n))
		return -EINVAL;
	for (size_t at = 0, i = 0; at < n; i += 4) {
		size_t bytes = n - at < 3 ? n - at : 3;
		uint32_t bits = 0;

		for (size_t k = 0; k < 4; k++) {
			int v = k <= bytes ? value_of(s[i + k]) : s[i + k] == '=' ? 0 : -1;

			if (v < 0)
				return -EINVAL;
			bits = bits << 6 | (uint32_t)v;
		}
		if ((bits & (0xffffffu >> (8 * bytes))) != 0)
			return -EINVAL; /* bits that no encoder writes */
		for (size_t k = 0; k < bytes; k++)
			ret[at++] = (uint8_t)(bits >> (16 - 8 * k));
	}
	return 0;
}

void base64_encode(const uint8_t *bytes, size_t n, char *buf)
{
	for (size_t at = 0; at < n; at += 3) {
		size_t left = n - at;
		uint32_t bits = (uint32_t)bytes[at] << 16;

		bits |= left > 1 ? (uint32_t)bytes[at + 1] << 8 : 0;
		bits |= left > 2 ? bytes[at + 2] : 0;
		*buf++ = alphabet[bits >> 18];
		*buf++ = alphabet[bits >> 12 & 63];
		*buf++ = left > 1 ? alphabet[bits >> 6 & 63] : '=';
		*buf++ = left > 2 ? alphabet[bits & 63] : '=';
	}
	*buf = '\0';
}
