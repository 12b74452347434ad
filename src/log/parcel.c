#include "log/parcel.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "log/sink.h"

void parcel_keep(struct parcel *p, struct sink *owner, size_t stands_for, const char *rest, size_t len)
{
	char *copy = malloc(len);

	if (copy == NULL)
		return;
	memcpy(copy, rest, len);
	*p = (struct parcel){ .write = p->write, .to = p->to, .at = copy, .len = len, .owner = owner, .stands_for = stands_for };
}

void parcel_done(struct parcel *p)
{
	free(p->at);
	*p = (struct parcel){ .write = p->write, .to = p->to };
}

bool parcel_is_empty(const struct parcel *p)
{
	return p->at == NULL;
}

size_t parcel_sent(struct parcel *p, size_t n, const struct sink *asking)
{
	struct parcel done = *p;

	p->sent += n;
	if (p->sent < p->len)
		return 0;
	parcel_done(p);
	if (done.owner == asking)
		return asking != NULL ? done.stands_for : 0;
	if (done.owner != NULL)
		sink_settle(done.owner, done.stands_for);
	return 0;
}

ssize_t parcel_flush(struct parcel *p, const struct sink *asking)
{
	size_t settled = 0;

	while (settled == 0 && !parcel_is_empty(p)) {
		ssize_t n = p->write(p->to, p->at + p->sent, p->len - p->sent);

		if (n < 0)
			return n;
		settled = parcel_sent(p, (size_t)n, asking);
	}
	return (ssize_t)settled;
}

ssize_t parcel_send(struct parcel *p, struct sink *owner, const struct text *lines, size_t stands_for)
{
	size_t written = 0;
	ssize_t n = 0;

	while (n >= 0 && written < lines->len) {
		n = p->write(p->to, lines->at + written, lines->len - written);
		written += n > 0 ? (size_t)n : 0;
	}
	if (written == lines->len)
		return (ssize_t)stands_for;
	if (written == 0)
		return n;
	parcel_keep(p, owner, owner != NULL ? stands_for : 0, lines->at + written, lines->len - written);
	return owner != NULL ? n : (ssize_t)stands_for; /* a mark is told as soon as there is room */
}

size_t parcel_let_go(struct parcel *p, const struct sink *s)
{
	if (p->owner != s)
		return 0;
	p->owner = NULL;
	return p->stands_for;
}
