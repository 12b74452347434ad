#include "bundle/minisign.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "bundle/base64.h"
#include "bundle/minisign_file.h"

enum { DIGEST_LEN = 64 };

/* One line out of a text; the newline is not of it. */
struct line {
	const char *at;
	size_t      len;
};

/* Takes the next line of *rest; false at the end. A last line may lack its newline; a CR is dropped. */
static bool take_line(struct line *rest, struct line *ret)
{
	const char *newline;

	if (rest->len == 0)
		return false;
	newline = memchr(rest->at, '\n', rest->len);
	*ret = (struct line){ rest->at, newline != NULL ? (size_t)(newline - rest->at) : rest->len };
	rest->len -= ret->len + (newline != NULL);
	rest->at += ret->len + (newline != NULL);
	if (ret->len > 0 && ret->at[ret->len - 1] == '\r')
		ret->len--;
	return true;
}

static bool line_starts_with(const struct line *l, const char *prefix)
{
	return l->len >= strlen(prefix) && memcmp(l->at, prefix, strlen(prefix)) == 0;
}

struct minisign_key_id minisign_key_id(const uint8_t id[8])
{
	struct minisign_key_id text;

	for (size_t i = 0; i < 8; i++)
		(void)snprintf(text.text + 2 * i, 3, "%02X", id[7 - i]); /* two digits each: fits */
	return text;
}

/*
 * Points of small order, as libsodium lists them (crypto_core/ed25519, has_small_order): with such a
 * key a signature says nothing. The top bit is the sign and left out.
 */
static bool has_small_order(const uint8_t key[32])
{
	static const uint8_t points[][32] = {
		{ 0 },
		{ 1 },
		{ 0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
		  0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05 },
		{ 0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
		  0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a },
		{ 0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f },
		{ 0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f },
		{ 0xee, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f },
	};

	for (size_t i = 0; i < ARRAY_LEN(points); i++)
		if (memcmp(key, points[i], 31) == 0 && (key[31] & 0x7f) == points[i][31])
			return true;
	return false;
}

int minisign_key_parse(const char *data, size_t len, struct minisign_key *ret)
{
	struct line rest = { data, len }, line, beyond;
	struct key_blob blob;

	if (len > MINISIGN_FILE_MAX || !take_line(&rest, &line))
		return -EBADMSG;
	if (line_starts_with(&line, MINISIGN_UNTRUSTED) && !take_line(&rest, &line))
		return -EBADMSG;
	if (take_line(&rest, &beyond) || /* nothing may follow */
	    base64_decode(line.at, line.len, (uint8_t *)&blob, sizeof blob) < 0 ||
	    memcmp(blob.algorithm, "Ed", 2) != 0)
		return -EBADMSG;
	if (has_small_order(blob.public))
		return -EKEYREJECTED;
	memcpy(ret->id, blob.id, sizeof ret->id);
	memcpy(ret->public, blob.public, sizeof ret->public);
	return 0;
}

static bool is_printable(const struct line *l)
{
	if (!text_is_utf8(l->at, l->len))
		return false;
	for (size_t i = 0; i < l->len; i++)
		if (((unsigned char)l->at[i] < 0x20 && l->at[i] != '\t') || l->at[i] == 0x7f)
			return false;
	return true;
}

static bool take_comment(struct line *rest, struct minisign_signature *ret)
{
	struct line line;
	size_t skip = strlen(MINISIGN_TRUSTED);

	if (!take_line(rest, &line) || !line_starts_with(&line, MINISIGN_TRUSTED))
		return false;
	line = (struct line){ line.at + skip, line.len - skip };
	if (line.len > MINISIGN_COMMENT_MAX || !is_printable(&line))
		return false;
	memcpy(ret->comment, line.at, line.len);
	ret->comment[line.len] = '\0';
	return true;
}

int minisign_signature_parse(const char *data, size_t len, struct minisign_signature *ret)
{
	struct line rest = { data, len }, line;
	struct signature_blob blob;

	if (len > MINISIGN_FILE_MAX || !take_line(&rest, &line) || !line_starts_with(&line, MINISIGN_UNTRUSTED))
		return -EBADMSG;
	if (!take_line(&rest, &line) ||
	    base64_decode(line.at, line.len, (uint8_t *)&blob, sizeof blob) < 0 || blob.algorithm[0] != 'E' ||
	    (blob.algorithm[1] != 'D' && blob.algorithm[1] != 'd'))
		return -EBADMSG;
	if (!take_comment(&rest, ret) || !take_line(&rest, &line) ||
	    base64_decode(line.at, line.len, ret->global, sizeof ret->global) < 0 || rest.len > 0)
		return -EBADMSG;
	ret->legacy = blob.algorithm[1] == 'd';
	memcpy(ret->id, blob.id, sizeof ret->id);
	memcpy(ret->signature, blob.signature, sizeof ret->signature);
	return 0;
}

static bool ed25519_verifies(const struct minisign_key *key, const uint8_t signature[64],
                             const void *data, size_t len)
{
	EVP_PKEY *public = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key->public, sizeof key->public);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool good = public != NULL && context != NULL &&
	            EVP_DigestVerifyInit(context, NULL, NULL, NULL, public) == 1 &&
	            EVP_DigestVerify(context, signature, 64, data, len) == 1;

	EVP_MD_CTX_free(context);
	EVP_PKEY_free(public);
	return good;
}

/* minisign writes "timestamp:…\tfile:NAME\thashed"; the name is a whole field. */
static bool comment_names(const char *comment, const char *file)
{
	while (*comment != '\0') {
		size_t len = strcspn(comment, "\t");

		if (len == strlen("file:") + strlen(file) && strncmp(comment, "file:", 5) == 0 &&
		    memcmp(comment + 5, file, strlen(file)) == 0)
			return true;
		comment += len + (comment[len] == '\t');
	}
	return false;
}

int minisign_verify(const struct minisign_key *key, const struct minisign_signature *s,
                    const struct minisign_message *message)
{
	uint8_t digest[DIGEST_LEN], signed_comment[sizeof s->signature + MINISIGN_COMMENT_MAX];
	size_t comment_len = strlen(s->comment);

	if (memcmp(key->id, s->id, sizeof key->id) != 0)
		return -ENOKEY;
	if (s->legacy)
		return -EPROTONOSUPPORT;
	if (EVP_Digest(message->data, message->len, digest, NULL, EVP_blake2b512(), NULL) != 1)
		return -ENOMEM;
	memcpy(signed_comment, s->signature, sizeof s->signature);
	memcpy(signed_comment + sizeof s->signature, s->comment, comment_len);
	if (!ed25519_verifies(key, s->signature, digest, sizeof digest) ||
	    !ed25519_verifies(key, s->global, signed_comment, sizeof s->signature + comment_len))
		return -EKEYREJECTED;
	return comment_names(s->comment, message->file) ? 0 : -EBADMSG;
}

/* ---- k of n ---- */

struct count {
	bool        signed_by[MINISIGN_KEYS_MAX];
	const char *why;        /* what was wrong with the last file that did not count */
	const char *file;
};

static const char *reason_of(int error)
{
	static const struct { int error; const char *text; } reasons[] = {
		{ ENOKEY, "made by a key that is not trusted here" },
		{ EPROTONOSUPPORT, "in minisign's legacy form; sign with -H" },
		{ EBADMSG, "made for a file of another name, or no minisign signature" },
		{ EKEYREJECTED, "does not verify" },
	};

	for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
		if (reasons[i].error == -error)
			return reasons[i].text;
	return strerror(-error);
}

static void count_file(struct count *c, const struct minisign_trust *trust,
                       const struct minisign_message *message, const struct minisign_file *file)
{
	struct minisign_signature s;
	int r = minisign_signature_parse(file->data, file->len, &s), best = r;

	for (size_t i = 0; i < trust->keys_n && r == 0; i++) {
		int verified = minisign_verify(&trust->keys[i], &s, message);

		if (verified == 0)
			c->signed_by[i] = true;
		if (i == 0 || verified != -ENOKEY)
			best = verified;
		if (verified == 0)
			break;
	}
	if (best < 0) {
		c->why = reason_of(best);
		c->file = file->name;
	}
}

/* Keys that signed, each public key once, whatever ids it is listed under. */
static unsigned distinct(const struct count *c, const struct minisign_trust *trust)
{
	unsigned n = 0;

	for (size_t i = 0; i < trust->keys_n; i++) {
		bool again = false;

		for (size_t k = 0; k < i; k++)
			again |= c->signed_by[k] && memcmp(trust->keys[k].public, trust->keys[i].public, 32) == 0;
		n += c->signed_by[i] && !again;
	}
	return n;
}

int minisign_verify_threshold(const struct minisign_trust *trust, const struct minisign_message *message,
                              const struct minisign_file *files, size_t files_n,
                              struct problem *ret_problem)
{
	unsigned need = trust->threshold > 0 ? trust->threshold : 1, have;
	struct count c = { 0 };

	for (size_t i = 0; i < files_n; i++)
		count_file(&c, trust, message, &files[i]);
	have = distinct(&c, trust);
	if (have >= need)
		return 0;
	if (c.why != NULL)
		problem_set(ret_problem, PROBLEM_BUNDLE, "signature", message->file,
		            "%u good signatures; %s: %s", have, c.file, c.why);
	else
		problem_set(ret_problem, PROBLEM_BUNDLE, "signature", message->file,
		            "%u good signatures", have);
	problem_expect(ret_problem, "%u of %zu trusted keys", need, trust->keys_n);
	problem_remedy(ret_problem, "Check the registry's keys in the configuration, or ask its publisher to sign");
	return -EKEYREJECTED;
}
