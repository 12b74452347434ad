/* One value into its field. */
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "conf/load.h"

enum { HINTS_MAX = 20 };

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
