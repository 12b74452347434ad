/*
 * What a message carries, as a table: one row per field with its name, its kind and its place in a
 * struct. Encoding, decoding, JSON output and reeve-protocol(7) all read the same rows.
 *
 * On the wire a field is, in the order of the table, little-endian and without padding:
 *
 *	BOOL, U32, I32  4 bytes      U64  8 bytes      DIGEST  32 bytes
 *	TEXT            4 bytes of length, the bytes (UTF-8 not promised, no NUL), one NUL
 *	TEXTS           4 bytes of count, then that many TEXT
 *	PROBLEM         U32 class, then code, path, expected, got, remedy as TEXT
 *
 * Decoding never allocates: texts point into the frame and live as long as it does.
 */
#ifndef WIRE_RECORD_H
#define WIRE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/digest.h"
#include "base/problem.h"

/* Several texts, packed as they stand on the wire; see texts_next(). */
struct texts {
	const uint8_t *packed;
	uint32_t       count;
	uint32_t       len;    /* bytes at packed */
};

enum field_kind {
	FIELD_BOOL, FIELD_U32, FIELD_I32, FIELD_U64, FIELD_DIGEST, FIELD_TEXT, FIELD_TEXTS, FIELD_PROBLEM
};

struct field {
	const char      *name;
	enum field_kind  kind;
	uint16_t         at;
};

struct record {
	const char         *name;
	const struct field *fields;
	size_t              count;
	size_t              size;   /* of the struct */
};

/* A row, with the kind taken from the member's type: a wrong type does not compile. */
#define FIELD_KIND(member) _Generic((member), \
	bool: FIELD_BOOL, uint32_t: FIELD_U32, int32_t: FIELD_I32, uint64_t: FIELD_U64, \
	struct digest: FIELD_DIGEST, const char *: FIELD_TEXT, struct texts: FIELD_TEXTS, \
	struct problem: FIELD_PROBLEM)
#define FIELD(type, member) \
	{ #member, FIELD_KIND(((struct type *)0)->member), offsetof(struct type, member) }
#define RECORD(type, rows) { #type, rows, ARRAY_LEN(rows), sizeof(struct type) }

/* Writes body after the *len bytes already at buf; -ENOBUFS when max is too small. NULL texts are "". */
int record_encode(const struct record *r, const void *body, uint8_t *buf, size_t max, size_t *len) MUST_CHECK;

/* Fills ret from exactly len bytes; -EBADMSG for anything else. The source may be hostile. */
int record_decode(const struct record *r, const uint8_t *at, size_t len, void *ret) MUST_CHECK;

/*
 * Walks a list: *it starts as NULL and becomes each text in turn; false at the end.
 *
 *	for (const char *s = NULL; texts_next(&list, &s);)
 */
bool texts_next(const struct texts *list, const char **it);

/* Appends s to a list being packed in the max bytes at buf; list->packed becomes buf. -ENOBUFS. */
int texts_add(struct texts *list, uint8_t *buf, size_t max, const char *s) MUST_CHECK;

/* The i-th text; NULL past the end. */
const char *texts_at(const struct texts *list, uint32_t i);

#endif
