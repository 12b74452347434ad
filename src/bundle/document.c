#include "bundle/document.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"

bool document_refuse(struct document *d, const char *code, const char *where, const char *got, ...)
{
	char text[sizeof d->problem->got], at[sizeof d->problem->path];
	va_list args;

	va_start(args, got);
	(void)vsnprintf(text, sizeof text, got, args); /* cutting is what is wanted, here and below */
	va_end(args);
	(void)snprintf(at, sizeof at, "%s%s%s", d->file, where[0] != '\0' ? ": " : "", where);
	problem_set(d->problem, PROBLEM_BUNDLE, code, at, "%s", text);
	problem_remedy(d->problem, "The publisher must pack and publish this version anew");
	return false;
}

/* How deep brackets nest, strings left out; stops counting when it is too much. */
static unsigned depth_of(const char *data, size_t len)
{
	unsigned depth = 0, deepest = 0;
	bool in_string = false;

	for (size_t i = 0; i < len && deepest <= DOCUMENT_DEPTH_MAX; i++) {
		char c = data[i];

		if (in_string && c == '\\')
			i++;
		else if (c == '"')
			in_string = !in_string;
		else if (!in_string && (c == '{' || c == '['))
			deepest = ++depth > deepest ? depth : deepest;
		else if (!in_string && (c == '}' || c == ']') && depth > 0)
			depth--;
	}
	return deepest;
}

bool document_open(struct document *d, const char *data, size_t len)
{
	json_error_t error;

	if (depth_of(data, len) > DOCUMENT_DEPTH_MAX)
		return document_refuse(d, "json-deep", "", "more than %d levels", DOCUMENT_DEPTH_MAX);
	d->root = json_loadb(data, len, JSON_REJECT_DUPLICATES, &error);
	if (d->root == NULL)
		return document_refuse(d, "json-syntax", "", "line %d: %s", error.line, error.text);
	if (!json_is_object(d->root)) {
		document_close(d);
		return document_refuse(d, "json-syntax", "", "not an object");
	}
	return true;
}

void document_close(struct document *d)
{
	json_decref(d->root);
	d->root = NULL;
}

bool document_is_text(const json_t *value, size_t max)
{
	const char *s = json_string_value(value);

	if (s == NULL || s[0] == '\0' || json_string_length(value) > max)
		return false;
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return false;
	return true;
}

/* Each takes a value of its kind into the place, or says what it wanted. */
static const char *take_text(const json_t *value, uint64_t max, void *into)
{
	if (!document_is_text(value, max))
		return "a text, not empty and not too long";
	*(const char **)into = json_string_value(value);
	return NULL;
}

static const char *take_u64(const json_t *value, uint64_t max, void *into)
{
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    (uint64_t)json_integer_value(value) > max)
		return "a whole number in its range";
	*(uint64_t *)into = (uint64_t)json_integer_value(value);
	return NULL;
}

static const char *take_bool(const json_t *value, uint64_t max, void *into)
{
	(void)max;
	if (!json_is_boolean(value))
		return "true or false";
	*(bool *)into = json_is_true(value);
	return NULL;
}

static const char *take_digest(const json_t *value, uint64_t max, void *into)
{
	(void)max;
	if (!json_is_string(value) || digest_from_text(json_string_value(value), into) < 0)
		return "a SHA-256 digest in lower-case hex";
	return NULL;
}

static const char *take_any(const json_t *value, uint64_t max, void *into)
{
	(void)value;
	(void)max;
	(void)into;
	return NULL;
}

static const char *(*const takers[])(const json_t *, uint64_t, void *) = {
	[FIELD_TEXT] = take_text, [FIELD_U64] = take_u64, [FIELD_BOOL] = take_bool,
	[FIELD_DIGEST] = take_digest, [FIELD_ANY] = take_any,
};

bool document_fields(struct document *d, const json_t *object, const char *where,
                     const struct field *fields, void *into)
{
	if (!json_is_object(object))
		return document_refuse(d, "json-type", where, "not an object");
	for (const struct field *f = fields; f->key != NULL; f++) {
		const json_t *value = json_object_get(object, f->key);
		const char *wanted;

		if (value == NULL && f->required)
			return document_refuse(d, "json-missing", where, "no key \"%s\"", f->key);
		if (value == NULL)
			continue;
		wanted = takers[f->kind](value, f->max, (char *)into + f->at);
		if (wanted != NULL)
			return document_refuse(d, "json-type", where, "\"%s\" is not %s", f->key, wanted);
	}
	return true;
}

static bool is_known(const struct field *fields, const char *key)
{
	for (const struct field *f = fields; f->key != NULL; f++)
		if (strcmp(f->key, key) == 0)
			return true;
	return false;
}

bool document_only(struct document *d, const json_t *object, const char *where,
                   const struct field *fields)
{
	json_t *walked = json_incref((json_t *)(uintptr_t)object); /* iterators want it writable */
	void *it = json_object_iter(walked);
	bool good = true;

	for (; it != NULL && good; it = json_object_iter_next(walked, it))
		if (!is_known(fields, json_object_iter_key(it)))
			good = document_refuse(d, "json-unknown", where, "unknown key \"%s\"",
			                       json_object_iter_key(it));
	json_decref(walked);
	return good;
}

bool document_optional(struct document *d, const json_t *object, const char *key, json_type type,
                       json_t **ret)
{
	json_t *value = json_object_get(object, key);

	if (value != NULL && json_typeof(value) != type)
		return document_refuse(d, "json-type", key, "not %s",
		                       type == JSON_ARRAY ? "an array" : type == JSON_OBJECT ? "an object" : "it");
	*ret = value;
	return true;
}
