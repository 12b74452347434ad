#include "bundle/minisign.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/own.h"
#include "bundle/base64.h"
#include "bundle/minisign_secret.h"

/* Made by minisign 0.11: -G -W, then -S, then -S -l, of a file stable.json with this text. */
static const char message_text[] = "hello channel\n";
static const char public_file[] =
	"untrusted comment: minisign public key FB8D9C06E839C2EF\n"
	"RWTvwjnoBpyN+71BcdHZFPQWlcTTRu5yM8Ee/IrRdyI2o9/tKVqC+0Is\n";
static const char signature_file[] =
	"untrusted comment: signature from minisign secret key\n"
	"RUTvwjnoBpyN+8NUYPF8tdhj+gfa1HMWUm6XtFzgIQlzKZzom2cR6qbp8KWsFtMLAJaqq7CarXdFbOHY8NsAUKWPGf8JG/RCQQg=\n"
	"trusted comment: timestamp:1795259927\tfile:stable.json\thashed\n"
	"linb4UZe5X7uExeN8zFvDFQiZFuuFKRgX4qo3h3zU2A1KrDRCFMQv1u09ZhXwsbpmOataJ3HOVbhUtgIZjLpBQ==\n";
static const char legacy_file[] =
	"untrusted comment: signature from minisign secret key\n"
	"RWTvwjnoBpyN+7Nn5VE9oegAF5r2sBZRzmiXL3w/gxc5rhbDlbwVCxQMQNT8uOLwZxYpZ/VUT0nYmByM8W1qysxDC2W7FXZz+gU=\n"
	"trusted comment: timestamp:1795259927\tfile:stable.json\n"
	"t2nnL1rTDUkT1k7pVCMynFKENMiCG+4v8XLs/9rHSOl72MP5HuvamC6v3iFOuiBG08OPlhZIFGSJeM+wBUGlCw==\n";
static const char secret_file[] =
	"untrusted comment: minisign encrypted secret key\n"
	"RWQAAEIyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA78I56AacjfuSHN2b7ebqwPFSYkaU"
	"5kI3VSBhk4RSIMrrHvAIjtrXp71BcdHZFPQWlcTTRu5yM8Ee/IrRdyI2o9/tKVqC+0IsAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	"AAAAAAA=\n";

static const struct minisign_message message = {
	.data = message_text, .len = sizeof message_text - 1, .file = "stable.json",
};

static struct minisign_key public_key(void)
{
	struct minisign_key key;

	assert_int_equal(minisign_key_parse(public_file, strlen(public_file), &key), 0);
	return key;
}

static struct minisign_signature signature(const char *text)
{
	struct minisign_signature s;

	assert_int_equal(minisign_signature_parse(text, strlen(text), &s), 0);
	return s;
}

static void what_minisign_signed_verifies(void **state)
{
	struct minisign_key key = public_key();
	struct minisign_signature s = signature(signature_file);

	(void)state;
	assert_string_equal(minisign_key_id(key.id).text, "FB8D9C06E839C2EF");
	assert_string_equal(s.comment, "timestamp:1795259927\tfile:stable.json\thashed");
	assert_int_equal(minisign_verify(&key, &s, &message), 0);
}

static void a_key_may_come_without_its_comment(void **state)
{
	static const char line[] = "RWTvwjnoBpyN+71BcdHZFPQWlcTTRu5yM8Ee/IrRdyI2o9/tKVqC+0Is";
	struct minisign_key key, same = public_key();

	(void)state;
	assert_int_equal(minisign_key_parse(line, strlen(line), &key), 0);
	assert_memory_equal(&key, &same, sizeof key);
}

static void windows_line_ends_and_a_missing_last_one_are_read(void **state)
{
	struct minisign_key key = public_key();
	struct minisign_signature s;
	char text[1024] = "";
	size_t len = 0;

	(void)state;
	for (const char *p = signature_file; *p != '\0'; p++) {
		if (*p == '\n')
			text[len++] = '\r';
		text[len++] = *p;
	}
	assert_int_equal(minisign_signature_parse(text, len, &s), 0);
	assert_int_equal(minisign_verify(&key, &s, &message), 0);
	assert_int_equal(minisign_signature_parse(text, len - 2, &s), 0);
	assert_int_equal(minisign_verify(&key, &s, &message), 0);
}

static void the_legacy_form_is_refused_by_name(void **state)
{
	struct minisign_key key = public_key();
	struct minisign_signature s = signature(legacy_file);

	(void)state;
	assert_true(s.legacy);
	assert_int_equal(minisign_verify(&key, &s, &message), -EPROTONOSUPPORT);
	s.legacy = false;
	assert_int_equal(minisign_verify(&key, &s, &message), -EKEYREJECTED);
}

static void another_message_or_file_name_is_refused(void **state)
{
	struct minisign_key key = public_key();
	struct minisign_signature s = signature(signature_file);
	struct minisign_message other = message;

	(void)state;
	other.len--;
	assert_int_equal(minisign_verify(&key, &s, &other), -EKEYREJECTED);
	other = message;
	other.data = "hello Channel\n";
	assert_int_equal(minisign_verify(&key, &s, &other), -EKEYREJECTED);
	static const char *const names[] = { "beta.json", "stable.jso", "stable.json2", "", "file:stable.json" };
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		other = message;
		other.file = names[i];
		assert_int_equal(minisign_verify(&key, &s, &other), -EBADMSG);
	}
}

static void every_flipped_bit_of_the_signature_shows(void **state)
{
	struct minisign_key key = public_key();
	struct minisign_signature good = signature(signature_file), s;

	(void)state;
	for (size_t bit = 0; bit < 8 * sizeof s.signature; bit++) {
		s = good;
		s.signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(minisign_verify(&key, &s, &message), -EKEYREJECTED);
		s = good;
		s.global[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(minisign_verify(&key, &s, &message), -EKEYREJECTED);
	}
	for (size_t i = 0; i < strlen(good.comment); i++) {
		s = good;
		s.comment[i] ^= 1;
		assert_int_equal(minisign_verify(&key, &s, &message), -EKEYREJECTED);
	}
	s = good;
	s.id[0] ^= 1;
	assert_int_equal(minisign_verify(&key, &s, &message), -ENOKEY);
}

/* The group order L added to S gives a second text of the same signature (RFC 8032, 5.1.7). */
static void a_signature_with_an_uncanonical_s_is_refused(void **state)
{
	static const uint8_t order[32] = {
		0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
		[31] = 0x10,
	};
	struct minisign_key key = public_key();
	struct minisign_signature s = signature(signature_file);
	unsigned carry = 0;

	(void)state;
	for (size_t i = 0; i < sizeof order; i++) {
		carry += s.signature[32 + i] + order[i];
		s.signature[32 + i] = (uint8_t)carry;
		carry >>= 8;
	}
	assert_int_equal(minisign_verify(&key, &s, &message), -EKEYREJECTED);
}

static void what_is_no_signature_file_is_refused(void **state)
{
	struct minisign_signature s;
	OWN(mem) char *text = strdup(signature_file);

	(void)state;
	for (size_t len = 0; len < strlen(signature_file) - 1; len++)
		assert_int_equal(minisign_signature_parse(signature_file, len, &s), -EBADMSG);
	static const char *const cases[] = {
		"", "\n\n\n\n", "hello", "untrusted comment: x\n", "<html>not found</html>\n",
		"untrusted comment: x\nRWT=\ntrusted comment: y\nAA==\n",
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(minisign_signature_parse(cases[i], strlen(cases[i]), &s), -EBADMSG);
	for (size_t at = 0; at < strlen(signature_file); at++) {
		text[at] = '\0';
		if (at > strlen("untrusted comment: signature from minisign secret key"))
			assert_int_equal(minisign_signature_parse(text, strlen(signature_file), &s), -EBADMSG);
		text[at] = signature_file[at];
	}
}

static void more_than_a_signature_file_is_refused(void **state)
{
	struct minisign_signature s;
	char text[2 * MINISIGN_FILE_MAX];
	size_t len = strlen(signature_file);

	(void)state;
	memcpy(text, signature_file, len);
	memcpy(text + len, "more\n", 5);
	assert_int_equal(minisign_signature_parse(text, len + 5, &s), -EBADMSG);
	memset(text + len, '\n', sizeof text - len);
	assert_int_equal(minisign_signature_parse(text, sizeof text, &s), -EBADMSG);
}

static void what_is_no_key_is_refused(void **state)
{
	struct minisign_key key;
	struct key_line { const char *text; } cases[] = {
		{ "" }, { "\n" }, { "untrusted comment: x\n" }, { "untrusted comment: x\nAAAA\n" },
		{ "RWTvwjnoBpyN+71BcdHZFPQWlcTTRu5yM8Ee/IrRdyI2o9/tKVqC+0I" },
		{ "RWTvwjnoBpyN+71BcdHZFPQWlcTTRu5yM8Ee/IrRdyI2o9/tKVqC+0Is=" },
		{ "RWTvwjnoBpyN+71BcdHZFPQWlcTTRu5yM8Ee/IrRdyI2o9/tKVqC+0Is\nand more\n" },
		{ "RUTvwjnoBpyN+71BcdHZFPQWlcTTRu5yM8Ee/IrRdyI2o9/tKVqC+0Is" },
		{ "RWTvwjnoBpyN 71BcdHZFPQWlcTTRu5yM8Ee/IrRdyI2o9/tKVqC+0Is" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (minisign_key_parse(cases[i].text, strlen(cases[i].text), &key) != -EBADMSG)
			fail_msg("case %zu was taken", i);
}

static void a_key_under_which_anybody_can_sign_is_refused(void **state)
{
	uint8_t blob[42] = { 'E', 'd', 1, 2, 3, 4, 5, 6, 7, 8 };
	char text[BASE64_LEN(sizeof blob) + 1];
	struct minisign_key key;

	(void)state;
	base64_encode(blob, sizeof blob, text); /* all zeros */
	assert_int_equal(minisign_key_parse(text, strlen(text), &key), -EKEYREJECTED);
	blob[10] = 1; /* the neutral element, and with its sign bit set */
	base64_encode(blob, sizeof blob, text);
	assert_int_equal(minisign_key_parse(text, strlen(text), &key), -EKEYREJECTED);
	blob[41] = 0x80;
	base64_encode(blob, sizeof blob, text);
	assert_int_equal(minisign_key_parse(text, strlen(text), &key), -EKEYREJECTED);
}

static void a_secret_key_of_minisign_signs_what_its_public_key_verifies(void **state)
{
	struct minisign_secret secret;
	struct minisign_key key = public_key();
	struct minisign_text text;

	(void)state;
	assert_int_equal(minisign_secret_parse(secret_file, strlen(secret_file), &secret), 0);
	assert_memory_equal(&secret.key, &key, sizeof key);
	assert_int_equal(minisign_sign(&secret, &message, 1795259927, &text), 0);

	struct minisign_signature s = signature(text.text);

	assert_string_equal(s.comment, "timestamp:1795259927\tfile:stable.json\thashed");
	assert_int_equal(minisign_verify(&key, &s, &message), 0);
	minisign_secret_clear(&secret);
}

static void a_new_key_pair_reads_back(void **state)
{
	struct minisign_secret secret, back;
	struct minisign_text text;
	struct minisign_key key;

	(void)state;
	assert_int_equal(minisign_secret_new(&secret), 0);
	minisign_secret_format(&secret, &text);
	assert_int_equal(minisign_secret_parse(text.text, strlen(text.text), &back), 0);
	assert_memory_equal(&back, &secret, sizeof back);
	minisign_key_format(&secret.key, &text);
	assert_int_equal(minisign_key_parse(text.text, strlen(text.text), &key), 0);
	assert_memory_equal(&key, &secret.key, sizeof key);
}

static void secret_keys_that_are_no_good_are_refused(void **state)
{
	struct minisign_secret secret;
	char text[sizeof secret_file];
	size_t second = strcspn(secret_file, "\n") + 1;

	(void)state;
	for (size_t len = 0; len < strlen(secret_file) - 1; len++)
		assert_int_equal(minisign_secret_parse(secret_file, len, &secret), -EBADMSG);
	memcpy(text, secret_file, sizeof text);
	memcpy(text + second, "RWRTY0", 6); /* scrypt: a password protects it */
	assert_int_equal(minisign_secret_parse(text, strlen(text), &secret), -ENOTSUP);
	memcpy(text, secret_file, sizeof text);
	text[second + 100] ^= 1; /* within the seed */
	assert_int_equal(minisign_secret_parse(text, strlen(text), &secret), -EKEYREVOKED);
}

/* ---- k of n ---- */

struct signer {
	struct minisign_secret secret;
	struct minisign_text   text;
	struct minisign_file   file;
};

static void make_signers(struct signer *signers, size_t n, struct minisign_trust *trust)
{
	*trust = (struct minisign_trust){ .keys_n = n, .threshold = 2 };
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(minisign_secret_new(&signers[i].secret), 0);
		assert_int_equal(minisign_sign(&signers[i].secret, &message, 1, &signers[i].text), 0);
		signers[i].file = (struct minisign_file){
			.data = signers[i].text.text, .len = strlen(signers[i].text.text), .name = "x.minisig",
		};
		trust->keys[i] = signers[i].secret.key;
	}
}

static int verify(const struct minisign_trust *trust, const struct signer *signers, const char *order,
                  struct problem *p)
{
	struct minisign_file files[8];
	size_t n = strlen(order);

	for (size_t i = 0; i < n; i++)
		files[i] = signers[order[i] - '0'].file;
	return minisign_verify_threshold(trust, &message, files, n, p);
}

static void two_of_three_must_sign(void **state)
{
	struct signer signers[3];
	struct minisign_trust trust;
	struct problem p;

	(void)state;
	make_signers(signers, 3, &trust);
	assert_int_equal(verify(&trust, signers, "01", &p), 0);
	assert_int_equal(verify(&trust, signers, "20", &p), 0);
	assert_int_equal(verify(&trust, signers, "012", &p), 0);
	assert_int_equal(verify(&trust, signers, "1", &p), -EKEYREJECTED);
	assert_string_equal(p.code, "signature");
	assert_int_equal(verify(&trust, signers, "", &p), -EKEYREJECTED);
	trust.threshold = 4;
	assert_int_equal(verify(&trust, signers, "012", &p), -EKEYREJECTED);
	trust.threshold = 0;
	assert_int_equal(verify(&trust, signers, "", &p), -EKEYREJECTED);
	assert_int_equal(verify(&trust, signers, "2", &p), 0);
}

static void one_key_counts_once_however_often_it_signs(void **state)
{
	struct signer signers[3];
	struct minisign_trust trust;
	struct problem p;

	(void)state;
	make_signers(signers, 3, &trust);
	assert_int_equal(verify(&trust, signers, "0000", &p), -EKEYREJECTED);

	/* the same public key under a second id, which it also signs with */
	signers[1].secret = signers[0].secret;
	signers[1].secret.key.id[0] ^= 1;
	trust.keys[1] = signers[1].secret.key;
	assert_int_equal(minisign_sign(&signers[1].secret, &message, 1, &signers[1].text), 0);
	signers[1].file.len = strlen(signers[1].text.text);
	assert_int_equal(verify(&trust, signers, "01", &p), -EKEYREJECTED);
	assert_int_equal(verify(&trust, signers, "012", &p), 0);
}

static void bad_signatures_neither_help_nor_harm(void **state)
{
	struct signer signers[4];
	struct minisign_trust trust;
	struct problem p;

	(void)state;
	make_signers(signers, 4, &trust);
	trust.keys_n = 3; /* the fourth is a stranger */
	signers[2].file = (struct minisign_file){ "<html>", 6, "x.minisig" };
	assert_int_equal(verify(&trust, signers, "2301", &p), 0);
	assert_int_equal(verify(&trust, signers, "023", &p), -EKEYREJECTED);
	assert_non_null(strstr(p.got, "not trusted"));
	assert_int_equal(verify(&trust, signers, "02", &p), -EKEYREJECTED);
	assert_non_null(strstr(p.got, "no minisign signature"));
}

static void base64_is_strict(void **state)
{
	uint8_t bytes[3] = { 9, 9, 9 };
	char text[8];

	(void)state;
	assert_int_equal(base64_decode("Zm9v", 4, bytes, 3), 0);
	assert_memory_equal(bytes, "foo", 3);
	assert_int_equal(base64_decode("Zm8=", 4, bytes, 2), 0);
	assert_int_equal(base64_decode("Zg==", 4, bytes, 1), 0);
	assert_int_equal(base64_decode("Zh==", 4, bytes, 1), -EINVAL); /* left-over bits */
	assert_int_equal(base64_decode("Zg=A", 4, bytes, 1), -EINVAL);
	assert_int_equal(base64_decode("Zm9v", 4, bytes, 2), -EINVAL);
	assert_int_equal(base64_decode("Zm9", 3, bytes, 3), -EINVAL);
	assert_int_equal(base64_decode("Z g=", 4, bytes, 1), -EINVAL);
	assert_int_equal(base64_decode("Zm9-", 4, bytes, 3), -EINVAL);
	base64_encode((const uint8_t *)"fo", 2, text);
	assert_string_equal(text, "Zm8=");
	base64_encode((const uint8_t *)"f", 1, text);
	assert_string_equal(text, "Zg==");
	base64_encode((const uint8_t *)"", 0, text);
	assert_string_equal(text, "");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_minisign_signed_verifies),
		cmocka_unit_test(a_key_may_come_without_its_comment),
		cmocka_unit_test(windows_line_ends_and_a_missing_last_one_are_read),
		cmocka_unit_test(the_legacy_form_is_refused_by_name),
		cmocka_unit_test(another_message_or_file_name_is_refused),
		cmocka_unit_test(every_flipped_bit_of_the_signature_shows),
		cmocka_unit_test(a_signature_with_an_uncanonical_s_is_refused),
		cmocka_unit_test(what_is_no_signature_file_is_refused),
		cmocka_unit_test(more_than_a_signature_file_is_refused),
		cmocka_unit_test(what_is_no_key_is_refused),
		cmocka_unit_test(a_key_under_which_anybody_can_sign_is_refused),
		cmocka_unit_test(a_secret_key_of_minisign_signs_what_its_public_key_verifies),
		cmocka_unit_test(a_new_key_pair_reads_back),
		cmocka_unit_test(secret_keys_that_are_no_good_are_refused),
		cmocka_unit_test(two_of_three_must_sign),
		cmocka_unit_test(one_key_counts_once_however_often_it_signs),
		cmocka_unit_test(bad_signatures_neither_help_nor_harm),
		cmocka_unit_test(base64_is_strict),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
