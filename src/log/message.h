/*
 * One line of a child as one message of syslog. Pure.
 *
 *	<30>1 2026-11-21T13:45:25.123456Z host mail - acme [reeve@32473 child="acme:mail" stream="out"] hello
 *	<30>Nov 21 13:45:25 mail[acme]: hello
 *
 * The first is RFC 5424: APP-NAME is the service, MSGID the workspace, and the structured data says
 * what the line was. Its element has the enterprise number that is reserved for examples (RFC
 * 5612), as reeve has none. The second is what syslog(3) says, which the daemons of a machine
 * understand at their own socket, where most take RFC 5424 for plain text.
 *
 * A control byte but the tab, or bytes that are not UTF-8, are written \xNN; backslashes are
 * doubled in such a line then, and escaped="yes" says so. partial="yes": no newline followed; see
 * lines.h. What is beyond ASCII has a byte order mark before it, which in RFC 5424, 6.4 says UTF-8.
 */
#ifndef LOG_MESSAGE_H
#define LOG_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "log/lines.h"

enum {
	MESSAGE_NAME_MAX = 48,       /* of an APP-NAME, and more than a MSGID */
	MESSAGE_HEAD_MAX = 1024,     /* the most that stands before a line */
	MESSAGE_GROWTH   = 4,        /* the most that a byte may become: "\xNN" */
};

struct message {
	bool        is_local;        /* as syslog(3) has it */
	unsigned    priority;        /* facility and severity (RFC 5424, 6.2.1) */
	const char *time;            /* of stamp.h; local: "Nov 21 13:45:25" */
	const char *host;
	const char *child;           /* "acme:mail" */
	const char *label;           /* "out" */
};

/* out, err: "informational" and "error" of that facility. */
unsigned message_priority(uint32_t facility, const char *label);

/* Appends the message; out->full when it does not fit. */
void message_add(const struct message *how, const struct piece *line, struct text *out);

#endif
