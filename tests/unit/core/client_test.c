#include "core/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/control.h"
#include "core/core.h"
#include "core/reply.h"
#include "sys/fd.h"
#include "wire/channel.h"

enum { HELD_MAX = 64 };

/* One client on one end of a socket, a person at the other, and requests that do what the test says. */
struct room {
	struct client_owner owner;      /* first: found by its address */
	struct core         core;
	struct client      *client;
	struct channel     *person;
	bool                is_gone, is_slow;
	unsigned            requests;
	bool                holds;      /* requests are answered later */
	struct reply       *held[HELD_MAX];
	size_t              held_n;
	unsigned            rows_left;  /* of a long answer */
	struct loop_timer   guard;
};

static void out_of_time(void *arg)
{
	(void)arg;
	fail_msg("the loop waited for something that did not come");
}

/* Runs the loop until everything that can happen without the person has happened. */
static void settle_at(void *arg)
{
	loop_stop(((struct room *)arg)->core.loop);
}

static void settle(struct room *r)
{
	struct loop_timer end = { .active = false };

	loop_timer_start(r->core.loop, &r->guard, 10000, out_of_time, r);
	loop_timer_start(r->core.loop, &end, 5, settle_at, r);
	loop_run(r->core.loop);
	loop_timer_stop(&end);
	loop_timer_stop(&r->guard);
}

static void tell_rest(struct reply *reply, void *arg)
{
	struct room *r = arg;
	static char text[1000];

	memset(text, 'x', sizeof text - 1);
	for (; r->rows_left > 0; r->rows_left--)
		if (reply_row(reply, MSG_OUTCOME, &(struct outcome_row){ .name = "acme:mail", .action = text }) < 0) {
			reply_when_room(reply, tell_rest, r);
			return;
		}
	reply_end(reply, REPLY_OK);
}

static int take_request(struct client_owner *o, struct client *c, const struct frame *f, struct reply *reply)
{
	struct room *r = container_of(o, struct room, owner);

	assert_ptr_equal(c, r->client);
	r->requests++;
	if (f->type == MSG_SHUTDOWN)
		return -EBADMSG;
	if (r->holds)
		r->held[r->held_n++] = reply;
	else
		tell_rest(reply, r);
	return 0;
}

static void client_went(struct client_owner *o, struct client *c, bool too_slow)
{
	struct room *r = container_of(o, struct room, owner);

	r->is_gone = true;
	r->is_slow = too_slow;
	client_free(c);
	r->client = NULL;
}

static struct room *enter(void)
{
	struct room *r = calloc(1, sizeof *r);
	struct peer peer = { .uid = 0 };
	int fds[2];

	assert_non_null(r);
	assert_int_equal(loop_new(&r->core.loop), 0);
	r->owner = (struct client_owner){ .core = &r->core, .request = take_request, .gone = client_went };
	assert_int_equal(sys_socketpair(fds), 0);
	assert_int_equal(client_new(&r->owner, fds[0], &peer, &r->client), 0);
	assert_int_equal(channel_new(fds[1], FROM_REEVE, 65536, 65536, &r->person), 0);
	return r;
}

static void leave(struct room *r)
{
	if (r->client != NULL)
		client_free(r->client);
	channel_free(r->person);
	loop_free(r->core.loop);
	free(r);
}

static void ask(struct room *r, uint32_t id)
{
	assert_int_equal(channel_send(r->person, MSG_VERSION, id, NULL, NULL), 0);
}

/* What the person has been sent so far: rows and ends, in order of coming. */
static unsigned read_ends(struct room *r, unsigned *ret_rows)
{
	unsigned ends = 0;
	struct frame f;
	int n;

	for (;;) {
		n = channel_next(r->person, &f);
		if (n == 1 && f.type == MSG_END)
			ends++;
		else if (n == 1)
			++*ret_rows;
		else if (channel_fill(r->person) <= 0)
			return ends;
	}
}

static void requests_are_answered_by_id_and_in_order(void **state)
{
	struct room *r = enter();
	struct frame f;

	(void)state;
	for (uint32_t id = 1; id <= 3; id++)
		ask(r, id);
	settle(r);
	for (uint32_t id = 1; id <= 3; id++) {
		assert_int_equal(channel_wait_next(r->person, 1000, &f), 1);
		assert_int_equal(f.type, MSG_END);
		assert_int_equal(f.id, id);
	}
	leave(r);
}

static void a_hundred_thousand_requests_unread_cost_a_bounded_queue(void **state)
{
	struct room *r = enter();
	unsigned sent = 0, rows = 0, ends = 0;

	(void)state;
	while (sent < 100000) {
		int n = channel_send(r->person, MSG_VERSION, sent, NULL, NULL);

		assert_true(n == 0 || n == -ENOBUFS);
		sent += n == 0;
		if (n == 0)
			continue;
		settle(r);
		n = channel_flush(r->person);
		assert_true(n == 0 || n == -EAGAIN);
		if (n == -EAGAIN && channel_room(r->person) < FRAME_HEAD)
			break; /* reeve takes no more from one who does not read */
	}
	assert_true(sent < 100000);
	assert_false(r->is_gone);
	while (ends < sent) { /* now he reads, and nothing is missing */
		ends += read_ends(r, &rows);
		assert_true(channel_flush(r->person) <= 0);
		settle(r);
	}
	assert_int_equal(ends, sent);
	assert_int_equal(rows, 0);
	leave(r);
}

static void a_long_answer_pauses_for_a_slow_reader_and_comes_whole(void **state)
{
	struct room *r = enter();
	unsigned rows = 0, ends = 0;

	(void)state;
	r->rows_left = 5000;
	ask(r, 1);
	settle(r);
	assert_true(r->rows_left > 0);
	for (int turn = 0; ends == 0 && turn < 10000; turn++) {
		ends = read_ends(r, &rows);
		settle(r);
	}
	assert_int_equal(ends, 1);
	assert_int_equal(rows, 5000);
	leave(r);
}

static void more_requests_than_may_be_under_way_wait_their_turn(void **state)
{
	struct room *r = enter();
	unsigned rows = 0;

	(void)state;
	r->holds = true;
	for (uint32_t id = 0; id < 20; id++)
		ask(r, id);
	settle(r);
	assert_int_equal(r->requests, CLIENT_REPLIES_MAX);
	reply_end(r->held[3], REPLY_OK);
	settle(r);
	assert_int_equal(r->requests, CLIENT_REPLIES_MAX + 1);
	assert_int_equal(read_ends(r, &rows), 1);
	for (size_t i = 0; i < r->held_n; i++) {
		if (i == 3)
			continue;
		reply_end(r->held[i], REPLY_OK);
		settle(r);
	}
	assert_int_equal(r->requests, 20);
	assert_int_equal(read_ends(r, &rows), 19);
	leave(r);
}

static void a_reply_outlives_its_listener_in_silence(void **state)
{
	struct room *r = enter();

	(void)state;
	r->holds = true;
	ask(r, 1);
	settle(r);
	assert_int_equal(r->held_n, 1);
	channel_free(r->person);
	r->person = NULL;
	settle(r);
	assert_true(r->is_gone);
	assert_int_equal(reply_row(r->held[0], MSG_OUTCOME, &(struct outcome_row){ .ok = true }), 0);
	reply_end(r->held[0], REPLY_OK);
	leave(r);
}

static void note_gone(struct reply *reply, void *arg)
{
	++*(unsigned *)arg;
	reply_end(reply, REPLY_OK);
}

static void whoever_cares_learns_that_the_listener_has_gone(void **state)
{
	struct room *r = enter();
	unsigned told = 0;

	(void)state;
	r->holds = true;
	ask(r, 1);
	settle(r);
	reply_when_gone(r->held[0], note_gone, &told);
	channel_free(r->person);
	r->person = NULL;
	settle(r);
	assert_int_equal(told, 1);
	leave(r);
}

static void a_broken_frame_ends_the_connection_and_what_came_before_stands(void **state)
{
	struct room *r = enter();
	unsigned rows = 0;

	(void)state;
	ask(r, 1);
	assert_int_equal(send(channel_fd(r->person), "\xff\xff\xff\xff\1\0\1\0\0\0\0\0", 12, 0), 12);
	settle(r);
	assert_true(r->is_gone);
	assert_false(r->is_slow);
	assert_int_equal(r->requests, 1);
	assert_int_equal(read_ends(r, &rows), 1);
	leave(r);
}

static void a_request_that_makes_no_sense_ends_the_connection(void **state)
{
	struct room *r = enter();
	unsigned rows = 0;

	(void)state;

	assert_int_equal(channel_send(r->person, MSG_SHUTDOWN, 1, NULL, NULL), 0);
	settle(r);
	assert_true(r->is_gone);
	assert_int_equal(read_ends(r, &rows), 0);
	leave(r);
}

static void one_who_ends_his_sending_still_gets_his_answers(void **state)
{
	struct room *r = enter();
	unsigned rows = 0, ends = 0;

	(void)state;
	r->rows_left = 1000;
	ask(r, 1);
	ask(r, 2);
	assert_int_equal(shutdown(channel_fd(r->person), SHUT_WR), 0);
	for (int turn = 0; !r->is_gone && turn < 10000; turn++) {
		settle(r);
		ends += read_ends(r, &rows);
	}
	ends += read_ends(r, &rows);
	assert_int_equal(ends, 2);
	assert_int_equal(rows, 1000);
	assert_true(r->is_gone);
	leave(r);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_answered_by_id_and_in_order),
		cmocka_unit_test(a_hundred_thousand_requests_unread_cost_a_bounded_queue),
		cmocka_unit_test(a_long_answer_pauses_for_a_slow_reader_and_comes_whole),
		cmocka_unit_test(more_requests_than_may_be_under_way_wait_their_turn),
		cmocka_unit_test(a_reply_outlives_its_listener_in_silence),
		cmocka_unit_test(whoever_cares_learns_that_the_listener_has_gone),
		cmocka_unit_test(a_broken_frame_ends_the_connection_and_what_came_before_stands),
		cmocka_unit_test(a_request_that_makes_no_sense_ends_the_connection),
		cmocka_unit_test(one_who_ends_his_sending_still_gets_his_answers),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
