#include "core/roster.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/service.h"

int roster_reserve(struct roster *r, size_t count)
{
	struct service **by_name, **by_priority;

	if (count <= r->room)
		return 0;
	by_name = realloc(r->all, count * sizeof *by_name);
	if (by_name != NULL)
		r->all = by_name;
	by_priority = realloc(r->by_priority, count * sizeof *by_priority);
	if (by_priority != NULL)
		r->by_priority = by_priority;
	if (by_name == NULL || by_priority == NULL)
		return -ENOMEM;
	r->room = count;
	return 0;
}

void roster_done(struct roster *r)
{
	free(r->all);
	free(r->by_priority);
	*r = (struct roster){ 0 };
}

/* Where name is, or would go. */
static size_t place_of(const struct roster *r, const char *name)
{
	size_t low = 0, high = r->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(service_name(r->all[middle]), name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void roster_add(struct roster *r, struct service *s)
{
	size_t i = place_of(r, service_name(s));

	memmove(r->all + i + 1, r->all + i, (r->count - i) * sizeof r->all[0]);
	r->all[i] = s;
	r->by_priority[r->count++] = s;
}

void roster_remove(struct roster *r, struct service *s)
{
	size_t i = place_of(r, service_name(s)), k = 0;

	while (k < r->count - 1 && r->by_priority[k] != s)
		k++;
	r->count--;
	memmove(r->all + i, r->all + i + 1, (r->count - i) * sizeof r->all[0]);
	memmove(r->by_priority + k, r->by_priority + k + 1, (r->count - k) * sizeof r->by_priority[0]);
}

static int compare_priority(const void *left, const void *right)
{
	const struct service *a = *(struct service *const *)left, *b = *(struct service *const *)right;
	int32_t x = a->conf->priority, y = b->conf->priority;

	return x != y ? (x < y ? -1 : 1) : strcmp(service_name(a), service_name(b));
}

void roster_sort(struct roster *r)
{
	if (r->count > 1)
		qsort(r->by_priority, r->count, sizeof r->by_priority[0], compare_priority);
}

struct service *roster_find(const struct roster *r, const char *name)
{
	size_t i = place_of(r, name);

	return i < r->count && strcmp(service_name(r->all[i]), name) == 0 ? r->all[i] : NULL;
}
