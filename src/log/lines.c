#include "log/lines.h"

#include <string.h>

#include "base/attr.h"
#include "log/json.h"

bool lines_next(const struct lines *how, const char *data, size_t len, struct piece *ret)
{
	size_t window = len < how->line_max + 1 ? len : how->line_max + 1;
	const char *newline = memchr(data, '\n', window);
	size_t n = how->line_max;

	if (newline != NULL) {
		*ret = (struct piece){ .at = data, .len = (size_t)(newline - data), .has_newline = true };
		return true;
	}
	if (len <= how->line_max) {
		*ret = (struct piece){ .at = data, .len = len };
		return how->is_last && len > 0;
	}
	/* Not in the middle of a character, if it is one. */
	for (size_t back = 1; back < 4 && back < n; back++) {
		size_t whole = text_utf8_length(data + n - back, len - (n - back));

		if (whole > back)
			n -= back;
		if (whole > 0)
			break;
	}
	*ret = (struct piece){ .at = data, .len = n };
	return true;
}

/* As a terminal may have it: no control byte but tabs. */
static void add_for_terminal(struct text *out, const char *data, size_t len)
{
	while (len > 0) {
		const char *tab = memchr(data, '\t', len);
		size_t n = tab != NULL ? (size_t)(tab - data) : len;

		text_add_escaped(out, data, n);
		if (tab != NULL)
			text_add(out, "\t");
		n += tab != NULL;
		data += n;
		len -= n;
	}
}

static void add_bytes(const struct lines *how, const struct piece *p, struct text *out)
{
	if (how->is_terminal)
		add_for_terminal(out, p->at, p->len);
	else
		text_add_bytes(out, p->at, p->len);
}

/*
 * Each format is the head of a line, the same for all of a batch, which is ready then, and what it
 * makes of a piece behind that.
 */
static void no_head(const struct lines *how UNUSED, struct text *head UNUSED)
{
}

static void prefix_head(const struct lines *how, struct text *head)
{
	text_add(head, how->child);
	text_add(head, " | ");
}

static void timestamp_head(const struct lines *how, struct text *head)
{
	text_add(head, how->time);
	text_add(head, " ");
	prefix_head(how, head);
}

static void json_head(const struct lines *how, struct text *head)
{
	text_addf(head, "{\"time\":\"%s\",\"child\":", how->time);
	text_add_json(head, how->child);
	text_add(head, ",\"stream\":");
	text_add_json(head, how->label);
	text_add(head, ",");
}

static void raw_piece(const struct lines *how, const struct piece *p, struct text *out)
{
	add_bytes(how, p, out);
	if (p->has_newline)
		text_add_bytes(out, "\n", 1);
}

static void prefixed_piece(const struct lines *how, const struct piece *p, struct text *out)
{
	if (!p->has_newline && out->len >= 2)
		out->at[out->len - 2] = '+';
	add_bytes(how, p, out);
	text_add_bytes(out, "\n", 1);
}

static void json_piece(const struct lines *how UNUSED, const struct piece *p, struct text *out)
{
	size_t start;
	bool is_utf8;

	text_add(out, "\"line\":\"");
	start = out->len;
	is_utf8 = json_add_utf8(out, p->at, p->len);
	if (!is_utf8) {
		out->len = start;
		json_add_escaped(out, p->at, p->len);
	}
	text_add(out, "\"");
	if (!is_utf8)
		text_add(out, ",\"escaped\":true");
	if (!p->has_newline)
		text_add(out, ",\"partial\":true");
	text_add(out, "}\n");
}

static void lost_in_words(uint64_t bytes, struct text *out)
{
	text_addf(out, "[reeve-log: %llu bytes lost here]\n", (unsigned long long)bytes);
}

static void lost_in_json(uint64_t bytes, struct text *out)
{
	text_addf(out, "\"lost\":%llu}\n", (unsigned long long)bytes);
}

static const struct form {
	void (*head)(const struct lines *how, struct text *head);
	void (*piece)(const struct lines *how, const struct piece *p, struct text *out);
	void (*lost)(uint64_t bytes, struct text *out);
} forms[] = {
	[LOG_RAW]       = { no_head,        raw_piece,      lost_in_words },
	[LOG_PREFIX]    = { prefix_head,    prefixed_piece, lost_in_words },
	[LOG_TIMESTAMP] = { timestamp_head, prefixed_piece, lost_in_words },
	[LOG_JSON]      = { json_head,      json_piece,     lost_in_json },
};

size_t lines_add(const struct lines *how, const char *data, size_t len, struct text *out)
{
	const struct form *form = &forms[how->format];
	char buf[LINES_HEAD_MAX];
	struct text head;
	struct piece p;
	size_t used = 0;

	text_init(&head, buf, sizeof buf);
	form->head(how, &head);
	while (used < len && lines_next(how, data + used, len - used, &p)) {
		size_t start = out->len;

		text_add_bytes(out, head.at, head.len);
		form->piece(how, &p, out);
		if (out->full) { /* it is the next batch's first */
			out->len = start;
			out->at[start] = '\0';
			out->full = false;
			break;
		}
		used += p.len + p.has_newline;
	}
	return used;
}

void lines_add_lost(const struct lines *how, uint64_t bytes, struct text *out)
{
	const struct form *form = &forms[how->format];

	form->head(how, out);
	form->lost(bytes, out);
}
