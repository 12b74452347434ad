#include <errno.h>

#include "base/log.h"
#include "core/reply.h"
#include "core/upgrade_parts.h"

int upgrade_listen(struct upgrade *u, struct reply *reply)
{
	for (size_t i = 0; i < ARRAY_LEN(u->listeners); i++) {
		struct listener *l = &u->listeners[i];

		if (l->reply != NULL)
			continue;
		*l = (struct listener){ .upgrade = u, .reply = reply };
		upgrade_wake(u);
		return 0;
	}
	return -ENOSPC;
}

static void on_room(struct reply *reply, void *arg)
{
	struct listener *l = arg;

	(void)reply; /* it is l's */
	upgrade_wake(l->upgrade);
}

/* Each tells one row more; false when there is none, or no room for it. */
static bool tell_child(struct listener *l)
{
	const struct upgrade *u = l->upgrade;
	struct upgrade_child_row row;

	if (l->told == u->finished_n)
		return false;
	upgrade_child_row(&u->children[u->finished[l->told]], &row);
	if (reply_row(l->reply, MSG_UPGRADE_CHILD, &row) < 0)
		return false;
	l->told++;
	return true;
}

static bool tell_problem(struct listener *l)
{
	const struct upgrade *u = l->upgrade;
	struct problem_row row = { .original = true };

	if (!u->is_over || l->problems_told == u->problems_n)
		return false;
	row.subject = u->judged != NULL ? u->judged->name : u->bundle->name;
	row.problem = u->problems[l->problems_told];
	if (reply_row(l->reply, MSG_PROBLEM, &row) < 0)
		return false;
	l->problems_told++;
	return true;
}

static void tell(struct listener *l)
{
	const struct upgrade *u = l->upgrade;
	struct reply *reply = l->reply;

	while (tell_child(l) || tell_problem(l))
		continue;
	if (l->told == u->finished_n && !u->is_over)
		return;
	if (l->told == u->finished_n && l->problems_told == u->problems_n &&
	    reply_row(reply, MSG_UPGRADED, &u->report) == 0) {
		l->reply = NULL;
		reply_end(reply, u->report.exit_code);
		return;
	}
	reply_when_room(reply, on_room, l);
}

void upgrade_tell(struct upgrade *u)
{
	for (size_t i = 0; i < ARRAY_LEN(u->listeners); i++)
		if (u->listeners[i].reply != NULL)
			tell(&u->listeners[i]);
}

void upgrade_tell_progress(struct upgrade *u, const struct progress_row *row)
{
	for (size_t i = 0; i < ARRAY_LEN(u->listeners); i++)
		if (u->listeners[i].reply != NULL)
			reply_row_or_drop(u->listeners[i].reply, MSG_PROGRESS, row);
}

bool upgrade_is_told(const struct upgrade *u)
{
	for (size_t i = 0; i < ARRAY_LEN(u->listeners); i++)
		if (u->listeners[i].reply != NULL)
			return false;
	return true;
}
