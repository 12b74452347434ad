/*
 * Children's lines on their way to syslog: no control byte but the tab gets there, what is sent is UTF-8,
 * the head is read as it was meant, and undoing the message gives the bytes back.
 */
#include "fuzz.h"

#include <string.h>

#include "log/message.h"

enum { LINE_MAX_BYTES = 4096, OUT_MAX = MESSAGE_HEAD_MAX + MESSAGE_GROWTH * LINE_MAX_BYTES };

static const char *after(const char *at, const char *word)
{
	FUZZ_HOLDS(strncmp(at, word, strlen(word)) == 0);
	return at + strlen(word);
}

static unsigned digit(char c)
{
	const char *at = strchr("0123456789abcdef", c);

	FUZZ_HOLDS(c != '\0' && at != NULL);
	return (unsigned)(at - "0123456789abcdef");
}

/* Holds the text of a message against the line. */
static void undo(const char *at, const char *end, bool is_escaped, const struct piece *line)
{
	size_t n = 0;

	while (at < end) {
		char c = *at++;

		if (is_escaped && c == '\\') {
			FUZZ_HOLDS(at < end && (*at == '\\' || (*at == 'x' && end - at >= 3)));
			c = *at == '\\' ? '\\' : (char)(digit(at[1]) << 4 | digit(at[2]));
			at += *at == '\\' ? 1 : 3;
		}
		FUZZ_HOLDS(n < line->len && line->at[n++] == c);
	}
	FUZZ_HOLDS(n == line->len);
}

static void try_message(bool is_local, const struct piece *line)
{
	static char buf[OUT_MAX];
	struct message how = {
		.is_local = is_local, .priority = 30, .time = "T", .host = "vm", .child = "a:b", .label = "out" };
	struct text out;
	const char *at;
	bool is_escaped = false;

	text_init(&out, buf, sizeof buf);
	message_add(&how, line, &out);
	FUZZ_HOLDS(!out.full && text_is_utf8(out.at, out.len));
	for (size_t i = 0; i < out.len; i++) {
		FUZZ_HOLDS(buf[i] == '\t' || ((unsigned char)buf[i] >= ' ' && buf[i] != 0x7f));
		FUZZ_HOLDS((unsigned char)buf[i] != 0xc2 || (unsigned char)buf[i + 1] >= 0xa0);
	}
	at = after(buf, is_local ? "<30>T b[a]: " : "<30>1 T vm b - a [reeve@32473 child=\"a:b\" stream=\"out\"");
	if (is_local)
		return; /* it does not say whether it is escaped */
	if (!line->has_newline)
		at = after(at, " partial=\"yes\"");
	is_escaped = *at == ' ';
	if (is_escaped)
		at = after(at, " escaped=\"yes\"");
	at = after(at, "] ");
	if (strncmp(at, "\xef\xbb\xbf", 3) == 0)
		at += 3;
	else
		for (const char *c = at; c < out.at + out.len; c++)
			FUZZ_HOLDS((unsigned char)*c < 0x80);
	undo(at, out.at + out.len, is_escaped, line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct piece line = { .at = (const char *)data, .len = size, .has_newline = size % 2 == 0 };

	if (size > LINE_MAX_BYTES)
		return 0;
	try_message(false, &line);
	try_message(true, &line);
	return 0;
}

size_t fuzz_seed(unsigned i, uint8_t *buf, size_t max)
{
	static const char *const seeds[] = {
		"hello", "h\u00e4llo \u20ac \\x41 \\ tab\t", "\x1b]52;c;aGk=\x07\\x1b\xff\xc2\x9b\x7f\r", "\xef\xbb\xbf<30>1 ]\"",
	};
	size_t len;

	if (i >= sizeof seeds / sizeof seeds[0])
		return 0;
	len = strlen(seeds[i]);
	FUZZ_HOLDS(len <= max);
	memcpy(buf, seeds[i], len);
	return len;
}
