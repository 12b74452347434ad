/*
 * Bytes as the inside of a JSON string (RFC 8259, 7), at the speed of a log. Controls, DEL, C1
 * controls and the separators U+2028 and U+2029 are written \uNNNN, so that neither a terminal nor
 * a script that sees the text obeys it. Never allocates.
 */
#ifndef LOG_JSON_H
#define LOG_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* Appends s; false when it is not UTF-8, and then a part of it may be there. */
bool json_add_utf8(struct text *out, const char *s, size_t len) MUST_CHECK;

/*
 * Appends any bytes: those that are not UTF-8 as the text \xNN, a backslash as two, which tells the
 * two apart.
 */
void json_add_escaped(struct text *out, const char *s, size_t len);

#endif
