/* First pass: text into drafts, every line judged for itself. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/name.h"
#include "base/text.h"
#include "conf/load.h"
#include "conf/reader.h"

enum { KINDS_MAX = 32 };

/* A mistake at a line of the file at hand. */
#define MISTAKE(l, line_, code_, ...) \
	load_mistake(l, \
	             &(struct conf_error){ \
		             (l)->file, line_, (l)->draft != NULL ? (l)->draft->header : "", code_, NULL \
	             }, \
	             __VA_ARGS__)

static int on_mistake(void *user, uint32_t line, const char *code, const char *text)
{
	struct load *l = user;

	if (l->draft != NULL)
		l->draft->bad = l->draft->torn = true;
	return MISTAKE(l, line, code, "%s", text);
}

static const char *nearest_kind(const char *kind)
{
	const char *kinds[KINDS_MAX];
	size_t n = 0;

	while (n < KINDS_MAX && conf_kind(n) != NULL) {
		kinds[n] = conf_kind(n);
		n++;
	}
	return text_nearest(kind, kinds, n);
}

/* The kind that a header begins with, and where its name is: "" without one. */
static const struct section_kind *split_header(const char *header, const char **ret_name)
{
	size_t len = strcspn(header, ":");

	*ret_name = header[len] == ':' ? header + len + 1 : "";
	return load_kind(header, len);
}

static bool fits(enum section_naming naming, const char *header, const char *name)
{
	switch (naming) {
	case NAMED_NOT:  return strchr(header, ':') == NULL;
	case NAMED_PART: return name_is_part(name);
	case NAMED_PATH: return name_is_path(name);
	}
	return false;
}

static int refuse_header(struct load *l, uint32_t line, const char *header,
                         const struct section_kind *kind)
{
	static const char *const wanted[] = {
		[NAMED_NOT] = "it takes no name",
		[NAMED_PART] =
			"a name has 1 to 64 of a-z, 0-9, dot, dash and underscore, and begins and ends with a letter or digit",
		[NAMED_PATH] =
			"a name is made of 1 to 4 parts between slashes, each of a-z, 0-9, dot, dash and underscore",
	};
	char shown[260], word[32] = "";
	struct text t;

	text_init(&t, shown, sizeof shown);
	text_add_escaped(&t, header, strnlen(header, 64));
	if (kind != NULL)
		return MISTAKE(l, line, "E-SECT", "[%s]: %s", shown, wanted[kind->naming]);

	size_t len = strcspn(header, ":");

	if (len < sizeof word)
		memcpy(word, header, len);

	const char *near = nearest_kind(word);

	return MISTAKE(l, line, "E-SECT", "there is no kind of section [%s]%s%s%s", shown,
	               near != NULL ? ": did you mean [" : "", near != NULL ? near : "",
	               near != NULL ? "]?" : "");
}

/* One section too many is told, the others behind it are not. */
static int refuse_crowd(struct load *l, uint32_t line)
{
	if (l->is_crowded)
		return 0;
	l->is_crowded = true;
	return MISTAKE(l, line, "E-LIMIT", "there are more than %d sections", CONF_SECTIONS_MAX);
}

/* Adds an empty draft; -ENOMEM. */
int draft_add(struct load *l, const struct section_kind *kind, const char *header, uint32_t line)
{
	struct draft *d = arena_alloc(l->scratch, sizeof *d);

	if (l->drafts_n == l->drafts_room) {
		size_t room = l->drafts_room == 0 ? 64 : l->drafts_room * 2;
		struct draft **grown = realloc(l->drafts, room * sizeof grown[0]);

		if (grown == NULL)
			return -ENOMEM;
		l->drafts = grown;
		l->drafts_room = room;
	}
	if (d == NULL)
		return -ENOMEM;
	*d = (struct draft){ .kind = kind, .file = l->file, .here = l->here, .line = line,
	                      .number = (uint32_t)l->drafts_n };
	d->header = arena_text(l->arena, header);
	d->values = arena_alloc(l->scratch, kind->count * sizeof d->values[0]);
	if (d->header == NULL || d->values == NULL)
		return -ENOMEM;
	(void)split_header(d->header, &d->name);
	l->drafts[l->drafts_n++] = d;
	l->draft = d;
	return 0;
}

static int on_section(void *user, uint32_t line, const char *header)
{
	struct load *l = user;
	const struct section_kind *kind;
	const char *name;

	l->draft = NULL;
	l->swallow = true;
	if (header == NULL)
		return 0;
	kind = split_header(header, &name);
	if (kind == NULL || !fits(kind->naming, header, name))
		return refuse_header(l, line, header, kind);
	if (kind == &section_include && l->included)
		return MISTAKE(l, line, "E-SECT",
		               "an included file cannot include: put it into the main file");
	if (l->drafts_n >= CONF_SECTIONS_MAX)
		return refuse_crowd(l, line);
	return draft_add(l, kind, header, line);
}

static const struct keyword *find_row(const struct section_kind *kind, const char *key)
{
	for (size_t i = 0; i < kind->count; i++)
		if (strcmp(kind->rows[i].name, key) == 0)
			return &kind->rows[i];
	return NULL;
}

static int refuse_key(struct load *l, uint32_t line, const char *key)
{
	const struct section_kind *kind = l->draft->kind;
	const char *names[ROWS_MAX];
	size_t n = 0;

	for (; n < kind->count && n < ROWS_MAX; n++)
		names[n] = kind->rows[n].name;

	const char *near = text_nearest(key, names, n);

	return MISTAKE(l, line, "E-KEY", "[%s] has no setting %s%s%s%s", kind->name, key,
	               near != NULL ? ": did you mean " : "", near != NULL ? near : "",
	               near != NULL ? "?" : "");
}

/* An indented line that was meant as a setting of its own: "    user = root" under a command. */
static const struct keyword *swallowed_key(const struct section_kind *kind, const char *value)
{
	for (const char *nl = strchr(value, '\n'); nl != NULL; nl = strchr(nl + 1, '\n')) {
		char key[READER_KEY_MAX + 1];
		size_t len = strspn(nl + 1, "abcdefghijklmnopqrstuvwxyz0123456789_");

		if (len == 0 || len > READER_KEY_MAX ||
		    nl[1 + len + strspn(nl + 1 + len, " \t")] != '=')
			continue;
		memcpy(key, nl + 1, len);
		key[len] = '\0';
		if (find_row(kind, key) != NULL)
			return find_row(kind, key);
	}
	return NULL;
}

static int on_setting(void *user, uint32_t line, const char *key, const char *value)
{
	struct load *l = user;
	struct draft *d = l->draft;
	const struct keyword *row, *inner;
	struct draft_value *v;

	if (d == NULL)
		return l->swallow ? 0
		                  : MISTAKE(l, line, "E-SYNTAX",
		                            "%s stands before any section: begin with [kind:name]",
		                            key);
	row = find_row(d->kind, key);
	if (row == NULL) {
		d->bad = d->torn = true;
		return refuse_key(l, line, key);
	}
	v = &d->values[row - d->kind->rows];
	inner = swallowed_key(d->kind, value);
	if (v->text != NULL || inner != NULL) {
		d->bad = d->torn = true;
		return v->text != NULL
		               ? MISTAKE(l, line, "E-DUP",
		                         "%s is set already in line %u: remove one", key, v->line)
		               : MISTAKE(l, line, "E-SYNTAX",
		                         "the indented %s is read as part of %s: begin it at the left margin",
		                         inner->name, key);
	}
	*v = (struct draft_value){ arena_text(l->scratch, value), line };
	return v->text == NULL ? -ENOMEM : 0;
}

int draft_read(struct load *l, const char *text, size_t len, const char *name)
{
	static const struct reader_events events = { on_section, on_setting, on_mistake };
	const char *slash = strrchr(name, '/');

	l->file = arena_text(l->arena, name);
	l->here = slash == name
	                  ? "/"
	                  : arena_share(l->arena, name, slash != NULL ? (size_t)(slash - name) : 0);
	l->draft = NULL;
	l->swallow = false;
	if (l->file == NULL || l->here == NULL)
		return -ENOMEM;
	return reader_run(text, len, &events, l);
}
