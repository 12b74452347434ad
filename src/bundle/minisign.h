/*
 * minisign's signatures (jedisct1/minisign, README and minisign(1)), over libcrypto. Ed25519 over the
 * BLAKE2b-512 of the file, and a second signature over the first and the trusted comment; both
 * must verify. The untrusted comment is not signed and nobody here looks at it.
 */
#ifndef BUNDLE_MINISIGN_H
#define BUNDLE_MINISIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/problem.h"

enum {
	MINISIGN_FILE_MAX    = 16384,  /* bytes of a key or signature file */
	MINISIGN_COMMENT_MAX = 8192,
	MINISIGN_KEY_ID_LEN  = 16,
	MINISIGN_KEYS_MAX    = 16
};

struct minisign_key {
	uint8_t id[8];
	uint8_t public[32];
};

struct minisign_key_id {
	char text[MINISIGN_KEY_ID_LEN + 1]; /* upper-case hex; minisign shows it without zeros in front */
};

struct minisign_signature {
	uint8_t id[8];
	bool    legacy;                        /* over the file itself, not its BLAKE2b-512 */
	uint8_t signature[64];
	uint8_t global[64];                    /* over signature and comment */
	char    comment[MINISIGN_COMMENT_MAX + 1]; /* the trusted one */
};

struct minisign_key_id minisign_key_id(const uint8_t id[8]);

/*
 * A public key file, or its second line alone. -EBADMSG when it is none; -EKEYREJECTED for a point of
 * small order, under which anybody can sign.
 */
int minisign_key_parse(const char *data, size_t len, struct minisign_key *ret) MUST_CHECK;

/* A signature file; -EBADMSG when it is none. */
int minisign_signature_parse(const char *data, size_t len, struct minisign_signature *ret) MUST_CHECK;

/* What was signed: len bytes that stand in a file of this name (no folder). */
struct minisign_message {
	const void *data;
	size_t      len;
	const char *file;
};

/*
 * Whether s is this key's signature of this message: 0; -ENOKEY for another key's; -EPROTONOSUPPORT for
 * a legacy one; -EBADMSG when the trusted comment does not name the file; -EKEYREJECTED when it does
 * not verify.
 */
int minisign_verify(const struct minisign_key *key, const struct minisign_signature *s,
                    const struct minisign_message *message) MUST_CHECK;

/* Who may sign, and how many of them must. */
struct minisign_trust {
	struct minisign_key keys[MINISIGN_KEYS_MAX];
	size_t              keys_n;
	unsigned            threshold;   /* at least 1 */
};

/* Signature files of one message, as they were read. */
struct minisign_file {
	const char *data;
	size_t      len;
	const char *name;   /* for problems */
};

/*
 * Whether enough of the keys signed: each public key counts once, whatever ids or files repeat it. A
 * signature that is no good is as if it were not there. 0, or -EKEYREJECTED with *ret_problem saying
 * how many there were and what was wrong with the others.
 */
int minisign_verify_threshold(const struct minisign_trust *trust, const struct minisign_message *message,
                              const struct minisign_file *files, size_t files_n,
                              struct problem *ret_problem) MUST_CHECK;

#endif
