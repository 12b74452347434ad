#include "store/digests.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct digest));
}

int digests_add(struct digests *d, const struct digest *one)
{
	if (d->count == d->room) {
		size_t room = d->room == 0 ? 64 : d->room * 2;
		struct digest *at = reallocarray(d->at, room, sizeof *at);

		if (at == NULL)
			return -ENOMEM;
		d->at = at;
		d->room = room;
	}
	d->at[d->count++] = *one;
	d->is_sorted = false;
	return 0;
}

bool digests_have(struct digests *d, const struct digest *one)
{
	if (d->count == 0)
		return false;
	if (!d->is_sorted)
		qsort(d->at, d->count, sizeof *d->at, compare);
	d->is_sorted = true;
	return bsearch(one, d->at, d->count, sizeof *d->at, compare) != NULL;
}

void digests_done(struct digests *d)
{
	free(d->at);
	*d = (struct digests){ .at = NULL };
}
