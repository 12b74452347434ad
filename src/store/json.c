#include "store/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/own.h"

enum { FILE_MAX = 1024 * 1024 };

int json_read_file(int dir, const char *name, json_t **ret)
{
	OWN(mem) char *text = NULL;
	size_t len;
	int r = io_read_file(dir, name, FILE_MAX, &text, &len);

	if (r < 0)
		return r;

	OWN(json) json_t *j = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);

	if (!json_is_object(j))
		return -EBADMSG;
	*ret = take_ptr(j);
	return 0;
}

int json_replace_file(int dir, const char *name, const json_t *object, unsigned mode)
{
	OWN(mem) char *text = json_dumps(object, JSON_INDENT(2) | JSON_PRESERVE_ORDER);

	if (text == NULL)
		return -ENOMEM;
	return io_replace_file(dir, name, text, strlen(text), mode);
}

int json_get_text(const json_t *object, const char *key, const char **ret)
{
	const char *s = json_string_value(json_object_get(object, key));

	if (s == NULL)
		return -EBADMSG;
	*ret = s;
	return 0;
}

int json_get_u64(const json_t *object, const char *key, uint64_t *ret)
{
	const json_t *j = json_object_get(object, key);

	if (!json_is_integer(j) || json_integer_value(j) < 0)
		return -EBADMSG;
	*ret = (uint64_t)json_integer_value(j);
	return 0;
}

int json_get_bool(const json_t *object, const char *key, bool *ret)
{
	const json_t *j = json_object_get(object, key);

	if (!json_is_boolean(j))
		return -EBADMSG;
	*ret = json_is_true(j);
	return 0;
}

int json_get_digest(const json_t *object, const char *key, struct digest *ret)
{
	const char *s;
	int r = json_get_text(object, key, &s);

	if (r < 0)
		return r;
	if (s[0] == '\0') {
		*ret = (struct digest){ .bytes = { 0 } };
		return 0;
	}
	return digest_from_text(s, ret) < 0 ? -EBADMSG : 0;
}

static json_t *from_texts(const struct texts *list)
{
	json_t *array = json_array();

	for (const char *s = NULL; array != NULL && texts_next(list, &s);)
		(void)json_array_append_new(array, json_string(s)); /* what is no UTF-8 is left out */
	return array;
}

/* A text that is no UTF-8 becomes "": names and codes never are. */
static json_t *from_text(const char *s)
{
	json_t *j = json_string(s != NULL ? s : "");

	return j != NULL ? j : json_string("");
}

static json_t *from_field(enum field_kind kind, const void *at)
{
	switch (kind) {
	case FIELD_BOOL:    return json_boolean(*(const bool *)at);
	case FIELD_U32:     return json_integer(*(const uint32_t *)at);
	case FIELD_I32:     return json_integer(*(const int32_t *)at);
	case FIELD_U64:     return json_integer((json_int_t)*(const uint64_t *)at);
	case FIELD_DIGEST:  return json_from_digest(at);
	case FIELD_TEXT:    return from_text(*(const char *const *)at);
	case FIELD_TEXTS:   return from_texts(at);
	case FIELD_PROBLEM: return from_text(((const struct problem *)at)->code);
	}
	return NULL;
}

json_t *json_from_record(const struct record *r, const void *body)
{
	OWN(json) json_t *object = json_object();

	for (size_t i = 0; object != NULL && i < r->count; i++)
		if (json_object_set_new(object, r->fields[i].name,
		                        from_field(r->fields[i].kind, (const char *)body + r->fields[i].at)) < 0)
			return NULL;
	return take_ptr(object);
}

json_t *json_from_digest(const struct digest *d)
{
	struct digest_hex hex = digest_to_hex(d);

	return digest_is_none(d) ? json_string("") : json_sprintf("sha256:%s", hex.text);
}
