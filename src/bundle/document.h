/*
 * A signed JSON file being read strictly: one object, UTF-8, no key twice, no more than 32 deep, every
 * key of the kind its row says. The first thing that is wrong fills the problem; everything here then
 * answers false and the caller leaves.
 */
#ifndef BUNDLE_DOCUMENT_H
#define BUNDLE_DOCUMENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/problem.h"

enum { DOCUMENT_DEPTH_MAX = 32 };

struct document {
	json_t         *root;
	const char     *file;      /* "bundle.json": where problems are */
	struct problem *problem;
};

enum field_kind {
	FIELD_TEXT,     /* const char *: not empty, no control bytes, at most max bytes */
	FIELD_U64,      /* uint64_t: at most max */
	FIELD_BOOL,     /* bool */
	FIELD_DIGEST,   /* struct digest */
	FIELD_ANY       /* looked at elsewhere; here only known */
};

/* One key of an object and the place in a struct that its value goes to. */
struct field {
	const char     *key;
	enum field_kind kind;
	bool            required;
	size_t          at;
	uint64_t        max;
};

/* Reads the bytes; the document then owns the JSON until document_close() or take. */
bool document_open(struct document *d, const char *data, size_t len) MUST_CHECK;
void document_close(struct document *d);

/* Fills the problem: where is a place in the file. Always false. */
bool document_refuse(struct document *d, const char *code, const char *where, const char *got, ...)
	PRINTF_LIKE(4, 5);

/* The rows' keys of an object into *into; keys that are absent and not required leave it as it was. */
bool document_fields(struct document *d, const json_t *object, const char *where,
                     const struct field *fields, void *into) MUST_CHECK;

/* Whether the object has no key but the rows'. The rows end with a key of NULL. */
bool document_only(struct document *d, const json_t *object, const char *where,
                   const struct field *fields) MUST_CHECK;

/* Whether value is a text as FIELD_TEXT wants it. */
bool document_is_text(const json_t *value, size_t max);

/*
 * The value of an optional key of this JSON type; *ret is NULL when it is absent. For JSON_ARRAY at
 * most max elements.
 */
bool document_optional(struct document *d, const json_t *object, const char *key, json_type type,
                       json_t **ret) MUST_CHECK;

#endif
