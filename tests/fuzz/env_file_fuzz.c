/*
 * A file of variables: what is taken is KEY=value with a name that is one, no name twice, none of reeve's own,
 * and never more than the file had; a mistake has a line that is in the file. What was taken, written between
 * quotes and read again, is the same.
 */
#include "fuzz.h"

#include <stdbool.h>
#include <string.h>

#include "launch/env_file.h"

static struct texts parse(const char *text, size_t len, uint8_t *packed, bool *ret_good)
{
	static char copy[ENV_FILE_MAX + 1];
	struct texts list = { .count = 0 };
	struct env_file_mistake wrong = { .line = 0 };
	unsigned lines = 1;

	memcpy(copy, text, len);
	copy[len] = '\0';
	for (size_t i = 0; i < len; i++)
		lines += text[i] == '\n';
	*ret_good = env_file_parse(copy, len, &list, packed, &wrong) == 0;
	FUZZ_HOLDS(*ret_good || (wrong.line >= 1 && wrong.line <= lines && wrong.what != NULL));
	return list;
}

static void check_pair(const struct texts *list, const char *pair)
{
	size_t name = strcspn(pair, "=") + 1;
	unsigned seen = 0;

	FUZZ_HOLDS(pair[name - 1] == '=' && name > 1 && (pair[0] < '0' || pair[0] > '9'));
	FUZZ_HOLDS(strncmp(pair, "REEVE_", 6) != 0);
	for (size_t i = 0; i + 1 < name; i++)
		FUZZ_HOLDS(pair[i] == '_' || (pair[i] >= '0' && pair[i] <= '9') ||
		           ((pair[i] | 0x20) >= 'a' && (pair[i] | 0x20) <= 'z'));
	for (const char *s = NULL; texts_next(list, &s);)
		seen += strncmp(s, pair, name) == 0;
	FUZZ_HOLDS(seen == 1);
}

/* Between double quotes, with what is special behind a backslash. */
static size_t write_pair(char *to, const char *pair)
{
	char *at = to;

	for (; *pair != '='; pair++)
		*at++ = *pair;
	*at++ = *pair++;
	*at++ = '"';
	for (; *pair != '\0'; pair++) {
		if (strchr("\\\"$`", *pair) != NULL)
			*at++ = '\\';
		*at++ = *pair;
	}
	*at++ = '"';
	*at++ = '\n';
	return (size_t)(at - to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t first[ENV_FILE_PACKED_MAX], second[ENV_FILE_PACKED_MAX];
	static char again[ENV_FILE_MAX];
	struct texts list, same;
	size_t len = 0, bytes = 0;
	bool good;

	if (size > sizeof again / 4)
		return 0;
	list = parse((const char *)data, size, first, &good);
	for (const char *s = NULL; texts_next(&list, &s);) {
		check_pair(&list, s);
		bytes += strlen(s);
		len += write_pair(again + len, s);
	}
	FUZZ_HOLDS(bytes <= size);
	same = parse(again, len, second, &good);
	FUZZ_HOLDS(good && same.count == list.count && same.len == list.len &&
	           memcmp(same.packed != NULL ? same.packed : second, list.packed != NULL ? list.packed : first, list.len) == 0);
	return 0;
}

size_t fuzz_seed(unsigned i, uint8_t *buf, size_t max)
{
	static const char *const seeds[] = {
		"A=1\nB=two words\n# a comment\n\nC='single'\nD=\"double \\\" \\\\ \\$\"\n",
		"\xef\xbb\xbf" "KEY='-----BEGIN-----\nabc\n-----END-----\n'\r\nEMPTY=\r\n", "A='never closed\nB=2", "A=1\nA=2",
		"REEVE_CHILD=x", "A=\"\\", "=", "A = 1", "export A=1",
	};
	size_t len;

	if (i >= sizeof seeds / sizeof seeds[0])
		return 0;
	len = strlen(seeds[i]);
	FUZZ_HOLDS(len <= max);
	memcpy(buf, seeds[i], len);
	return len;
}
