/*
 * Children's output on its way to a prefixed stream, in pieces as a pipe gives them: no byte may go
 * missing, none may come twice, and a terminal may never see a control byte.
 */
#include "fuzz.h"

#include <string.h>

#include "log/lines.h"

enum { LIMIT = 32, OUT_MAX = 1024 };

/* out without prefixes has to be a continuation of data; returns how many bytes of data it stands for. */
static size_t compare(const struct text *out, const uint8_t *data, size_t size)
{
	size_t prefix = strlen("p | "), used = 0;

	for (size_t at = 0; at < out->len;) {
		const char *end = memchr(out->at + at, '\n', out->len - at);

		FUZZ_HOLDS(end != NULL && out->len - at >= prefix && memcmp(out->at + at, "p | ", prefix) == 0);
		at += prefix;
		size_t n = (size_t)(end - (out->at + at));

		FUZZ_HOLDS(n <= LIMIT && n <= size - used && memcmp(out->at + at, data + used, n) == 0);
		used += n;
		if (used < size && data[used] == '\n')
			used++;
		at += n + 1;
	}
	return used;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char buf[OUT_MAX];
	struct text out;
	struct lines plain = { .prefix = "p | ", .line_max = LIMIT, .is_last = true };
	struct lines terminal = { .prefix = "p | ", .line_max = LIMIT, .is_last = true, .is_terminal = true };

	for (size_t at = 0; at < size;) {
		text_init(&out, buf, sizeof buf);
		size_t used = lines_prefix(&plain, (const char *)data + at, size - at, &out);

		FUZZ_HOLDS(used > 0 && !out.full);
		FUZZ_HOLDS(compare(&out, data + at, size - at) == used);
		at += used;
	}
	text_init(&out, buf, sizeof buf);
	(void)lines_prefix(&terminal, (const char *)data, size, &out);
	for (size_t i = 0; i < out.len; i++) {
		FUZZ_HOLDS(buf[i] == '\n' || buf[i] == '\t' || ((unsigned char)buf[i] >= 0x20 && buf[i] != 0x7f));
		FUZZ_HOLDS((uint8_t)buf[i] != 0xc2 || (uint8_t)buf[i + 1] >= 0xa0); /* C1: CSI, OSC in one byte */
	}
	return 0;
}

size_t fuzz_seed(unsigned i, uint8_t *buf, size_t max)
{
	static const char *const seeds[] = {
		"one\ntwo\n", "a line that is longer than the limit of this test, by far\nand another",
		"\x1b]52;c;aGk=\x07 and \xc2\x9b" "31m\r\b\t\x7f\n", "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80"
		"\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\n",
	};
	size_t len;

	if (i >= sizeof seeds / sizeof seeds[0])
		return 0;
	len = strlen(seeds[i]);
	FUZZ_HOLDS(len <= max);
	memcpy(buf, seeds[i], len);
	return len;
}
