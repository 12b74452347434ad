#include "log/json.h"

#include <stdint.h>
#include <string.h>

#define EVERY_BYTE(b) (0x0101010101010101U * (uint64_t)(b))

/*
 * The top bit of each byte of word that is below n, n up to 0x80; wrong only above a byte where it
 * is right.
 */
static uint64_t below(uint64_t word, unsigned n)
{
	return (word - EVERY_BYTE(n)) & ~word & EVERY_BYTE(0x80);
}

static uint64_t equal(uint64_t word, unsigned char c)
{
	return below(word ^ EVERY_BYTE(c), 1);
}

static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/*
 * Bytes at s that are ASCII and stand for themselves; eight at once ("Bit Twiddling Hacks",
 * hasless).
 */
static size_t plain_length(const char *s, size_t len)
{
	size_t n = 0;

	for (uint64_t word; n + sizeof word <= len; n += sizeof word) {
		memcpy(&word, s + n, sizeof word);
		if (((word & EVERY_BYTE(0x80)) | below(word, 0x20) | equal(word, 0x7f) |
		     equal(word, '"') | equal(word, '\\')) != 0)
			break;
	}
	while (n < len && is_plain((unsigned char)s[n]))
		n++;
	return n;
}

static void add_hex(struct text *out, const char *before, unsigned value, int digits)
{
	text_add(out, before);
	for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
		text_add_bytes(out, &"0123456789abcdef"[value >> shift & 0xf], 1);
}

/*
 * Appends the character at s that is not plain and returns its bytes; 0: it is none, and nothing
 * was appended.
 */
static size_t add_character(struct text *out, const char *s, size_t len)
{
	unsigned char c = (unsigned char)s[0];
	size_t n = text_utf8_length(s, len);

	if (c == '"' || c == '\\')
		text_add(out, c == '"' ? "\\\"" : "\\\\");
	else if (c < 0x20 || c == 0x7f)
		add_hex(out, "\\u", c, 4);
	else if (n == 2 && c == 0xc2 && (unsigned char)s[1] < 0xa0)
		add_hex(out, "\\u", (unsigned char)s[1], 4);
	else if (n == 3 && (memcmp(s, "\u2028", 3) == 0 || memcmp(s, "\u2029", 3) == 0))
		text_add(out, s[2] == '\xa8' ? "\\u2028" : "\\u2029");
	else
		text_add_bytes(out, s, n);
	return n;
}

bool json_add_utf8(struct text *out, const char *s, size_t len)
{
	for (size_t n; len > 0; s += n, len -= n) {
		n = plain_length(s, len);
		text_add_bytes(out, s, n);
		if (n == 0)
			n = add_character(out, s, len);
		if (n == 0)
			return false;
	}
	return true;
}

void json_add_escaped(struct text *out, const char *s, size_t len)
{
	for (size_t n; len > 0; s += n, len -= n) {
		n = plain_length(s, len);
		text_add_bytes(out, s, n);
		if (n == 0 && s[0] == '\\')
			text_add(out, "\\\\");
		if (n == 0)
			n = add_character(out, s, len);
		if (n == 0) {
			add_hex(out, "\\\\x", (unsigned char)s[0], 2);
			n = 1;
		}
	}
}
