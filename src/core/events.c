#include "core/events.h"

#include <stdlib.h>
#include <string.h>

#include "base/name.h"
#include "core/announce.h"
#include "core/control.h"
#include "core/core.h"

struct follower {
	struct subscriber subscriber;
	struct core      *core;
	struct reply     *reply;
	struct peer       peer;
	uint64_t          seq;        /* of the last event that was his, told or not */
	struct texts      names;      /* packed behind the struct */
	uint8_t           packed[];
};

static bool is_named(const struct texts *names, const char *subject)
{
	if (names->count == 0)
		return true;
	for (const char *s = NULL; texts_next(names, &s);)
		if (name_matches(subject, s))
			return true;
	return false;
}

/* A child's events are its workspace's; all others are the org's. */
static bool may_see(const struct follower *f, const char *subject)
{
	const struct rights *rights = control_rights(f->core->control);
	const char *colon = strchr(subject, ':');
	char workspace[NAME_PART_MAX + 1];
	size_t len = colon != NULL ? (size_t)(colon - subject) : 0;

	if (len == 0 || len >= sizeof workspace)
		return rights_may_see(rights, &f->peer, NULL);
	memcpy(workspace, subject, len);
	workspace[len] = '\0';
	return rights_may_see(rights, &f->peer, workspace);
}

static void tell(struct subscriber *s, const struct event_row *row)
{
	struct follower *f = container_of(s, struct follower, subscriber);
	struct event_row numbered = *row;

	if (!is_named(&f->names, row->subject) || !may_see(f, row->subject))
		return;
	numbered.seq = ++f->seq; /* his own count: a hole is what he missed, not what was not for him */
	reply_row_or_drop(f->reply, MSG_EVENT, &numbered);
}

static void forget(struct reply *reply, void *arg)
{
	struct follower *f = arg;

	announcer_unsubscribe(&f->subscriber);
	free(f);
	reply_end(reply, REPLY_OK);
}

void events_follow(struct core *core, const struct asker *asker, const struct texts *names,
                   struct reply *reply)
{
	struct follower *f = calloc(1, sizeof *f + names->len);

	if (f == NULL) {
		reply_refuse(reply, REPLY_PARTIAL, &(struct error_row){
			.code = "no_memory", .text = "reeve is out of memory for this request" });
		return;
	}
	f->core = core;
	f->reply = reply;
	f->peer = *asker->peer;
	if (names->len > 0)
		memcpy(f->packed, names->packed, names->len);
	f->names = (struct texts){ f->packed, names->count, names->len };
	f->subscriber.event = tell;
	announcer_subscribe(core, &f->subscriber);
	reply_when_gone(reply, forget, f);
}
