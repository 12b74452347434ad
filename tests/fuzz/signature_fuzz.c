/*
 * Keys and signatures from any bytes: what is taken has bounded, printable texts; and no bytes but the
 * honest ones are ever a good signature of the honest message.
 */
#include "fuzz.h"

#include <string.h>

#include "bundle/minisign_secret.h"

static const char message_text[] = "hello channel\n";
static const char public_file[] =
	"untrusted comment: minisign public key FB8D9C06E839C2EF\n"
	"RWTvwjnoBpyN+71BcdHZFPQWlcTTRu5yM8Ee/IrRdyI2o9/tKVqC+0Is\n";
static const char signature_file[] =
	"untrusted comment: signature from minisign secret key\n"
	"RUTvwjnoBpyN+8NUYPF8tdhj+gfa1HMWUm6XtFzgIQlzKZzom2cR6qbp8KWsFtMLAJaqq7CarXdFbOHY8NsAUKWPGf8JG/RCQQg=\n"
	"trusted comment: timestamp:1795259927\tfile:stable.json\thashed\n"
	"linb4UZe5X7uExeN8zFvDFQiZFuuFKRgX4qo3h3zU2A1KrDRCFMQv1u09ZhXwsbpmOataJ3HOVbhUtgIZjLpBQ==\n";
static const char secret_file[] =
	"untrusted comment: minisign encrypted secret key\n"
	"RWQAAEIyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA78I56AacjfuSHN2b7ebqwPFSYkaU"
	"5kI3VSBhk4RSIMrrHvAIjtrXp71BcdHZFPQWlcTTRu5yM8Ee/IrRdyI2o9/tKVqC+0IsAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	"AAAAAAA=\n";

static void as_signature(const char *data, size_t size)
{
	static const struct minisign_message message = { message_text, sizeof message_text - 1, "stable.json" };
	struct minisign_signature s, honest;
	struct minisign_key key;

	if (minisign_signature_parse(data, size, &s) < 0)
		return;
	FUZZ_HOLDS(memchr(s.comment, '\0', sizeof s.comment) != NULL);
	FUZZ_HOLDS(minisign_key_parse(public_file, strlen(public_file), &key) == 0);
	if (minisign_verify(&key, &s, &message) < 0)
		return;
	FUZZ_HOLDS(minisign_signature_parse(signature_file, strlen(signature_file), &honest) == 0);
	FUZZ_HOLDS(memcmp(s.signature, honest.signature, sizeof s.signature) == 0);
	FUZZ_HOLDS(memcmp(s.global, honest.global, sizeof s.global) == 0 && strcmp(s.comment, honest.comment) == 0);
}

static void as_keys(const char *data, size_t size)
{
	struct minisign_secret secret, again;
	struct minisign_text text;
	struct minisign_key key;

	if (minisign_key_parse(data, size, &key) == 0)
		FUZZ_HOLDS(strlen(minisign_key_id(key.id).text) == MINISIGN_KEY_ID_LEN);
	if (minisign_secret_parse(data, size, &secret) < 0)
		return;
	minisign_secret_format(&secret, &text);
	FUZZ_HOLDS(minisign_secret_parse(text.text, strlen(text.text), &again) == 0);
	FUZZ_HOLDS(memcmp(&secret, &again, sizeof secret) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	as_signature((const char *)data, size);
	as_keys((const char *)data, size);
	return 0;
}

size_t fuzz_seed(unsigned i, uint8_t *buf, size_t max)
{
	static const char *const seeds[] = { signature_file, public_file, secret_file };
	size_t len = i < ARRAY_LEN(seeds) ? strlen(seeds[i]) : 0;

	FUZZ_HOLDS(len <= max);
	if (len > 0)
		memcpy(buf, seeds[i], len);
	return len;
}
