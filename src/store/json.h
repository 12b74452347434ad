/*
 * jansson for the store's own small files: read with limits, written by io_replace_file().
 */
#ifndef STORE_JSON_H
#define STORE_JSON_H

#include <jansson.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/digest.h"
#include "wire/record.h"

static inline void own_json(json_t **j)
{
	json_decref(*j);
}

/* The object in dir/name, of at most 1 MiB; -EBADMSG when it is no JSON object. */
int json_read_file(int dir, const char *name, json_t **ret) MUST_CHECK;

/* Puts the object in place of dir/name, durably. */
int json_replace_file(int dir, const char *name, const json_t *object, unsigned mode) MUST_CHECK;

/* Members; each -EBADMSG when it is missing or of another kind. Texts are borrowed from the object. */
int json_get_text(const json_t *object, const char *key, const char **ret) MUST_CHECK;
int json_get_u64(const json_t *object, const char *key, uint64_t *ret) MUST_CHECK;
int json_get_bool(const json_t *object, const char *key, bool *ret) MUST_CHECK;
int json_get_digest(const json_t *object, const char *key, struct digest *ret) MUST_CHECK; /* "" is none */

/* All fields of a record, by their names; lists of texts become arrays. NULL without memory. */
json_t *json_from_record(const struct record *r, const void *body);

/* "sha256:…", "" for none. */
json_t *json_from_digest(const struct digest *d);

#endif
