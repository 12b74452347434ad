#include "core/pointers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

void version_set(struct version *v, const char *text, uint64_t seq, const struct digest *digest)
{
	struct text t;

	v->seq = seq;
	v->digest = *digest;
	text_init(&t, v->text, sizeof v->text);
	text_add(&t, text);
}

int pointers_reserve(struct pointers *p, size_t max)
{
	if (max <= p->max)
		return 0;

	struct pointer *at = reallocarray(p->at, max, sizeof *at);

	if (at == NULL)
		return -ENOMEM;
	p->at = at;
	p->max = max;
	return 0;
}

void pointers_done(struct pointers *p)
{
	free(p->at);
	*p = (struct pointers){ .at = NULL };
}

static struct pointer *find(const struct pointers *p, const char *bundle)
{
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->at[i].bundle, bundle) == 0)
			return &p->at[i];
	return NULL;
}

const struct pointer *pointers_find(const struct pointers *p, const char *bundle)
{
	return find(p, bundle);
}

int pointers_set(struct pointers *p, const char *bundle, const struct pointer *e)
{
	struct pointer *at = find(p, bundle);
	struct pointer filled = *e;

	if (text_copy(filled.bundle, sizeof filled.bundle, bundle) < 0)
		return -EINVAL;
	if (at == NULL && p->n == p->max)
		return -ENOSPC;
	if (at == NULL)
		at = &p->at[p->n++];
	*at = filled;
	return 0;
}
