/*
 * Settings as tables. A keyword is one row: its name, the kind of value it takes, where the value
 * goes, what it is when nobody sets it (in the file's own syntax), and one sentence for the manual.
 * A section kind is a name and its rows; a dialect is other kinds with other rows and defaults over
 * the same structs. Parsing, defaults, --check-config, comparison at reload and the manual page all
 * read the same rows.
 */
#ifndef CONF_KEYWORD_H
#define CONF_KEYWORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct setting;

/* How a field is held, for comparing. */
enum keyword_shape { SHAPE_BYTES, SHAPE_TEXT, SHAPE_TEXTS };

/* Which struct the field is in: the section's, or that of each child made of the section. */
enum keyword_owner { OF_SECTION, OF_CHILD };

/* A kind of value. */
struct keyword_type {
	const char *expects;    /* "a duration such as 10, 1.5m or 250ms": the manual's words, and of complaints */
	const char *code;       /* of complaints; NULL: E-VALUE */
	size_t      size;       /* of the field */
	bool        raw;        /* parse expands for itself, after it has taken the text apart */
	/*
	 * Text into field. -EINVAL and -ERANGE become a complaint out of expects; -EBADMSG says that
	 * the complaint was made; -ENOMEM.
	 */
	int       (*parse)(struct setting *s, void *field);
};

struct keyword {
	const char                *name;
	const struct keyword_type *type;
	enum keyword_owner         owner;
	enum keyword_shape         shape;
	uint16_t                   at, size;
	uint32_t                   max;         /* for numbers; 0: the type's own bound */
	bool                       required;
	bool                       respawn;     /* a change takes effect with a new process only */
	const char                *fallback;    /* NULL: the field stays empty */
	const char                *help;
};

/* Type and place of a row, with the shape taken from the member's own type. */
#define KEYWORD_SHAPE(member) _Generic((member), \
	const char *: SHAPE_TEXT, struct texts: SHAPE_TEXTS, default: SHAPE_BYTES)
#define KEYWORD_FIELD(whose, struct_, member) \
	.owner = (whose), .shape = KEYWORD_SHAPE(((struct struct_ *)0)->member), \
	.at = offsetof(struct struct_, member), .size = sizeof(((struct struct_ *)0)->member)

/* The rows of a section kind, "service"; NULL and 0 when there is no such kind. */
const struct keyword *conf_keywords(const char *kind, size_t *ret_count);

/* The i-th kind of section; NULL past the last. */
const char *conf_kind(size_t i);

#endif
