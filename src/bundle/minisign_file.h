/*
 * What minisign's files hold, base64-encoded, in their second line (minisign 0.11, src/minisign.h).
 * Private to minisign.c, which reads, and minisign_secret.c, which writes.
 */
#ifndef BUNDLE_MINISIGN_FILE_H
#define BUNDLE_MINISIGN_FILE_H

#include <stdint.h>

#define MINISIGN_UNTRUSTED "untrusted comment: "
#define MINISIGN_TRUSTED   "trusted comment: "

struct key_blob {
	uint8_t algorithm[2], id[8], public[32];
};

struct signature_blob {
	uint8_t algorithm[2], id[8], signature[64];
};

struct secret_blob {
	uint8_t algorithm[2], kdf[2], checksum_algorithm[2];
	uint8_t salt[32], ops_limit[8], memory_limit[8];
	uint8_t id[8], seed[32], public[32];
	uint8_t checksum[32];
};

_Static_assert(sizeof(struct key_blob) == 42, "no holes");
_Static_assert(sizeof(struct signature_blob) == 74, "no holes");
_Static_assert(sizeof(struct secret_blob) == 158, "no holes");

#endif
