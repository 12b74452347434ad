#include "conf/reader.h"

#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "base/text.h"
#include "conf/conf.h"

struct reader {
	const char                 *at, *end;   /* not read yet */
	const char                 *raw;        /* the line at hand, without its end */
	size_t                      raw_len;
	uint32_t                    line;
	bool                        handed;     /* inih has it and has not called back */
	const struct reader_events *on;
	void                       *user;
	int                         error;      /* ends everything */

	/* The setting under way: the next line may go on with it. */
	bool                        open;
	bool                        spoilt;     /* a mistake was told: take its lines, tell nothing */
	uint32_t                    key_line;
	char                        key[READER_KEY_MAX + 1];
	struct text                 value;
};

static void mistake(struct reader *r, uint32_t line, const char *code, const char *format, ...)
	PRINTF_LIKE(4, 5);
static void mistake(struct reader *r, uint32_t line, const char *code, const char *format, ...)
{
	char buf[256];
	struct text t;
	va_list args;

	text_init(&t, buf, sizeof buf);
	va_start(args, format);
	text_addv(&t, format, args);
	va_end(args);
	if (r->error == 0)
		r->error = r->on->on_mistake(r->user, line, code, buf);
}

/* At most 64 bytes of what was met, fit to be shown. */
static const char *shown(char buf[static 260], const char *s, size_t len)
{
	struct text t;

	text_init(&t, buf, 260);
	text_add_escaped(&t, s, len > 64 ? 64 : len);
	return buf;
}

/* Moves to the next line; false at the end. */
static bool take_line(struct reader *r)
{
	const char *nl;

	if (r->at == r->end)
		return false;
	nl = memchr(r->at, '\n', (size_t)(r->end - r->at));
	r->raw = r->at;
	r->raw_len = (size_t)((nl != NULL ? nl : r->end) - r->at);
	r->at = nl != NULL ? nl + 1 : r->end;
	r->line++;
	if (r->raw_len > 0 && nl != NULL && r->raw[r->raw_len - 1] == '\r')
		r->raw_len--;
	return true;
}

/* Characters that make a line look like another one (Unicode TR 36, 2.5; CVE-2021-42574). */
static bool is_disguise(const char *s, size_t n)
{
	static const char *const disguises[] = {
		"\u061c", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a",
		"\u202b", "\u202c", "\u202d", "\u202e", "\u2060", "\u2066", "\u2067", "\u2068", "\u2069", "\ufeff",
	};

	for (size_t i = 0; i < ARRAY_LEN(disguises); i++)
		if (strlen(disguises[i]) == n && memcmp(s, disguises[i], n) == 0)
			return true;
	return false;
}

/* Why the bytes at s may not stand in a line; NULL when they may. *ret_n is how many they are. */
static const char *refuse_bytes(const char *s, size_t len, size_t *ret_n)
{
	unsigned char c = (unsigned char)s[0];

	*ret_n = 1;
	if (c == '\0')
		return "a NUL byte";
	if (c == '\r')
		return "a carriage return that ends no line";
	if ((c < 0x20 && c != '\t') || c == 0x7f)
		return "a control character";
	if (c < 0x80)
		return NULL;
	*ret_n = text_utf8_length(s, len);
	if (*ret_n == 0)
		return "a byte that is not UTF-8";
	if (*ret_n == 2 && c == 0xc2 && (unsigned char)s[1] < 0xa0)
		return "a control character";
	return is_disguise(s, *ret_n) ? "an invisible character that changes what is seen" : NULL;
}

/* Whether the line at hand can be read at all; tells when not. */
static bool line_is_clean(struct reader *r)
{
	char buf[260];
	size_t n;

	if (r->raw_len > READER_LINE_MAX) {
		mistake(r, r->line, "E-LINE",
		        "the line has %zu bytes and %d are allowed: break it and indent the rest",
		        r->raw_len, READER_LINE_MAX);
		return false;
	}
	for (size_t i = 0; i < r->raw_len; i += n) {
		const char *why = refuse_bytes(r->raw + i, r->raw_len - i, &n);

		if (why == NULL)
			continue;
		mistake(r, r->line, "E-BYTE", "column %zu holds %s (%s): remove it", i + 1, why,
		        shown(buf, r->raw + i, n > 0 ? n : 1));
		return false;
	}
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Where the quoted run that begins at s ends; s itself when its quote is never closed. */
static const char *skip_quoted(const char *s, const char *end)
{
	for (const char *p = s + 1; p < end; p++) {
		if (*p == '\\' && *s == '"' && p + 1 < end)
			p++;
		else if (*p == *s)
			return p;
	}
	return s;
}

/* Narrows [*s, *end) to the value in it: without a comment, without white space around it. */
static void trim_value(const char **s, const char **end)
{
	while (*s < *end && is_blank(**s))
		(*s)++;
	for (const char *p = *s; p < *end; p++) {
		if (*p == '\\')
			p++;
		else if (*p == '"' || *p == '\'')
			p = skip_quoted(p, *end);
		else if ((*p == ';' || *p == '#') && (p == *s || is_blank(p[-1]))) {
			*end = p;
			break;
		}
	}
	while (*end > *s && is_blank((*end)[-1]))
		(*end)--;
}

/* The setting under way is complete: tell it. */
static void finish_setting(struct reader *r)
{
	if (!r->open)
		return;
	r->open = false;
	if (r->spoilt)
		return;
	if (r->value.full)
		mistake(r, r->key_line, "E-LINE", "the value of %s is longer than %d bytes", r->key,
		        CONF_VALUE_MAX);
	else if (r->error == 0)
		r->error = r->on->on_setting(r->user, r->key_line, r->key, r->value.at);
}

/* From here on nothing more is told of this setting, and its indented lines are taken silently. */
static void spoil_setting(struct reader *r)
{
	r->open = true;
	r->spoilt = true;
}

/* inih has found a setting. Its value may be cut, ours is taken from the line. */
static int on_inih_setting(void *user, const char *section, const char *name, const char *value)
{
	struct reader *r = user;
	const char *end = r->raw + r->raw_len;
	const char *at = r->raw + strcspn(r->raw, "=:") + 1;
	char buf[260];
	size_t word = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

	(void)section; /* sections are told by read_header() */
	(void)value;
	r->handed = false;
	spoil_setting(r);
	if (name[0] == '\0')
		mistake(r, r->line, "E-SYNTAX", "a setting without a key: write key = value");
	else if (strlen(name) > READER_KEY_MAX)
		mistake(r, r->line, "E-KEY", "the key %s... has more than %d bytes",
		        shown(buf, name, 32), READER_KEY_MAX);
	else if (name[word] != '\0')
		mistake(r, r->line, name[word] & 0x80 ? "E-BYTE" : "E-KEY",
		        "the key \"%s\" is not made of a-z, 0-9 and _ alone", shown(buf, name, strlen(name)));
	else {
		r->spoilt = false;
		r->key_line = r->line;
		memcpy(r->key, name, strlen(name) + 1);
		r->value.len = 0;
		r->value.full = false;
		trim_value(&at, &end);
		text_add_bytes(&r->value, at, (size_t)(end - at));
	}
	return 1;
}

/* "[kind:name]", alone in its line but for a comment. */
static const char *header_mistake(const struct reader *r, const char **ret_close)
{
	const char *end = r->raw + r->raw_len;
	const char *close = memchr(r->raw, ']', r->raw_len);
	const char *rest = close != NULL ? close + 1 : end;

	*ret_close = close;
	if (close == NULL)
		return "the section header has no ]";
	trim_value(&rest, &end);
	return rest < end ? "something stands behind the ] of the section header" : NULL;
}

static void read_header(struct reader *r)
{
	char header[READER_HEADER_MAX + 1], buf[260];
	const char *close, *why = header_mistake(r, &close);
	size_t len = why == NULL ? (size_t)(close - r->raw) - 1 : 0;
	bool good = false;

	if (why != NULL)
		mistake(r, r->line, "E-SYNTAX", "%s: write [kind] or [kind:name]", why);
	else if (len == 0)
		mistake(r, r->line, "E-SECT",
		        "the section has no name: write [kind] or [kind:name]");
	else if (len > READER_HEADER_MAX)
		mistake(r, r->line, "E-SECT", "the section name has %zu bytes and %d are allowed",
		        len, READER_HEADER_MAX);
	else
		good = true;
	for (size_t i = 0; good && i < len; i++)
		if (r->raw[1 + i] & 0x80) {
			good = false;
			mistake(r, r->line, "E-BYTE",
			        "the section name \"%s\" is not plain ASCII at column %zu",
			        shown(buf, r->raw + 1, len), i + 2);
		}
	if (good) {
		memcpy(header, r->raw + 1, len);
		header[len] = '\0';
	}
	if (r->error == 0)
		r->error = r->on->on_section(r->user, r->line, good ? header : NULL);
}

/* An indented line: more of the value above it. */
static void read_continuation(struct reader *r)
{
	const char *at = r->raw, *end = r->raw + r->raw_len;

	if (!r->open) {
		mistake(r, r->line, "E-SYNTAX",
		        "an indented line with no setting above it: begin it at the left margin");
		spoil_setting(r);
		return;
	}
	trim_value(&at, &end);
	/* A header in here was meant as a header; a shell's "[ x ]" has blanks inside and passes. */
	if (at < end && *at == '[' && end[-1] == ']' && at[1 + strcspn(at + 1, " \t]")] == ']' &&
	    !r->spoilt) {
		mistake(r, r->line, "E-SYNTAX",
		        "an indented section header is read as part of a value: begin it at the left margin");
		spoil_setting(r);
		return;
	}
	if (r->value.len > 0)
		text_add(&r->value, "\n");
	text_add_bytes(&r->value, at, (size_t)(end - at));
}

/* Copies the line for inih, cut where it does not fit: the key is all it has to find. */
static char *hand_line(struct reader *r, char *str, int num)
{
	size_t room = num > 2 ? (size_t)num - 2 : 0;
	size_t len = r->raw_len < room ? r->raw_len : room;

	memcpy(str, r->raw, len);
	str[len] = '\n';
	str[len + 1] = '\0';
	r->handed = true;
	return str;
}

/* The line that inih had was no setting to it. */
static void settle_handed(struct reader *r)
{
	char buf[260];

	if (!r->handed)
		return;
	r->handed = false;
	mistake(r, r->line, "E-SYNTAX",
	        "\"%s\" is neither a setting nor a comment: write key = value",
	        shown(buf, r->raw, r->raw_len));
	spoil_setting(r);
}

/* inih asks for a line: everything that is not a setting is dealt with on the way. */
static char *next_line(char *str, int num, void *stream)
{
	struct reader *r = stream;

	for (;;) {
		settle_handed(r);
		if (r->error < 0 || !take_line(r))
			return NULL;

		size_t blank = 0;

		while (blank < r->raw_len && is_blank(r->raw[blank]))
			blank++;
		if (!line_is_clean(r)) {
			finish_setting(r);
			spoil_setting(r);
		} else if (blank == r->raw_len || r->raw[blank] == ';' || r->raw[blank] == '#') {
			continue;
		} else if (blank > 0) {
			read_continuation(r);
		} else {
			finish_setting(r);
			if (r->raw[0] != '[')
				return hand_line(r, str, num);
			read_header(r);
		}
	}
}

int reader_run(const char *text, size_t len, const struct reader_events *on, void *user)
{
	OWN(mem) char *value = malloc(CONF_VALUE_MAX + 1);
	struct reader r = { .at = text, .end = text + len, .on = on, .user = user };

	if (value == NULL)
		return -ENOMEM;
	text_init(&r.value, value, CONF_VALUE_MAX + 1);
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		r.at += 3;
	if (ini_parse_stream(next_line, &r, on_inih_setting, &r) == -2)
		return -ENOMEM;
	settle_handed(&r);
	finish_setting(&r);
	return r.error;
}
