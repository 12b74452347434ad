#include "core/refusals.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/attr.h"
#include "base/text.h"

static bool is_for(const struct refusal *e, const char *bundle, const struct digest *digest)
{
	return strcmp(e->bundle, bundle) == 0 && digest_is_equal(&e->digest, digest);
}

uint64_t refusals_left_ms(const struct refusals *r, const char *bundle, const struct digest *digest,
                          uint64_t now_ms)
{
	for (size_t i = 0; i < ARRAY_LEN(r->entries); i++) {
		const struct refusal *e = &r->entries[i];

		if (is_for(e, bundle, digest))
			return e->until_ms > now_ms ? e->until_ms - now_ms : 0;
	}
	return 0;
}

/* The entry of this version, else a free one, else the one that ends first. */
static struct refusal *pick(struct refusals *r, const char *bundle, const struct digest *digest)
{
	struct refusal *oldest = &r->entries[0];

	for (size_t i = 0; i < ARRAY_LEN(r->entries); i++) {
		struct refusal *e = &r->entries[i];

		if (is_for(e, bundle, digest))
			return e;
		if (oldest->bundle[0] != '\0' && (e->bundle[0] == '\0' || e->until_ms < oldest->until_ms))
			oldest = e;
	}
	*oldest = (struct refusal){ .digest = *digest };
	if (text_copy(oldest->bundle, sizeof oldest->bundle, bundle) < 0)
		return NULL; /* no bundle has such a name */
	return oldest;
}

void refusals_add(struct refusals *r, const char *bundle, const struct digest *digest, uint64_t now_ms)
{
	struct refusal *e = pick(r, bundle, digest);

	if (e == NULL)
		return;
	e->delay_ms = e->delay_ms == 0 ? REFUSAL_FIRST_MS : e->delay_ms * 2;
	if (e->delay_ms > REFUSAL_MAX_MS)
		e->delay_ms = REFUSAL_MAX_MS;
	e->until_ms = now_ms + e->delay_ms;
}

void refusals_forget(struct refusals *r, const char *bundle)
{
	for (size_t i = 0; i < ARRAY_LEN(r->entries); i++)
		if (strcmp(r->entries[i].bundle, bundle) == 0)
			r->entries[i] = (struct refusal){ .delay_ms = 0 };
}
