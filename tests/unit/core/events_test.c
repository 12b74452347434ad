#include "core/events.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "core/announce.h"
#include "core/control.h"
#include "core/core.h"
#include "core/service.h"

/* Rights by number: uid 0 sees all, uid 1 the workspace acme, nobody else anything. */
const struct rights *control_rights(struct control *c)
{
	return (const struct rights *)c;
}

bool rights_may_see(const struct rights *r, const struct peer *p, const char *workspace)
{
	(void)r;
	return p->uid == 0 || (p->uid == 1 && workspace != NULL && strcmp(workspace, "acme") == 0);
}

pid_t service_pid(const struct service *s)
{
	(void)s;
	return 0;
}

struct listener {
	struct reply reply;
	size_t       room;
	char         told[1024];
	struct text  text;
	bool         is_ended;
};

static int take_row(struct reply *r, enum msg type, const void *row, const int *fds)
{
	struct listener *l = container_of(r, struct listener, reply);
	const struct event_row *event = row;

	(void)fds;
	assert_int_equal(type, MSG_EVENT);
	assert_true(event->level[0] != '\0' && event->subject[0] != '\0' && event->event[0] != '\0');
	if (l->room == 0)
		return -EAGAIN;
	l->room--;
	text_addf(&l->text, "%llu %s %s %s\n", (unsigned long long)event->seq, event->subject, event->event,
	          event->fields);
	return 0;
}

static void take_end(struct reply *r, uint32_t exit_code)
{
	(void)exit_code;
	container_of(r, struct listener, reply)->is_ended = true;
}

static const struct reply_ops ops = { .row = take_row, .end = take_end };

static void follow(struct core *core, struct listener *l, uid_t uid, const char *name)
{
	struct peer peer = { .uid = uid };
	struct asker asker = { .peer = &peer };
	struct texts names = { .packed = NULL };
	uint8_t packed[64];

	if (name != NULL)
		assert_int_equal(texts_add(&names, packed, sizeof packed, name), 0);
	*l = (struct listener){ .room = 100 };
	text_init(&l->text, l->told, sizeof l->told);
	reply_init(&l->reply, &ops, uid);
	events_follow(core, &asker, &names, &l->reply);
	memset(packed, 0xff, sizeof packed); /* the question is gone when the events come */
}

static void unfollow(struct listener *l)
{
	l->reply.on_gone(&l->reply, l->reply.arg);
	assert_true(l->is_ended);
}

static void each_follower_gets_what_he_named_and_may_see(void **state)
{
	struct core core = { .loop = NULL };
	struct listener all, acme, named, stranger;

	(void)state;
	assert_int_equal(announcer_new(&core), 0);
	follow(&core, &all, 0, NULL);
	follow(&core, &acme, 1, NULL);
	follow(&core, &named, 0, "globex:*");
	follow(&core, &stranger, 2, NULL);
	announce_event(&core, LOG_INFO, "acme:mail", "running", "pid=%d", 42);
	announce_event(&core, LOG_INFO, "globex:mail", "running", NULL);
	announce_event(&core, LOG_INFO, "reeve", "reload", NULL);
	assert_string_equal(all.told, "1 acme:mail running pid=42\n2 globex:mail running \n3 reeve reload \n");
	assert_string_equal(acme.told, "1 acme:mail running pid=42\n");
	assert_string_equal(named.told, "1 globex:mail running \n");
	assert_string_equal(stranger.told, "");
	unfollow(&all);
	announce_event(&core, LOG_INFO, "acme:mail", "stopped", NULL); /* to whoever is left */
	assert_string_equal(acme.told, "1 acme:mail running pid=42\n2 acme:mail stopped \n");
	unfollow(&acme);
	unfollow(&named);
	unfollow(&stranger);
	announcer_free(&core);
}

static void what_a_slow_follower_misses_is_a_hole_in_the_numbers(void **state)
{
	struct core core = { .loop = NULL };
	struct listener l;

	(void)state;
	assert_int_equal(announcer_new(&core), 0);
	follow(&core, &l, 0, "acme:*");
	announce_event(&core, LOG_INFO, "acme:a", "running", NULL);
	announce_event(&core, LOG_INFO, "globex:b", "running", NULL); /* not his: no hole */
	l.room = 0;
	announce_event(&core, LOG_INFO, "acme:a", "stopped", NULL);
	l.room = 1;
	announce_event(&core, LOG_INFO, "acme:a", "checking", NULL);
	assert_string_equal(l.told, "1 acme:a running \n3 acme:a checking \n");
	unfollow(&l);
	announcer_free(&core);
}

static void without_an_announcer_there_are_lines_and_no_events(void **state)
{
	struct core core = { .loop = NULL };

	(void)state;
	announce_event(&core, LOG_WARN, "acme:a", "running", NULL);
	announcer_free(&core);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_follower_gets_what_he_named_and_may_see),
		cmocka_unit_test(what_a_slow_follower_misses_is_a_hole_in_the_numbers),
		cmocka_unit_test(without_an_announcer_there_are_lines_and_no_events),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
