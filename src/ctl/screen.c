#include "ctl/screen.h"

#include <inttypes.h>
#include <string.h>

static const char *const tints[] = {
	[TINT_NONE] = "", [TINT_GOOD] = "\033[32m", [TINT_BUSY] = "\033[33m", [TINT_BAD] = "\033[31m",
	[TINT_FAINT] = "\033[2m",
};

/* One character of len bytes, whatever it has to be written as; returns the bytes that it was. */
static size_t one(const char *s, size_t len, char *buf, size_t max)
{
	size_t n = text_utf8_length(s, len);
	struct text t;

	text_init(&t, buf, max);
	n += n == 0;
	text_add_printable(&t, s, n);
	return n;
}

/* How many bytes are plain ASCII or tabs, which go as they are. */
static size_t plain_length(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && ((s[n] >= 0x20 && s[n] < 0x7f) || s[n] == '\t'))
		n++;
	return n;
}

void screen_put(FILE *out, const char *s)
{
	char buf[16];

	for (; *s != '\0'; fputs(buf, out))
		s += one(s, strlen(s), buf, sizeof buf);
}

void screen_put_line(FILE *out, const char *s, size_t len)
{
	char buf[16];

	while (len > 0) {
		size_t n = plain_length(s, len);

		(void)fwrite(s, 1, n, out);
		if (n == 0) {
			n = one(s, len, buf, sizeof buf);
			fputs(buf, out);
		}
		s += n;
		len -= n;
	}
}

size_t screen_width(const char *s)
{
	size_t width = 0;
	char buf[16];

	while (*s != '\0') {
		s += one(s, strlen(s), buf, sizeof buf);
		width += (buf[0] & 0x80) ? 1 : strlen(buf);
	}
	return width;
}

void screen_put_cell(const struct ctl *c, const char *s, size_t width, enum tint tint)
{
	size_t has = screen_width(s);

	if (c->colour)
		fputs(tints[tint], stdout);
	screen_put(stdout, s);
	if (c->colour && tint != TINT_NONE)
		fputs("\033[0m", stdout);
	for (; has < width; has++)
		putchar(' ');
}

void screen_add_age(struct text *t, uint64_t ms)
{
	uint64_t s = ms / 1000;
	uint64_t days = s / 86400;

	if (days > 0)
		text_addf(t, "%" PRIu64 " day%s, ", days, days == 1 ? "" : "s");
	text_addf(t, "%u:%02u:%02u", (unsigned)(s / 3600 % 24), (unsigned)(s / 60 % 60), (unsigned)(s % 60));
}

void screen_add_time(struct text *t, uint64_t ms)
{
	if (ms < 1000)
		text_addf(t, "%u ms", (unsigned)ms);
	else if (ms < 60 * 1000)
		text_addf(t, "%u.%u s", (unsigned)(ms / 1000), (unsigned)(ms / 100 % 10));
	else
		text_addf(t, "%" PRIu64 ":%02u min", ms / 60000, (unsigned)(ms / 1000 % 60));
}

void screen_add_size(struct text *t, uint64_t bytes)
{
	static const char *const units[] = { "B", "kB", "MB", "GB", "TB" };
	size_t unit = 0;
	double n = (double)bytes;

	for (; n >= 1000 && unit + 1 < ARRAY_LEN(units); unit++)
		n /= 1000;
	text_addf(t, unit == 0 ? "%.0f %s" : "%.1f %s", n, units[unit]);
}
