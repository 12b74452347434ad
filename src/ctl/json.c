#include "ctl/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "base/text.h"

/* Where a kind of row stands in the document: in an array, or, where there is one of it, as it is. */
static const struct {
	enum msg    type;
	const char *key;
	bool        single;
} places[] = {
	{ MSG_CHILD,         "children", false },
	{ MSG_PROBLEM,       "problems", false },
	{ MSG_OUTCOME,       "outcomes", false },
	{ MSG_CHANGE,        "changes",  false },
	{ MSG_BUNDLE,        "bundles",  false },
	{ MSG_UPDATE,        "updates",  false },
	{ MSG_UPGRADE_CHILD, "children", false },
	{ MSG_UPGRADED,      "upgrade",  true },
	{ MSG_EVENT,         "events",   false },
	{ MSG_VERSION_IS,    "reeve",    true },
	{ MSG_ERROR,         "error",    true },
};

json_t *json_from_bytes(const char *s, size_t len)
{
	size_t max = len * 4 + 1; /* \xNN for every byte at worst */
	OWN(mem) char *escaped = NULL;
	struct text t;

	if (text_is_utf8(s, len))
		return json_stringn(s, len);
	escaped = malloc(max);
	if (escaped == NULL)
		return NULL;
	text_init(&t, escaped, max);
	text_add_escaped(&t, s, len);
	return json_string(escaped);
}

static json_t *json_from_text(const char *s)
{
	return json_from_bytes(s, strlen(s));
}

static json_t *json_from_texts(const struct texts *list)
{
	json_t *array = json_array();

	for (const char *s = NULL; texts_next(list, &s);)
		(void)json_array_append_new(array, json_from_text(s)); /* no memory: json_print() sees it */
	return array;
}

static json_t *json_from_digest(const struct digest *d)
{
	char text[8 + DIGEST_HEX_LEN];

	if (digest_is_none(d))
		return json_null();
	(void)snprintf(text, sizeof text, "sha256:%s", digest_to_hex(d).text); /* always fits */
	return json_string(text);
}

static json_t *json_from_problem(const struct problem *p)
{
	return json_pack("{so so so so so so}", "class", json_from_text(problem_class_name(p->class)),
	                 "code", json_from_text(p->code), "path", json_from_text(p->path),
	                 "expected", json_from_text(p->expected), "got", json_from_text(p->got),
	                 "remedy", json_from_text(p->remedy));
}

static json_t *json_from_field(enum field_kind kind, const void *at)
{
	switch (kind) {
	case FIELD_BOOL:    return json_boolean(*(const bool *)at);
	case FIELD_U32:     return json_integer(*(const uint32_t *)at);
	case FIELD_I32:     return json_integer(*(const int32_t *)at);
	case FIELD_U64:     return json_integer((json_int_t)*(const uint64_t *)at);
	case FIELD_DIGEST:  return json_from_digest(at);
	case FIELD_TEXT:    return json_from_text(*(const char *const *)at);
	case FIELD_TEXTS:   return json_from_texts(at);
	case FIELD_PROBLEM: return json_from_problem(at);
	}
	return NULL;
}

json_t *json_from_record(const struct record *record, const void *row)
{
	json_t *object = json_object();

	for (size_t i = 0; i < record->count; i++) {
		const struct field *f = &record->fields[i];

		if (json_object_set_new_nocheck(object, f->name,
		                                json_from_field(f->kind, (const char *)row + f->at)) < 0) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static void out_of_memory(void)
{
	fputs("reevectl: out of memory\n", stderr);
	exit(EXIT_FAILURE); /* a client with half an answer has nothing better to do */
}

static void print_value(json_t *value, size_t flags)
{
	if (value == NULL || json_dumpf(value, stdout, flags) < 0 || putchar('\n') == EOF)
		out_of_memory();
}

void json_init(struct json *j, bool lines)
{
	*j = (struct json){ .lines = lines };
}

void json_done(struct json *j)
{
	json_decref(j->document);
}

static void place(json_t *document, const char *key, bool single, json_t *object)
{
	json_t *array = json_object_get(document, key);
	int r;

	if (single) {
		r = json_object_set_new(document, key, object);
	} else {
		if (array == NULL && json_object_set_new(document, key, json_array()) == 0)
			array = json_object_get(document, key);
		r = json_array_append_new(array, object);
	}
	if (r < 0)
		out_of_memory();
}

void json_add(struct json *j, enum msg type, const void *row)
{
	json_t *object;

	if (type == MSG_PROGRESS) /* for eyes only */
		return;
	object = json_from_record(msg_rule(type)->record, row);
	if (j->lines) {
		if (type == MSG_ERROR) /* told apart from the rows */
			object = json_pack("{so}", "error", object);
		print_value(object, JSON_COMPACT);
		json_decref(object);
		(void)fflush(stdout); /* a reader that is gone ends us by SIGPIPE */
		return;
	}
	if (j->document == NULL)
		j->document = json_object();
	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		if (places[i].type == type)
			place(j->document, places[i].key, places[i].single, object);
}

void json_print(struct json *j, uint32_t exit_code)
{
	if (j->document == NULL)
		j->document = json_object();
	if (json_object_set_new(j->document, "exit_code", json_integer(exit_code)) < 0)
		out_of_memory();
	print_value(j->document, j->lines ? JSON_COMPACT : JSON_INDENT(2));
}

void json_print_line(const char *child, const char *line, size_t len, bool has_newline)
{
	json_t *object = json_pack("{so so}", "child", json_from_text(child), "line", json_from_bytes(line, len));

	if (object != NULL && !text_is_utf8(line, len))
		(void)json_object_set_new(object, "escaped", json_true());
	if (object != NULL && !has_newline)
		(void)json_object_set_new(object, "partial", json_true());
	print_value(object, JSON_COMPACT);
	json_decref(object);
}

void json_print_trouble(const char *code, const char *text, int exit_code)
{
	json_t *document = json_pack("{s{so so so} si}", "error", "code", json_from_text(code), "text",
	                             json_from_text(text), "needs", json_string(""), "exit_code", exit_code);

	print_value(document, JSON_INDENT(2));
	json_decref(document);
}
