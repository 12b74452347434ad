#include "launch/env_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "base/text.h"
#include "launch/environment.h"
#include "launch/start.h"
#include "launch/way.h"

static const char key_bytes[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz0123456789";
static const char blanks[] = " \t\r";

struct parse {
	char         *at;
	unsigned      line;
	struct texts *list;
	uint8_t      *buf;
	const char   *wrong;
};

static int refuse(struct parse *p, const char *what)
{
	p->wrong = what;
	return -EINVAL;
}

/* Ends the line at p->at; its text without the blanks behind it. */
static char *take_line(struct parse *p)
{
	char *line = p->at, *end = strchrnul(line, '\n');

	p->at = end + (*end == '\n');
	while (end > line && strchr(blanks, end[-1]) != NULL)
		end--;
	*end = '\0';
	return line;
}

/*
 * Moves the value between the quotes that begin at from to the place to, which is before it. Leaves p->at at
 * the line behind the closing quote.
 */
static int take_quoted(struct parse *p, char *to, char *from)
{
	char quote = *from++;
	unsigned lines = 0;

	for (; *from != quote; *to++ = *from++) {
		if (*from == '\\' && quote == '"' && from[1] != '\0' && strchr("\\\"$`", from[1]) != NULL)
			from++;
		if (*from == '\0')
			return refuse(p, "the quote of this value is never closed");
		lines += *from == '\n';
	}
	p->at = from + 1;
	if (*take_line(p) != '\0')
		return refuse(p, "something stands behind the closing quote");
	p->line += lines;
	*to = '\0';
	return 0;
}

/* Whether another line of this file set the key of pair. */
static bool is_set(const struct texts *list, const char *pair, size_t key_len)
{
	for (const char *s = NULL; texts_next(list, &s);)
		if (strncmp(s, pair, key_len + 1) == 0)
			return true;
	return false;
}

static int add(struct parse *p, const char *pair, size_t key_len)
{
	if (strlen(pair) - key_len - 1 > ENV_FILE_VALUE_MAX)
		return refuse(p, "the value is longer than 64 KiB");
	if (p->list->count == ENV_FILE_VARIABLES_MAX)
		return refuse(p, "more than 1000 variables in one file");
	if (is_set(p->list, pair, key_len))
		return refuse(p, "this variable stands twice in the file");
	return texts_add(p->list, p->buf, ENV_FILE_PACKED_MAX, pair);
}

/* The line at p->at, or several where a quoted value has them. */
static int take_variable(struct parse *p)
{
	char *pair = p->at, *value;
	size_t len = *pair >= '0' && *pair <= '9' ? 0 : strspn(pair, key_bytes);
	int r = 0;

	if (len == 0 || pair[len] != '=')
		return refuse(p, "not KEY=value, a comment or an empty line");
	if (strncmp(pair, "REEVE_", 6) == 0)
		return refuse(p, "names that begin with REEVE_ are reeve's own");
	value = pair + len + 1;
	value += strspn(value, blanks);
	if (*value == '"' || *value == '\'') {
		r = take_quoted(p, pair + len + 1, value);
	} else {
		(void)take_line(p);
		value = pair + len + 1 + strspn(pair + len + 1, blanks); /* the blanks may have been all */
		memmove(pair + len + 1, value, strlen(value) + 1);
	}
	return r < 0 ? r : add(p, pair, len);
}

static int parse(struct parse *p)
{
	int r = 0;

	for (; r == 0 && *p->at != '\0'; p->line += r == 0) {
		p->at += strspn(p->at, blanks);
		if (*p->at == '\0' || *p->at == '\n' || *p->at == '#')
			(void)take_line(p);
		else
			r = take_variable(p);
	}
	return r;
}

int env_file_parse(char *text, size_t len, struct texts *list, uint8_t *buf, struct env_file_mistake *ret_wrong)
{
	struct parse p = { .at = text, .line = 1, .list = list, .buf = buf };
	int r = 0;

	if (text_starts_with(text, "\xef\xbb\xbf"))
		p.at += 3;
	if (strlen(text) != len) {
		for (const char *c = text; *c != '\0'; c++)
			p.line += *c == '\n';
		r = refuse(&p, "a NUL byte: this is no text, or text in UTF-16");
	}
	if (r == 0)
		r = parse(&p);
	if (r < 0)
		*ret_wrong = (struct env_file_mistake){ p.line, p.wrong };
	return r;
}

static void tell(struct start *s, enum problem_class class, const char *code, const char *where, const char *what)
{
	struct problem *p = report_problem(&s->report);

	s->variables_bad = true;
	problem_set(p, class, code, where, "%s", what);
	if (class == PROBLEM_CONFIG)
		problem_expect(p, "KEY=value, KEY='value', KEY=\"value\", a comment or an empty line");
	problem_remedy(p, "Correct the file, or env_file = of [service:%s]", s->order.service);
}

static void read_one(struct start *s, const char *path, bool is_optional)
{
	OWN(mem) uint8_t *buf = malloc(ENV_FILE_PACKED_MAX); /* touched as far as it is used */
	OWN(mem) char *text = NULL;
	char why[WAY_WRONG_MAX], place[PATH_MAX + 16];
	struct env_file_mistake wrong = { .line = 0 };
	struct texts list = { .count = 0 };
	struct text where;
	size_t len;
	int r = way_read(path, ENV_FILE_MAX, &text, &len, why);

	if (r == -ENOENT && is_optional)
		return;
	if (r < 0) {
		tell(s, PROBLEM_HOST, "env-file-unreadable", path, why);
		return;
	}
	r = buf == NULL ? -ENOMEM : env_file_parse(text, len, &list, buf, &wrong);
	if (r == 0)
		r = environment_overlay(&s->order.environment, &list, &s->order.environment);
	if (r == 0)
		return;
	text_init(&where, place, sizeof place);
	text_addf(&where, "%s:%u", path, wrong.line);
	tell(s, PROBLEM_CONFIG, "env-file-line", place, wrong.what != NULL ? wrong.what : strerrordesc_np(-r));
}

void env_file_read_all(struct start *s)
{
	for (const char *file = NULL; texts_next(&s->order.context.env_files, &file);)
		read_one(s, file + (*file == '-'), *file == '-');
}
