/*
 * Words out of a value, quoted as in a POSIX shell (XCU 2.2) and without anything else of a shell: no
 * variables, no globs, no tilde, no pipes.
 *
 *	'...'   everything as it stands          "..."   backslash keeps the next of \ " $ ` and newline
 *	\x      x as it stands
 */
#ifndef CONF_QUOTE_H
#define CONF_QUOTE_H

#include "base/attr.h"
#include "base/text.h"

/*
 * Takes the next word at *s, up to white space or one of the bytes in stop outside quotes, and leaves
 * *s behind it. The bytes are appended to out. Returns 1, 0 when only white space was left, or
 * -EINVAL when a quote is never closed or a backslash ends the text.
 */
int quote_next(const char **s, const char *stop, struct text *out) MUST_CHECK;

#endif
