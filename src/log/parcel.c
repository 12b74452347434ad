#include "log/parcel.h"

#include <stdlib.h>
#include <string.h>

#include "log/sink.h"

void parcel_keep(struct parcel *p, struct sink *owner, size_t stands_for, const char *rest, size_t len)
{
	char *copy = malloc(len);

	if (copy == NULL)
		return;
	memcpy(copy, rest, len);
	*p = (struct parcel){ .at = copy, .len = len, .owner = owner, .stands_for = stands_for };
}

void parcel_done(struct parcel *p)
{
	free(p->at);
	*p = (struct parcel){ 0 };
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

size_t parcel_let_go(struct parcel *p, const struct sink *s)
{
	if (p->owner != s)
		return 0;
	p->owner = NULL;
	return p->stands_for;
}
