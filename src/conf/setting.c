/* One value into its field, and what is told when it does not fit. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "conf/load.h"

enum { HINTS_MAX = 20 };

static int add_mistake(struct load *l, const struct conf_error *at, const char *text)
{
	struct conf_error *e;

	if (l->errors_n == CONF_ERRORS_MAX)
		return 0; /* the last one said so */
	if (l->errors_n == l->errors_room) {
		size_t room = l->errors_room == 0 ? 16 : l->errors_room * 2;
		struct conf_error *grown = realloc(l->errors, room * sizeof grown[0]);

		if (grown == NULL)
			return -ENOMEM;
		l->errors = grown;
		l->errors_room = room;
	}
	e = &l->errors[l->errors_n];
	*e = *at;
	if (l->errors_n == CONF_ERRORS_MAX - 1) {
		e->code = "E-LIMIT";
		text = "there are more mistakes than these: correct them and look again";
	}
	e->text = arena_text(l->arena, text);
	if (e->text == NULL)
		return -ENOMEM;
	l->errors_n++;
	return 0;
}

static int tell(struct load *l, const struct conf_error *at, const char *format, va_list args)
	PRINTF_LIKE(3, 0);
static int tell(struct load *l, const struct conf_error *at, const char *format, va_list args)
{
	char buf[512];
	struct text t;

	text_init(&t, buf, sizeof buf);
	text_addv(&t, format, args);
	return add_mistake(l, at, buf);
}

int load_mistake(struct load *l, const struct conf_error *at, const char *format, ...)
{
	va_list args;
	int r;

	va_start(args, format);
	r = tell(l, at, format, args);
	va_end(args);
	return r;
}

static int refuse(struct load *l, struct draft *d, const struct conf_error *at, const char *format,
                  va_list args) PRINTF_LIKE(4, 0);
static int refuse(struct load *l, struct draft *d, const struct conf_error *at, const char *format,
                  va_list args)
{
	int r = tell(l, at, format, args);

	d->bad = true;
	return r < 0 ? r : -EBADMSG;
}

int draft_refuse(struct load *l, struct draft *d, uint32_t line, const char *code,
                 const char *format, ...)
{
	struct conf_error at = { d->file, line != 0 ? line : d->line, d->header, code, NULL };
	va_list args;
	int r;

	va_start(args, format);
	r = refuse(l, d, &at, format, args);
	va_end(args);
	return r;
}

int setting_refuse(struct setting *s, const char *code, const char *format, ...)
{
	struct conf_error at = { s->draft->file, s->line != 0 ? s->line : s->draft->line,
		                 s->draft->header, code, NULL };
	va_list args;
	int r;

	va_start(args, format);
	r = refuse(s->load, s->draft, &at, format, args);
	va_end(args);
	return r;
}

static const struct draft_value *draft_value(const struct draft *d, const char *keyword)
{
	static const struct draft_value none = { "", 0 };

	for (size_t i = 0; i < d->kind->count; i++)
		if (strcmp(d->kind->rows[i].name, keyword) == 0 && d->values[i].text != NULL)
			return &d->values[i];
	return &none;
}

uint32_t draft_line(const struct draft *d, const char *keyword)
{
	return draft_value(d, keyword)->line;
}

const char *draft_text(const struct draft *d, const char *keyword)
{
	return draft_value(d, keyword)->text;
}

int setting_expand(struct setting *s, const char *text, const char **ret)
{
	char why_buf[256];
	struct text out, why;

	*ret = text;
	if (strchr(text, '%') == NULL)
		return 0;
	text_init(&out, s->load->expanded, CONF_VALUE_MAX + 1);
	text_init(&why, why_buf, sizeof why_buf);
	if (expand_add(&out, text, s->names, &why) < 0)
		return setting_refuse(s, "E-EXPAND", "%s: %s", s->row->name, why.at);
	*ret = out.at;
	return 0;
}

/* What parse made of the text, told when it did not like it. */
static int parse(struct setting *s, const char *text, void *field)
{
	const struct keyword_type *type = s->row->type;
	char buf[260];
	struct text shown;
	int r = 0;

	s->text = text;
	if (!type->raw)
		r = setting_expand(s, text, &s->text);
	if (r == 0)
		r = type->parse(s, field);
	if (r != -EINVAL && r != -ERANGE && r != -ENOBUFS)
		return r;
	text_init(&shown, buf, sizeof buf);
	text_add_escaped(&shown, s->text, strnlen(s->text, 64));
	return setting_refuse(s, type->code != NULL ? type->code : "E-VALUE",
	                      "%s = %s %s: it takes %s", s->row->name, buf,
	                      r == -EINVAL ? "is not understood" : "is out of range",
	                      type->expects);
}

/* What the field of a row is until something is put into it. Several rows may share one. */
static void make_empty(const struct keyword *row, void *field)
{
	if (row->shape == SHAPE_TEXT)
		*(const char **)field = "";
	if (row->shape == SHAPE_TEXTS)
		*(struct texts *)field = (struct texts){ (const uint8_t *)"", 0, 0 };
}

static int fill_field(struct setting *s, const struct draft_value *v, void *field)
{
	int r;

	if (v->text != NULL) {
		s->line = v->line;
		r = parse(s, v->text, field);
		if (r != -EBADMSG)
			return r;
		if (s->row->fallback != NULL && parse(s, s->row->fallback, field) == -ENOMEM)
			return -ENOMEM;
		return r;
	}
	s->line = s->draft->line;
	if (s->row->required && s->draft->torn)
		return -EBADMSG; /* it may be in the line that was not understood */
	if (s->row->required)
		return setting_refuse(s, "E-VALUE", "%s is missing: it takes %s", s->row->name,
		                      s->row->type->expects);
	return s->row->fallback != NULL ? parse(s, s->row->fallback, field) : 0;
}

int load_fields(struct setting *s, enum keyword_owner owner, void *into)
{
	const struct section_kind *kind = s->draft->kind;
	int worst = 0;

	for (size_t i = 0; i < kind->count; i++)
		if (kind->rows[i].owner == owner)
			make_empty(&kind->rows[i], (char *)into + kind->rows[i].at);
	for (size_t i = 0; i < kind->count; i++) {
		int r;

		s->row = &kind->rows[i];
		if (s->row->owner != owner)
			continue;
		r = fill_field(s, &s->draft->values[i], (char *)into + s->row->at);
		if (r < 0 && r != -EBADMSG)
			return r;
		if (r < 0)
			worst = r;
	}
	return worst;
}

int load_section(struct load *l, struct draft *d, void *into)
{
	struct expand_names names = { .here = d->here, .environment = l->environment };
	struct setting s = { .load = l, .draft = d, .names = &names };

	return load_fields(&s, OF_SECTION, into);
}

int load_packed(struct load *l, const struct texts *list, struct texts *ret)
{
	const char *packed = "";

	if (list->count > 0)
		packed = arena_share(l->arena, list->packed, list->len);
	if (packed == NULL)
		return -ENOMEM;
	*ret = (struct texts){ (const uint8_t *)packed, list->count, list->len };
	return 0;
}

/*
 * The name of a section of this kind that is spelled most like name; NULL when none is. Looking takes a
 * while among thousands, so only the first mistakes get it.
 */
static const char *nearest_section(const struct load *l, const struct section_kind *kind,
                                   const char *name)
{
	const char *best = NULL;

	if (l->errors_n >= HINTS_MAX)
		return NULL;
	for (size_t i = 0; i < l->drafts_n; i++) {
		const char *pair[] = { best, l->drafts[i]->name };

		if (l->drafts[i]->kind == kind)
			best = best != NULL ? text_nearest(name, pair, 2)
			                    : text_nearest(name, pair + 1, 1);
	}
	return best;
}

int setting_find(struct setting *s, const char *kind, const char *name, const void **ret)
{
	struct load *l = s->load;
	char header[300], shown[260];
	struct text t, escaped;
	struct draft *d;

	text_init(&t, header, sizeof header);
	text_addf(&t, "%s:%s", kind, name);
	d = t.full ? NULL : load_find(l, header);
	if (d != NULL && !d->bad && d->made != NULL) {
		*ret = d->made;
		return 0;
	}
	text_init(&escaped, shown, sizeof shown);
	text_add_escaped(&escaped, header, strnlen(header, 64));
	if (d != NULL)
		return setting_refuse(s, "E-REF",
		                      "[%s] is left out because of its own mistakes: correct those",
		                      shown);

	const char *near = nearest_section(l, load_kind(kind, strlen(kind)), name);

	return setting_refuse(s, "E-REF", "there is no [%s]%s%s%s", shown,
	                      near != NULL ? ": did you mean " : ": add it",
	                      near != NULL ? near : "", near != NULL ? "?" : "");
}
