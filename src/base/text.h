/*
 * Text in a buffer of the caller's: append until it is full, then remember that it was too much.
 * Never allocates, always NUL-terminated.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct text {
	char   *at;
	size_t  max;   /* bytes at at, the NUL included */
	size_t  len;   /* bytes in use, the NUL not counted */
	bool    full;  /* something did not fit and was cut */
};

/* Makes t an empty text in the max bytes at buf; max is at least 1. */
void text_init(struct text *t, char *buf, size_t max);

/* Each appends; what does not fit is cut and sets t->full. */
void text_add(struct text *t, const char *s);
void text_add_bytes(struct text *t, const char *s, size_t len);
void text_addf(struct text *t, const char *format, ...) PRINTF_LIKE(2, 3);
void text_addv(struct text *t, const char *format, va_list args) PRINTF_LIKE(2, 0);

/*
 * Appends s with every byte that a terminal or a log could take for something else written as \xNN
 * (controls, DEL, bytes that are not valid UTF-8, backslash as \\).
 */
void text_add_escaped(struct text *t, const char *s, size_t len);

/* The same for a person's eyes: a backslash stays one, so what was escaped already reads the same. */
void text_add_printable(struct text *t, const char *s, size_t len);

/*
 * Appends s as a JSON string with its quotes (RFC 8259, 7): for PID 1, which links no JSON library and
 * only ever writes it. A byte that is not valid UTF-8 becomes the text \\xNN.
 */
void text_add_json(struct text *t, const char *s);

/* Copies s to buf; -ENAMETOOLONG, and an empty buf, when it does not fit. */
int text_copy(char *buf, size_t max, const char *s) MUST_CHECK;

/* Bytes of the valid UTF-8 sequence at s, 1 to 4; 0 when it is not one (RFC 3629). */
size_t text_utf8_length(const char *s, size_t len);

/* Whether all len bytes are valid UTF-8 without NUL. */
bool text_is_utf8(const char *s, size_t len);

bool text_starts_with(const char *s, const char *prefix);

/* The entry of names (count of them) nearest to s by edit distance; NULL when none is near. */
const char *text_nearest(const char *s, const char *const *names, size_t count);

#endif
