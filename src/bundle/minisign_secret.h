/*
 * minisign's secret keys and what they sign. Only files without a password are read and written, the
 * form that `minisign -G -W` makes: whoever publishes from a pipeline protects the file, not a prompt.
 */
#ifndef BUNDLE_MINISIGN_SECRET_H
#define BUNDLE_MINISIGN_SECRET_H

#include "bundle/minisign.h"

struct minisign_secret {
	uint8_t             seed[32];
	struct minisign_key key;    /* its public half */
};

/* Text enough for any of the files that are built here. */
struct minisign_text {
	char text[1024];
};

/* A new key pair out of the kernel's randomness. */
int minisign_secret_new(struct minisign_secret *ret) MUST_CHECK;

/*
 * A secret key file; -EBADMSG when it is none, -EKEYREVOKED when its halves do not belong
 * together (it is damaged), -ENOTSUP when a password protects it.
 */
int minisign_secret_parse(const char *data, size_t len, struct minisign_secret *ret) MUST_CHECK;

/* The two files of a key pair. */
void minisign_secret_format(const struct minisign_secret *secret, struct minisign_text *ret);
void minisign_key_format(const struct minisign_key *key, struct minisign_text *ret);

/* The signature file of this message, as of wall_s; its trusted comment names the message's file. */
int minisign_sign(const struct minisign_secret *secret, const struct minisign_message *message,
                  int64_t wall_s, struct minisign_text *ret) MUST_CHECK;

/* Leaves nothing of it in memory. */
void minisign_secret_clear(struct minisign_secret *secret);

#endif
