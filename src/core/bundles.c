#include "core/bundles.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/announce.h"
#include "core/core.h"
#include "core/service.h"
#include "core/store_client.h"
#include "sys/clock.h"

enum { RECOVER_MS = 30 * 1000 };

struct bundles {
	struct core         *core;
	struct pointers      pointers;
	struct store_client *recovery;      /* NULL: over */
	struct loop_timer    deadline;
	bundles_ready_fn    *ready;
	struct store_client *collection;    /* under way */
	bool                 collect_again;
	struct list          inquiries;
};

/* ---- what is known ---- */

int bundles_new(struct core *core)
{
	struct bundles *bs = calloc(1, sizeof *bs);

	if (bs == NULL)
		return -ENOMEM;
	bs->core = core;
	list_init(&bs->inquiries);
	if (pointers_reserve(&bs->pointers, core->conf->bundles_n) < 0) {
		free(bs);
		return -ENOMEM;
	}
	core->bundles = bs;
	return 0;
}

void bundles_free(struct core *core)
{
	struct bundles *bs = core->bundles;

	if (bs == NULL)
		return;
	list_each(&bs->inquiries, it) {
		struct inquiry *i = container_of(it, struct inquiry, link);

		i->discard(i);
	}
	loop_timer_stop(&bs->deadline);
	store_client_free(bs->recovery);
	store_client_free(bs->collection);
	pointers_done(&bs->pointers);
	free(bs);
	core->bundles = NULL;
}

int bundles_adopt_conf(struct core *core)
{
	struct bundles *bs = core->bundles;

	/* What a reload dropped stays known: twice the room is room for what it may bring back. */
	return bs == NULL ? 0 : pointers_reserve(&bs->pointers, bs->pointers.n + core->conf->bundles_n);
}

const struct pointer *bundles_pointer(const struct core *core, const char *bundle)
{
	return core->bundles == NULL ? NULL : pointers_find(&core->bundles->pointers, bundle);
}

void bundles_flipped(struct core *core, const char *bundle, const struct version *version,
                     uint64_t generation)
{
	const struct pointer p = { .version = *version, .generation = generation, .since_ms = sys_now_ms() };

	if (core->bundles == NULL)
		return;
	if (pointers_set(&core->bundles->pointers, bundle, &p) < 0)
		BUG("bundles", "no room for %s", bundle);
	announce_event(core, LOG_INFO, bundle, "bundle.flipped", "version=%s generation=%llu", version->text,
	               (unsigned long long)generation);
}

bool bundles_is_dependent(const struct service *s, const char *bundle)
{
	const struct bundle_conf *b = s->conf->service->bundle;

	return b != NULL && !s->is_removed && strcmp(b->name, bundle) == 0;
}

void bundles_keep(struct core *core, struct inquiry *i, void (*discard)(struct inquiry *i))
{
	i->discard = discard;
	list_init(&i->link);
	if (core->bundles != NULL)
		list_append(&core->bundles->inquiries, &i->link);
}

/* ---- after a crash ---- */

bool bundles_are_ready(const struct core *core)
{
	return core->bundles == NULL || core->bundles->recovery == NULL;
}

static void ready(struct bundles *bs)
{
	bundles_ready_fn *fn = bs->ready;

	loop_timer_stop(&bs->deadline);
	store_client_free(bs->recovery);
	bs->recovery = NULL;
	bs->ready = NULL;
	if (fn != NULL)
		fn(bs->core);
}

/* A store with bundles that no section names any more is none of ours to complain about. */
static void on_current(void *arg, const struct store_current *row)
{
	struct bundles *bs = arg;
	struct pointer p = { .generation = row->generation, .since_ms = sys_now_ms() };

	if (conf_bundle(bs->core->conf, row->bundle) == NULL)
		return;
	version_set(&p.version, row->version, row->seq, &row->digest);
	if (pointers_set(&bs->pointers, row->bundle, &p) < 0)
		BUG("bundles", "no room for %s", row->bundle);
}

static void tell_failure(struct bundles *bs, const char *what, const struct problem *why)
{
	char line[512];

	problem_format(why, line, sizeof line);
	announce_event(bs->core, LOG_ERROR, "store", what, "error=%s", line);
}

static void on_recovered(void *arg, const struct store_answer *answer)
{
	if (!answer->ok)
		tell_failure(arg, "store.recover-failed", answer->problem);
}

static void on_listed(void *arg, const struct store_answer *answer)
{
	struct bundles *bs = arg;

	if (!answer->ok)
		tell_failure(bs, "store.list-failed", answer->problem);
	ready(bs);
}

static void on_deadline(void *arg)
{
	struct bundles *bs = arg;

	announce_event(bs->core, LOG_ERROR, "store", "store.recover-failed", "error=took longer than %d s",
	               RECOVER_MS / 1000);
	ready(bs);
}

static bool has_store(const struct core *core)
{
	for (size_t i = 0; i < core->conf->bundles_n; i++)
		if (core->conf->bundles[i].source == SOURCE_REGISTRY)
			return true;
	return false;
}

void bundles_recover(struct core *core, bundles_ready_fn *fn)
{
	struct bundles *bs = core->bundles;
	const struct store_errand errand = { .bundle = NULL };
	struct store_rows rows = { .current = on_current, .arg = bs };

	if (bs == NULL || !has_store(core)) {
		fn(core);
		return;
	}
	bs->ready = fn;
	if (store_client_new(core, &errand, &rows, &bs->recovery) < 0 ||
	    store_client_ask(bs->recovery, MSG_STORE_RECOVER, NULL, on_recovered, bs) < 0 ||
	    store_client_ask(bs->recovery, MSG_STORE_LIST, NULL, on_listed, bs) < 0) {
		announce_event(core, LOG_ERROR, "store", "store.recover-failed", "error=reeve-store did not start");
		ready(bs);
		return;
	}
	loop_timer_start(core->loop, &bs->deadline, RECOVER_MS, on_deadline, bs);
}

/* ---- what nothing needs ---- */

static void on_collected(void *arg, const struct store_answer *answer)
{
	struct bundles *bs = arg;

	if (!answer->ok)
		tell_failure(bs, "store.gc-failed", answer->problem);
	store_client_free(bs->collection);
	bs->collection = NULL;
	if (bs->collect_again)
		bundles_collect(bs->core);
}

/* A tree that a process of s runs from, or is about to; what the pointer names is safe without a word. */
static int tell_tree(struct bundles *bs, const struct service *s, const struct digest *digest)
{
	const char *bundle = s->conf->service->bundle->name;
	const struct pointer *p = pointers_find(&bs->pointers, bundle);
	const struct store_current row = { .bundle = bundle, .digest = *digest };

	if (digest_is_none(digest) || (p != NULL && digest_is_equal(&p->version.digest, digest)))
		return 0;
	return store_client_tell(bs->collection, MSG_STORE_IN_USE, &row);
}

/* False when not everything could be told: then nothing may be removed. */
static bool tell_in_use(struct bundles *bs)
{
	const struct roster *r = &bs->core->roster;

	for (size_t i = 0; i < r->count; i++) {
		const struct service *s = r->all[i];

		if (s->conf->service->bundle == NULL || state_facts(s->state)->process == PROCESS_NONE)
			continue;
		if (tell_tree(bs, s, &s->digest) < 0 || tell_tree(bs, s, &s->attempt.pinned) < 0)
			return false;
	}
	return true;
}

void bundles_collect(struct core *core)
{
	struct bundles *bs = core->bundles;
	const struct store_errand errand = { .bundle = NULL };

	if (bs == NULL)
		return;
	bs->collect_again = bs->collection != NULL;
	if (bs->collect_again || store_client_new(core, &errand, NULL, &bs->collection) < 0)
		return; /* what is not needed any more costs nothing but room; the next upgrade tries again */
	if (tell_in_use(bs) && store_client_ask(bs->collection, MSG_STORE_GC, NULL, on_collected, bs) == 0)
		return;
	store_client_free(bs->collection);
	bs->collection = NULL;
}
