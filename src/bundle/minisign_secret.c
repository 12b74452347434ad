#include "bundle/minisign_secret.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "bundle/base64.h"
#include "bundle/minisign_file.h"

static int public_of(const uint8_t seed[32], uint8_t ret[32])
{
	EVP_PKEY *pair = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, 32);
	size_t len = 32;
	int r = pair != NULL && EVP_PKEY_get_raw_public_key(pair, ret, &len) == 1 && len == 32 ? 0 : -ENOMEM;

	EVP_PKEY_free(pair);
	return r;
}

int minisign_secret_new(struct minisign_secret *ret)
{
	if (getrandom(ret->seed, sizeof ret->seed, 0) != (ssize_t)sizeof ret->seed ||
	    getrandom(ret->key.id, sizeof ret->key.id, 0) != (ssize_t)sizeof ret->key.id)
		return -EIO;
	return public_of(ret->seed, ret->key.public);
}

/* The checksum is for wrong passwords: minisign itself leaves it zero and unread without one. */
static int take_blob(const struct secret_blob *b, struct minisign_secret *ret)
{
	static const uint8_t no_kdf[2] = { 0, 0 };
	int r;

	if (memcmp(b->algorithm, "Ed", 2) != 0 || memcmp(b->checksum_algorithm, "B2", 2) != 0)
		return -EBADMSG;
	if (memcmp(b->kdf, no_kdf, 2) != 0)
		return memcmp(b->kdf, "Sc", 2) == 0 ? -ENOTSUP : -EBADMSG;
	memcpy(ret->seed, b->seed, sizeof ret->seed);
	memcpy(ret->key.id, b->id, sizeof ret->key.id);
	r = public_of(b->seed, ret->key.public);
	if (r < 0)
		return r;
	return memcmp(ret->key.public, b->public, sizeof b->public) == 0 ? 0 : -EKEYREVOKED;
}

int minisign_secret_parse(const char *data, size_t len, struct minisign_secret *ret)
{
	const char *newline = memchr(data, '\n', len);
	struct secret_blob blob;
	size_t line_len;
	int r;

	if (len > MINISIGN_FILE_MAX || newline == NULL || len < strlen(MINISIGN_UNTRUSTED) ||
	    memcmp(data, MINISIGN_UNTRUSTED, strlen(MINISIGN_UNTRUSTED)) != 0)
		return -EBADMSG;
	len -= (size_t)(newline + 1 - data);
	data = newline + 1;
	newline = memchr(data, '\n', len);
	line_len = newline != NULL ? (size_t)(newline - data) : len;
	line_len -= line_len > 0 && data[line_len - 1] == '\r';
	r = base64_decode(data, line_len, (uint8_t *)&blob, sizeof blob) < 0 ? -EBADMSG : take_blob(&blob, ret);
	explicit_bzero(&blob, sizeof blob);
	return r;
}

void minisign_secret_format(const struct minisign_secret *secret, struct minisign_text *ret)
{
	struct secret_blob blob = { .algorithm = "Ed", .checksum_algorithm = "B2" };
	char text[BASE64_LEN(sizeof blob) + 1];

	memcpy(blob.id, secret->key.id, sizeof blob.id);
	memcpy(blob.seed, secret->seed, sizeof blob.seed);
	memcpy(blob.public, secret->key.public, sizeof blob.public);
	base64_encode((const uint8_t *)&blob, sizeof blob, text);
	(void)snprintf(ret->text, sizeof ret->text, MINISIGN_UNTRUSTED "minisign secret key %s\n%s\n",
	               minisign_key_id(secret->key.id).text, text); /* fits, here and below */
	explicit_bzero(&blob, sizeof blob);
	explicit_bzero(text, sizeof text);
}

void minisign_key_format(const struct minisign_key *key, struct minisign_text *ret)
{
	struct key_blob blob = { .algorithm = "Ed" };
	char text[BASE64_LEN(sizeof blob) + 1];

	memcpy(blob.id, key->id, sizeof blob.id);
	memcpy(blob.public, key->public, sizeof blob.public);
	base64_encode((const uint8_t *)&blob, sizeof blob, text);
	(void)snprintf(ret->text, sizeof ret->text, MINISIGN_UNTRUSTED "minisign public key %s\n%s\n",
	               minisign_key_id(key->id).text, text);
}

static int ed25519_sign(const uint8_t seed[32], const void *data, size_t len, uint8_t ret[64])
{
	EVP_PKEY *pair = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, 32);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t room = 64;
	bool good = pair != NULL && context != NULL &&
	            EVP_DigestSignInit(context, NULL, NULL, NULL, pair) == 1 &&
	            EVP_DigestSign(context, ret, &room, data, len) == 1 && room == 64;

	EVP_MD_CTX_free(context);
	EVP_PKEY_free(pair);
	return good ? 0 : -ENOMEM;
}

int minisign_sign(const struct minisign_secret *secret, const struct minisign_message *message,
                  int64_t wall_s, struct minisign_text *ret)
{
	struct signature_blob blob = { .algorithm = "ED" };
	char comment[256], first[BASE64_LEN(sizeof blob) + 1], second[BASE64_LEN(64) + 1];
	uint8_t digest[64], global[64], both[64 + sizeof comment];
	int len = snprintf(comment, sizeof comment, "timestamp:%jd\tfile:%s\thashed", (intmax_t)wall_s,
	                   message->file);
	int r;

	if (len < 0 || (size_t)len >= sizeof comment)
		return -ENAMETOOLONG;
	memcpy(blob.id, secret->key.id, sizeof blob.id);
	if (EVP_Digest(message->data, message->len, digest, NULL, EVP_blake2b512(), NULL) != 1)
		return -ENOMEM;
	r = ed25519_sign(secret->seed, digest, sizeof digest, blob.signature);
	memcpy(both, blob.signature, 64);
	memcpy(both + 64, comment, (size_t)len);
	if (r == 0)
		r = ed25519_sign(secret->seed, both, 64 + (size_t)len, global);
	if (r < 0)
		return r;
	base64_encode((const uint8_t *)&blob, sizeof blob, first);
	base64_encode(global, sizeof global, second);
	(void)snprintf(ret->text, sizeof ret->text, MINISIGN_UNTRUSTED "signature from reeve-bundle\n%s\n" MINISIGN_TRUSTED "%s\n%s\n",
	               first, comment, second);
	return 0;
}

void minisign_secret_clear(struct minisign_secret *secret)
{
	explicit_bzero(secret, sizeof *secret);
}
