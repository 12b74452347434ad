#include "core/bundle_list.h"

#include <stdlib.h>
#include <string.h>

#include "core/bundle_set.h"
#include "core/bundles.h"
#include "core/core.h"
#include "core/reply.h"
#include "core/service.h"

enum { WORKSPACES_MAX = 48 * 1024 }; /* bytes of their names in a row; what does not fit is left out */

/* An answer that waits for room. */
struct bundle_list {
	struct inquiry    inquiry;
	struct core      *core;
	struct bundle_set set;
	size_t            next;
	uint8_t           workspaces[WORKSPACES_MAX];
};

static const char *const sources[] = {
	[SOURCE_REGISTRY] = "registry", [SOURCE_PATH] = "path", [SOURCE_URL] = "url",
};

/* Children are sorted by name, which begins with the workspace: each is met in one run. */
static void count_children(struct bundle_list *l, struct bundle_row *row)
{
	const struct roster *r = &l->core->roster;
	const char *last = "";

	for (size_t i = 0; i < r->count; i++) {
		const struct service *s = r->all[i];

		if (!bundles_is_dependent(s, row->name))
			continue;
		row->children++;
		row->running += state_facts(s->state)->is_up;
		row->current += state_facts(s->state)->is_up && digest_is_equal(&s->digest, &row->digest);
		if (strcmp(s->conf->workspace->name, last) == 0)
			continue;
		last = s->conf->workspace->name;
		if (texts_add(&row->workspaces, l->workspaces, sizeof l->workspaces, last) < 0)
			continue; /* it is counted, if not named */
	}
}

static void fill(struct bundle_list *l, const struct bundle_conf *b, struct bundle_row *row)
{
	const struct pointer *p = bundles_pointer(l->core, b->name);

	*row = (struct bundle_row){ .name = b->name, .source = sources[b->source], .version = "" };
	if (p != NULL) {
		row->version = p->version.text;
		row->seq = p->version.seq;
		row->digest = p->version.digest;
		row->generation = p->generation;
	}
	count_children(l, row);
}

static void discard(struct inquiry *i)
{
	struct bundle_list *l = container_of(i, struct bundle_list, inquiry);

	list_remove(&i->link);
	bundle_set_done(&l->set);
	free(l);
}

static void go_on(struct reply *reply, void *arg)
{
	struct bundle_list *l = arg;
	struct bundle_row row;

	for (; l->next < l->set.count; l->next++) {
		fill(l, l->set.at[l->next], &row);
		if (reply_row(reply, MSG_BUNDLE, &row) < 0) {
			reply_when_room(reply, go_on, l);
			return;
		}
	}
	discard(&l->inquiry);
	reply_end(reply, REPLY_OK);
}

void bundle_list_begin(struct core *core, struct reply *reply, const struct texts *names)
{
	struct bundle_list *l = calloc(1, sizeof *l);

	if (l == NULL) {
		const struct error_row row = { .code = "no_memory", .text = "no memory for the answer", .needs = "" };

		reply_refuse(reply, REPLY_NO_SUCH, &row);
		return;
	}
	l->core = core;
	if (bundle_set_find(core, names, reply, &l->set) < 0) {
		free(l);
		return;
	}
	bundles_keep(core, &l->inquiry, discard);
	go_on(reply, l);
}
