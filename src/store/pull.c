#include "store/pull.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/own.h"
#include "base/parse.h"
#include "store/contents.h"
#include "store/fault.h"
#include "store/generation.h"
#include "store/relink.h"
#include "store/resolve.h"
#include "store/sapling.h"
#include "sys/clock.h"

static int need_bundle(struct job *j)
{
	return j->place.name[0] != '\0' ? 0 : fault(&j->problem, FAULT_REQUEST, "STORE_OPEN", "it names no bundle");
}

/* What the pointer names, as far as that can be read: a damaged index only leaves its words out. */
static void tell_from(struct job *j, struct store_staged *ret)
{
	struct index *x;

	if (place_current(&j->place, &ret->from) < 0)
		return;
	index_free(take_ptr(j->from));
	if (place_index(&j->place, &ret->from, &x) < 0)
		return;
	j->from = x;
	ret->from_version = index_version(x);
	ret->from_seq = index_seq(x);
}

int pull_check(struct job *j, struct store_staged *ret)
{
	struct store_staged s = { .same = false };
	int r = need_bundle(j);

	if (r == 0)
		r = resolve(j, "", false, &j->offer);
	if (r < 0)
		return r;
	tell_from(j, &s);
	s.to = j->offer.digest;
	s.to_version = j->offer.version;
	s.to_seq = j->offer.seq;
	s.same = digest_is_equal(&s.from, &s.to);
	*ret = s;
	return 0;
}

static int offer_generation(struct job *j, uint64_t number, struct offer *ret)
{
	struct generation g;
	int r = generation_load(j->place.generations, number, &g);

	if (r < 0 || g.outcome != OUTCOME_COMMITTED)
		return fault(&j->problem, FAULT_NO_GENERATION, j->order.bundle, "generation %ju is not in the store",
		             (uintmax_t)number);
	*ret = (struct offer){ .digest = g.digest };
	return 0;
}

static int find_offer(struct job *j, const struct store_pull *ask, struct offer *ret)
{
	uint64_t number;

	if (ask->repair) {
		*ret = (struct offer){ .digest = ask->digest };
		return digest_is_none(&ask->digest) ? fault(&j->problem, FAULT_REQUEST, "STORE_PULL", "repair of nothing") : 0;
	}
	if (parse_u64(ask->to, INT64_MAX, &number) == 0)
		return offer_generation(j, number, ret);
	return resolve(j, ask->to, true, ret);
}

/* The manifest keeps its channel's word, and can be reached from where we stand. */
static int check_offer(struct job *j, const struct offer *o, const struct store_staged *s)
{
	const struct manifest *m = j->staged.manifest;

	if (!o->is_known)
		return 0;
	if (m->seq != o->seq || strcmp(m->version, o->version) != 0)
		return fault(&j->problem, FAULT_OTHER_BUNDLE, j->order.bundle, "the manifest is %s, seq %ju; the channel says %s, seq %ju",
		             m->version, (uintmax_t)m->seq, o->version, (uintmax_t)o->seq);
	uint64_t need = m->min_from_seq > o->min_from_seq ? m->min_from_seq : o->min_from_seq;

	if (s->from_seq != 0 && s->from_seq < need)
		return fault(&j->problem, FAULT_STEPPING_STONE, j->order.bundle, "it can be reached from seq %ju, this is %ju",
		             (uintmax_t)need, (uintmax_t)s->from_seq);
	return 0;
}

/* The tree, out of objects; what other trees know of the files they share with it stays known. */
static int build(struct job *j, int stage, const char *name)
{
	const struct index *x = j->staged.index;
	struct relink *relink = NULL;
	int r = relink_begin(&j->store, &j->staged.digest, &relink);

	if (r == 0)
		r = sapling_grow(&j->store, x, stage);
	r = r < 0 ? fault_errno(&j->problem, r, "tmp", "cannot build the tree")
	          : sapling_plant(&j->store, &j->place, x, stage, &j->problem);
	store_discard(j->store.dir[STORE_TMP], name); /* links of a tree that came to nothing */
	relink_end(relink);
	return r;
}

/* Objects, manifest, tree: in this order, so that whatever exists is complete. */
static int bring(struct job *j, struct store_staged *s)
{
	struct contents_count count;
	char name[64];
	OWN(fd) int stage = store_stage(&j->store, name, sizeof name);
	int r;

	if (stage < 0)
		return fault_errno(&j->problem, stage, "tmp", "cannot stage");
	r = contents_bring(j, &j->staged, stage, &count);
	if (r == 0)
		r = release_keep(j, &j->staged);
	if (r == 0)
		r = build(j, stage, name);
	if (r == 0) {
		s->objects_new = count.fresh;
		s->objects_reused = count.reused;
	}
	store_discard(j->store.dir[STORE_TMP], name);
	return r;
}

/* A tree that stands and is sound is left alone, whoever brought it. */
static int make_stand(struct job *j, const struct store_pull *ask, struct store_staged *s)
{
	struct problem damage;
	struct index *kept;
	int r = place_index(&j->place, &j->staged.digest, &kept);

	if (r == 0) {
		index_free(kept);
		if (sapling_check(&j->place, j->staged.index, ask->repair, &damage) == 0)
			return 0;
	}
	return bring(j, s);
}

static void tell_to(const struct job *j, struct store_staged *s)
{
	s->to = j->staged.digest;
	s->to_version = j->staged.manifest->version;
	s->to_seq = j->staged.manifest->seq;
	s->same = digest_is_equal(&s->from, &s->to);
}

int pull_stage(struct job *j, const struct store_pull *ask, struct store_staged *ret)
{
	uint64_t began = sys_now_ms(), had = j->registry.bytes;
	struct store_staged s = { .same = false };
	int r = need_bundle(j);

	if (r == 0)
		r = job_lock(j);
	if (r < 0)
		return r;
	release_clear(&j->staged);
	tell_from(j, &s);
	r = find_offer(j, ask, &j->offer);
	if (r == 0)
		r = release_load(j, &j->offer.digest, &j->staged);
	if (r == 0)
		r = check_offer(j, &j->offer, &s);
	if (r == 0)
		r = make_stand(j, ask, &s);
	if (r < 0) {
		release_clear(&j->staged);
		return r;
	}
	tell_to(j, &s);
	s.bytes = j->registry.bytes - had;
	s.ms = sys_now_ms() - began;
	*ret = s;
	return 0;
}

static int next_generation(struct job *j, struct generation *ret)
{
	struct generation g = {
		.digest = j->staged.digest, .seq = j->staged.manifest->seq, .when_ms = sys_wall_ms(),
		.outcome = OUTCOME_PENDING,
	};
	int r = generation_last(j->place.generations, &g.number);

	if (r < 0)
		return r;
	g.number++;
	(void)!place_current(&j->place, &g.from); /* none is fine */
	(void)snprintf(g.version, sizeof g.version, "%s", j->staged.manifest->version);
	(void)snprintf(g.reason, sizeof g.reason, "%s", j->order.reason);
	(void)snprintf(g.by, sizeof g.by, "%s", j->order.by);
	*ret = g;
	return 0;
}

int pull_commit(struct job *j, struct store_committed *ret)
{
	struct generation g;
	struct digest current;
	int r;

	if (j->staged.index == NULL)
		return fault(&j->problem, FAULT_NOT_STAGED, j->order.bundle, "nothing is staged");
	if (place_current(&j->place, &current) == 0 && digest_is_equal(&current, &j->staged.digest) &&
	    generation_find(j->place.generations, &current, &g) == 0) {
		*ret = (struct store_committed){ .generation = g.number };
		return 0;
	}
	r = place_settle(&j->place);
	if (r == 0)
		r = next_generation(j, &g);
	if (r == 0)
		r = generation_save(j->place.generations, &g);
	if (r == 0)
		r = place_flip(&j->place, &g.digest);
	if (r < 0)
		return fault_errno(&j->problem, r, j->place.file, "cannot commit");
	/* The pointer is the truth; recovery would mark this for us. */
	g.outcome = OUTCOME_COMMITTED;
	(void)!generation_save(j->place.generations, &g);
	*ret = (struct store_committed){ .generation = g.number };
	return 0;
}
