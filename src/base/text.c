#include "base/text.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

void text_init(struct text *t, char *buf, size_t max)
{
	*t = (struct text){ .at = buf, .max = max };
	buf[0] = '\0';
}

void text_add_bytes(struct text *t, const char *s, size_t len)
{
	size_t room = t->max - 1 - t->len;

	if (len > room) {
		len = room;
		t->full = true;
	}
	memcpy(t->at + t->len, s, len);
	t->len += len;
	t->at[t->len] = '\0';
}

void text_add(struct text *t, const char *s)
{
	text_add_bytes(t, s, strlen(s));
}

void text_addv(struct text *t, const char *format, va_list args)
{
	size_t room = t->max - t->len;
	int n = vsnprintf(t->at + t->len, room, format, args);

	if (n < 0) {
		t->full = true;
		t->at[t->len] = '\0';
	} else if ((size_t)n >= room) {
		t->full = true;
		t->len = t->max - 1;
	} else {
		t->len += (size_t)n;
	}
}

void text_addf(struct text *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text_addv(t, format, args);
	va_end(args);
}

size_t text_utf8_length(const char *s, size_t len)
{
	static const struct { unsigned char mask, lead; uint32_t least; } shapes[] = {
		{ 0x80, 0x00, 0x0 }, { 0xe0, 0xc0, 0x80 }, { 0xf0, 0xe0, 0x800 }, { 0xf8, 0xf0, 0x10000 },
	};

	for (size_t n = 1; n <= ARRAY_LEN(shapes) && n <= len; n++) {
		uint32_t code = (unsigned char)s[0] & (unsigned char)~shapes[n - 1].mask;

		if (((unsigned char)s[0] & shapes[n - 1].mask) != shapes[n - 1].lead)
			continue;
		for (size_t i = 1; i < n; i++) {
			if (((unsigned char)s[i] & 0xc0) != 0x80)
				return 0;
			code = code << 6 | ((unsigned char)s[i] & 0x3f);
		}
		if (code < shapes[n - 1].least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
			return 0;
		return n;
	}
	return 0;
}

bool text_is_utf8(const char *s, size_t len)
{
	while (len > 0) {
		size_t n = text_utf8_length(s, len);

		if (n == 0 || s[0] == '\0')
			return false;
		s += n;
		len -= n;
	}
	return true;
}

/* Bytes at s that go as they are; 0 when the first of them must not. */
static size_t printable_length(const char *s, size_t len)
{
	unsigned char c = (unsigned char)s[0];
	size_t n = text_utf8_length(s, len);
	/* C1 controls are two bytes in UTF-8, and terminals obey them too. */
	bool c1 = n == 2 && c == 0xc2 && (unsigned char)s[1] < 0xa0;

	return c < 0x20 || c == 0x7f || c1 ? 0 : n;
}

void text_add_printable(struct text *t, const char *s, size_t len)
{
	while (len > 0) {
		size_t n = printable_length(s, len);

		if (n > 0)
			text_add_bytes(t, s, n);
		else
			text_addf(t, "\\x%02x", (unsigned char)s[0]);
		n += n == 0;
		s += n;
		len -= n;
	}
}

void text_add_escaped(struct text *t, const char *s, size_t len)
{
	for (const char *end = s + len; s < end;) {
		size_t plain = 0;

		while (s + plain < end && s[plain] != '\\')
			plain++;
		text_add_printable(t, s, plain);
		s += plain;
		if (s < end) {
			text_add(t, "\\\\");
			s++;
		}
	}
}

void text_add_json(struct text *t, const char *s)
{
	size_t len = strlen(s);

	text_add(t, "\"");
	while (len > 0) {
		unsigned char c = (unsigned char)s[0];
		size_t n = text_utf8_length(s, len);

		if (n == 0)
			text_addf(t, "\\\\x%02x", c);
		else if (c == '"' || c == '\\')
			text_addf(t, "\\%c", c);
		else if (c < 0x20)
			text_addf(t, "\\u%04x", c);
		else
			text_add_bytes(t, s, n);
		n += n == 0;
		s += n;
		len -= n;
	}
	text_add(t, "\"");
}

int text_copy(char *buf, size_t max, const char *s)
{
	size_t len = strlen(s);

	buf[0] = '\0';
	if (len >= max)
		return -ENAMETOOLONG;
	memcpy(buf, s, len + 1);
	return 0;
}

bool text_starts_with(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

/* Levenshtein distance of two short words, in one row of memory; longer words count as far apart. */
static size_t distance(const char *a, const char *b)
{
	size_t row[64];
	size_t b_len = strlen(b);

	if (b_len >= ARRAY_LEN(row))
		return SIZE_MAX;
	for (size_t j = 0; j <= b_len; j++)
		row[j] = j;
	for (size_t i = 0; a[i] != '\0'; i++) {
		size_t corner = row[0]++;

		for (size_t j = 0; j < b_len; j++) {
			size_t swap = corner + (a[i] != b[j]);
			size_t step = (row[j] < row[j + 1] ? row[j] : row[j + 1]) + 1;

			corner = row[j + 1];
			row[j + 1] = swap < step ? swap : step;
		}
	}
	return row[b_len];
}

const char *text_nearest(const char *s, const char *const *names, size_t count)
{
	size_t near = strlen(s) / 2 + 1; /* farther than half the word is another word */
	const char *best = NULL;

	for (size_t i = 0; i < count; i++) {
		size_t d = distance(s, names[i]);

		if (d < near) {
			near = d;
			best = names[i];
		}
	}
	return best;
}
