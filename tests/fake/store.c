/* reeve-store and the registry behind it: a current and a latest version of every bundle. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake/parts.h"
#include "wire/channel.h"
#include "wire/orders.h"
#include "wire/rows.h"

enum { BUNDLES_MAX = 16, THINK_MS = 300 };

static struct published bundles[BUNDLES_MAX];

struct store {
	struct channel *control;
	char            bundle[64];
	uint64_t        staged;
	bool            is_thinking;
	bool            has_pulled, has_committed;
	struct {
		enum msg type;
		uint32_t id;
	} asked;
};

void registry_begin(void)
{
	memset(bundles, 0, sizeof bundles);
}

struct published *published_find(const char *bundle)
{
	for (size_t i = 0; i < BUNDLES_MAX; i++) {
		if (bundles[i].bundle[0] == '\0') {
			(void)snprintf(bundles[i].bundle, sizeof bundles[i].bundle, "%s", bundle);
			bundles[i].current = bundles[i].latest = 1;
			bundles[i].generation = 1;
		}
		if (strcmp(bundles[i].bundle, bundle) == 0)
			return &bundles[i];
	}
	world_fail("too many bundles");
}

struct digest published_digest(const char *bundle, uint64_t seq)
{
	struct digest d = { .bytes = { 0xd1 } };

	memcpy(d.bytes + 1, &seq, sizeof seq);
	memcpy(d.bytes + 1 + sizeof seq, bundle, strnlen(bundle, sizeof d.bytes - 1 - sizeof seq));
	return d;
}

uint64_t world_published(const char *bundle, uint64_t seq)
{
	struct published *b = published_find(bundle);

	if (seq > 0)
		b->latest = seq;
	return b->latest;
}

void store_begin(struct fake_process *p, int control)
{
	struct store *s = calloc(1, sizeof *s);

	WORLD_CHECK(channel_new(control, FROM_REEVE, 65536, 65536, &s->control) == 0, "no memory");
	p->actor = s;
}

void store_end(struct fake_process *p)
{
	struct store *s = p->actor;

	channel_free(s->control);
	free(s);
	p->actor = NULL;
}

static void tell(struct store *s, enum msg type, const void *body)
{
	int r = channel_send(s->control, type, s->asked.id, body, NULL);

	WORLD_CHECK(r == 0 || r == -EPIPE, "reeve does not read what reeve-store says: %d", r);
}

static void tell_staged(struct store *s)
{
	struct published *b = published_find(s->bundle);
	struct store_staged staged = {
		.same = s->staged == b->current,
		.from_version = "old", .from_seq = b->current, .from = published_digest(b->bundle, b->current),
		.to_version = "new", .to_seq = s->staged, .to = published_digest(b->bundle, s->staged),
	};

	tell(s, MSG_STORE_STAGED, &staged);
}

static void tell_list(struct store *s)
{
	for (size_t i = 0; i < BUNDLES_MAX && bundles[i].bundle[0] != '\0'; i++) {
		struct store_current row = {
			.bundle = bundles[i].bundle, .version = "some", .seq = bundles[i].current,
			.digest = published_digest(bundles[i].bundle, bundles[i].current),
			.generation = bundles[i].generation,
		};

		tell(s, MSG_STORE_CURRENT, &row);
	}
	tell(s, MSG_STORE_DONE, NULL);
}

static void commit(struct store *s)
{
	struct published *b = published_find(s->bundle);
	struct store_committed committed;

	WORLD_CHECK(s->has_pulled && !s->has_committed, "%s: a flip without a pull, or a second one", s->bundle);
	s->has_committed = true;

	b->current = s->staged;
	committed.generation = ++b->generation;
	tell(s, MSG_STORE_COMMITTED, &committed);
}

static void fail(struct store *s)
{
	struct problem_row row = { .subject = s->bundle, .original = true };

	problem_set(&row.problem, PROBLEM_BUNDLE, "registry-down", "https://registry", "nobody answers");
	tell(s, MSG_STORE_FAILED, &row);
}

static void answer(struct fake_process *p)
{
	struct store *s = p->actor;

	s->is_thinking = false;
	if (world_chance(world_faults.store_dies)) {
		process_die(p, true, SIGKILL);
		return;
	}
	if (world_chance(world_faults.store_fails))
		fail(s);
	else if (s->asked.type == MSG_STORE_CHECK || s->asked.type == MSG_STORE_PULL)
		tell_staged(s);
	else if (s->asked.type == MSG_STORE_COMMIT)
		commit(s);
	else if (s->asked.type == MSG_STORE_LIST)
		tell_list(s);
	else
		tell(s, MSG_STORE_DONE, NULL);
}

static void take(struct fake_process *p, const struct frame *f)
{
	struct store *s = p->actor;
	struct store_open open;
	struct store_pull pull;

	if (f->type == MSG_STORE_OPEN) {
		WORLD_CHECK(msg_decode(f, &open) == 0, "a STORE_OPEN that cannot be read");
		(void)snprintf(s->bundle, sizeof s->bundle, "%s", open.bundle);
		return;
	}
	if (f->type == MSG_STORE_REPORT_CHILD || f->type == MSG_STORE_IN_USE)
		return;
	if (f->type == MSG_STORE_PULL) {
		WORLD_CHECK(msg_decode(f, &pull) == 0, "a STORE_PULL that cannot be read");
		WORLD_CHECK(!s->has_pulled, "%s: a second pull for one piece of work", s->bundle);
		s->has_pulled = true;
		s->staged = pull.repair ? published_find(s->bundle)->current : published_find(s->bundle)->latest;
	} else if (f->type == MSG_STORE_CHECK) {
		s->staged = published_find(s->bundle)->latest;
	}
	s->asked.type = f->type;
	s->asked.id = f->id;
	s->is_thinking = true;
	later(p, world_random(THINK_MS), answer);
}

bool store_poll(struct fake_process *p)
{
	struct store *s = p->actor;
	struct frame f;
	int r;

	if (channel_has_output(s->control))
		WORLD_CHECK(channel_flush(s->control) != -EBADF, "no socket"); /* -EAGAIN: later */
	if (s->is_thinking)
		return false;
	r = channel_next(s->control, &f);
	if (r == 1) {
		take(p, &f);
		return true;
	}
	WORLD_CHECK(r == 0, "reeve breaks the protocol toward reeve-store: %d", r);
	r = channel_fill(s->control);
	if (r == 0)
		process_die(p, false, 0);
	return r != -EAGAIN;
}
