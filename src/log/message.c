#include "log/message.h"

#include <string.h>

#define ELEMENT "reeve@32473"

enum { SEVERITY_ERROR = 3, SEVERITY_INFORMATIONAL = 6, SEVERITIES = 8, MSGID_MAX = 32 };

unsigned message_priority(uint32_t facility, const char *label)
{
	return facility * SEVERITIES + (strcmp(label, "err") == 0 ? SEVERITY_ERROR : SEVERITY_INFORMATIONAL);
}

/*
 * PRINTUSASCII (RFC 5424, 6), and nothing that ends a tag where syslog(3) has one; "-" for nothing.
 */
static void add_name(struct text *out, const char *s, size_t len, size_t max)
{
	if (len == 0)
		text_add(out, "-");
	for (size_t i = 0; i < len && i < max; i++) {
		bool is_safe = s[i] > ' ' && s[i] < 0x7f && strchr("[]:", s[i]) == NULL;

		text_add_bytes(out, is_safe ? &s[i] : "_", 1);
	}
}

/* PARAM-VALUE (RFC 5424, 6.3.3). */
static void add_parameter(struct text *out, const char *name, const char *value)
{
	text_addf(out, " %s=\"", name);
	for (; *value != '\0'; value++) {
		if (strchr("\"\\]", *value) != NULL)
			text_add(out, "\\");
		text_add_bytes(out, value, 1);
	}
	text_add(out, "\"");
}

/* What the bytes of a line are. */
struct nature {
	bool is_clean;        /* UTF-8 without controls but tabs */
	bool has_characters;  /* beyond ASCII, which stay as they are */
};

static struct nature look_at(const struct piece *line)
{
	struct nature is = { .is_clean = true };

	for (size_t i = 0, n; i < line->len; i += n) {
		unsigned char c = (unsigned char)line->at[i];
		size_t whole = c < 0x80 ? 1 : text_utf8_length(line->at + i, line->len - i);
		bool c1 = whole == 2 && c == 0xc2 && (unsigned char)line->at[i + 1] < 0xa0;

		n = whole > 0 ? whole : 1;
		is.has_characters = is.has_characters || (whole > 1 && !c1);
		is.is_clean = is.is_clean && whole > 0 && !c1 && (c >= ' ' || c == '\t') && c != 0x7f;
	}
	return is;
}

static void add_structure(const struct message *how, const struct piece *line, struct nature is, struct text *out)
{
	text_add(out, " [" ELEMENT);
	add_parameter(out, "child", how->child);
	add_parameter(out, "stream", how->label);
	if (!line->has_newline)
		add_parameter(out, "partial", "yes");
	if (!is.is_clean)
		add_parameter(out, "escaped", "yes");
	text_add(out, "] ");
}

void message_add(const struct message *how, const struct piece *line, struct text *out)
{
	static const char mark[] = "\xef\xbb\xbf";
	const char *colon = strchr(how->child, ':');
	const char *service = colon != NULL ? colon + 1 : how->child;
	size_t workspace = colon != NULL ? (size_t)(colon - how->child) : 0;
	struct nature is = look_at(line);

	text_addf(out, how->is_local ? "<%u>%s " : "<%u>1 %s ", how->priority, how->time);
	if (!how->is_local)
		text_addf(out, "%s ", how->host);
	add_name(out, service, strlen(service), MESSAGE_NAME_MAX);
	text_add(out, how->is_local ? "[" : " - ");
	add_name(out, how->child, workspace, MSGID_MAX);
	if (how->is_local)
		text_add(out, "]: ");
	else
		add_structure(how, line, is, out);
	if (!how->is_local && is.has_characters)
		text_add(out, mark);
	if (is.is_clean)
		text_add_bytes(out, line->at, line->len);
	else
		text_add_escaped(out, line->at, line->len);
}
