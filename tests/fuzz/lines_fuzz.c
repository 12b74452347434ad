/*
 * Children's output on its way to a stream of lines, in every format and in pieces as a pipe gives
 * them: undoing the format gives the bytes back, none missing and none twice; what is JSON is UTF-8
 * without a control byte; and a terminal never sees one.
 */
#include "fuzz.h"

#include <string.h>

#include "log/lines.h"

enum { LIMIT = 32, OUT_MAX = 2048, DATA_MAX = 64 * 1024 };

#define TIME "2026-11-21T13:45:25.123456Z"

/* What the lines read so far stand for. */
static uint8_t undone[DATA_MAX];
static size_t  undone_len;

static void give_back(const char *s, size_t len)
{
	FUZZ_HOLDS(len <= sizeof undone - undone_len);
	memcpy(undone + undone_len, s, len);
	undone_len += len;
}

static const char *after(const char *at, const char *end, const char *word)
{
	size_t n = strlen(word);

	FUZZ_HOLDS((size_t)(end - at) >= n && memcmp(at, word, n) == 0);
	return at + n;
}

static unsigned hex(const char *at, int digits)
{
	unsigned value = 0;

	for (int i = 0; i < digits; i++) {
		const char *digit = strchr("0123456789abcdef", at[i]);

		FUZZ_HOLDS(at[i] != '\0' && digit != NULL);
		value = value << 4 | (unsigned)(digit - "0123456789abcdef");
	}
	return value;
}

static void undo_raw(const char *at, const char *end)
{
	give_back(at, (size_t)(end - at));
}

static void undo_prefix(const char *at, const char *end)
{
	at = after(at, end, "a:b ");
	FUZZ_HOLDS(at + 2 <= end && (*at == '|' || *at == '+') && at[1] == ' ' && end[-1] == '\n');
	give_back(at + 2, (size_t)(end - at) - 2 - (*at == '+'));
}

static void undo_timestamp(const char *at, const char *end)
{
	undo_prefix(after(at, end, TIME " "), end);
}

/* The bytes of a code that was written \uNNNN. */
static void give_back_code(unsigned code)
{
	char utf8[3] = { (char)(0xe0 | code >> 12), (char)(0x80 | (code >> 6 & 0x3f)), (char)(0x80 | (code & 0x3f)) };

	if (code < 0x80)
		give_back(&(char){ (char)code }, 1);
	else if (code < 0x800)
		give_back((char[]){ (char)(0xc0 | code >> 6), utf8[2] }, 2);
	else
		give_back(utf8, sizeof utf8);
}

/* One character of a JSON string, or what it is an escape for; returns where the next one is. */
static const char *undo_character(const char *at, char *ret_plain)
{
	*ret_plain = '\0';
	if (*at != '\\') {
		size_t n = text_utf8_length(at, 4);

		FUZZ_HOLDS(n > 0 && (unsigned char)*at >= 0x20 && *at != 0x7f);
		give_back(at, n);
		return at + n;
	}
	if (at[1] == 'u') {
		give_back_code(hex(at + 2, 4));
		return at + 6;
	}
	FUZZ_HOLDS(at[1] == '"' || at[1] == '\\');
	give_back(at + 1, 1);
	*ret_plain = at[1];
	return at + 2;
}

static void undo_json(const char *at, const char *end)
{
	static const char escaped_mark[] = ",\"escaped\":true";
	const char *quote, *tail;
	bool is_escaped, is_partial;
	char plain;

	at = after(at, end, "{\"time\":\"" TIME "\",\"child\":\"a:b\",\"stream\":\"out\",\"line\":\"");
	for (quote = at; *quote != '"'; quote += 1 + (*quote == '\\'))
		FUZZ_HOLDS(quote < end);
	is_escaped = strncmp(quote + 1, escaped_mark, sizeof escaped_mark - 1) == 0; /* out ends with a NUL */
	tail = quote + 1 + (is_escaped ? sizeof escaped_mark - 1 : 0);
	is_partial = *tail == ',';
	tail = after(tail, end, is_partial ? ",\"partial\":true}\n" : "}\n");
	FUZZ_HOLDS(tail == end);
	while (at < quote) {
		at = undo_character(at, &plain);
		if (!is_escaped || plain != '\\')
			continue;
		FUZZ_HOLDS(at + 1 < quote); /* a second backslash, or the number of a byte */
		undone_len--;
		if (*at == 'x') {
			give_back(&(char){ (char)hex(at + 1, 2) }, 1);
			at += 3;
		} else {
			at = undo_character(at, &plain);
			FUZZ_HOLDS(plain == '\\');
		}
	}
	if (!is_partial)
		give_back("\n", 1);
}

static void (*const undo[])(const char *at, const char *end) = {
	[LOG_RAW] = undo_raw, [LOG_PREFIX] = undo_prefix, [LOG_TIMESTAMP] = undo_timestamp, [LOG_JSON] = undo_json,
};

static void try_format(enum log_format format, const uint8_t *data, size_t size)
{
	static char buf[OUT_MAX];
	struct lines how = {
		.format = format, .child = "a:b", .label = "out", .time = TIME, .line_max = LIMIT, .is_last = true };
	struct text out;

	undone_len = 0;
	for (size_t at = 0; at < size;) {
		text_init(&out, buf, sizeof buf);
		size_t used = lines_add(&how, (const char *)data + at, size - at, &out);

		FUZZ_HOLDS(used > 0 && !out.full);
		at += used;
		for (const char *line = buf, *end; line < buf + out.len; line = end) {
			end = memchr(line, '\n', (size_t)(buf + out.len - line));
			end = end != NULL ? end + 1 : buf + out.len;
			undo[format](line, end);
		}
		FUZZ_HOLDS(undone_len == at);
	}
	FUZZ_HOLDS(size == 0 || memcmp(undone, data, size) == 0);
}

static void try_terminal(enum log_format format, const uint8_t *data, size_t size)
{
	static char buf[OUT_MAX];
	struct lines how = {
		.format = format, .child = "a:b", .label = "out", .time = TIME, .line_max = LIMIT, .is_last = true,
		.is_terminal = true };
	struct text out;

	text_init(&out, buf, sizeof buf);
	(void)lines_add(&how, (const char *)data, size, &out);
	for (size_t i = 0; i < out.len; i++) {
		FUZZ_HOLDS(buf[i] == '\n' || buf[i] == '\t' || ((unsigned char)buf[i] >= 0x20 && buf[i] != 0x7f));
		FUZZ_HOLDS((uint8_t)buf[i] != 0xc2 || (uint8_t)buf[i + 1] >= 0xa0); /* C1: CSI, OSC in one byte */
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > DATA_MAX)
		return 0;
	for (enum log_format format = LOG_RAW; format <= LOG_JSON; format++) {
		try_format(format, data, size);
		try_terminal(format, data, size);
	}
	return 0;
}

size_t fuzz_seed(unsigned i, uint8_t *buf, size_t max)
{
	static const char *const seeds[] = {
		"one\ntwo\n", "a line that is longer than the limit of this test, by far\nand another",
		"\x1b]52;c;aGk=\x07 and \xc2\x9b" "31m\r\b\t\x7f\n", "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80"
		"\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\n",
		"{\"a\":\"\\u0041\\\\x41\"}\n\\\xff\\x41 \\\\\n\u2028\u2029\xed\xa0\x80\xc0\xaf\n" TIME " a:b | x\n",
	};
	size_t len;

	if (i >= sizeof seeds / sizeof seeds[0])
		return 0;
	len = strlen(seeds[i]);
	FUZZ_HOLDS(len <= max);
	memcpy(buf, seeds[i], len);
	return len;
}
