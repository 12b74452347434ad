#include "wire/channel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "sys/fd.h"
#include "wire/orders.h"
#include "wire/rows.h"

/* A channel and the bare other end of its socket. */
struct pair {
	struct channel *ch;
	int             peer;
};

static struct pair make_pair(unsigned who, size_t in_max, size_t out_max)
{
	struct pair p;
	int fds[2];

	assert_int_equal(sys_socketpair(fds), 0);
	assert_int_equal(channel_new(fds[0], who, in_max, out_max, &p.ch), 0);
	p.peer = fds[1];
	return p;
}

static void end_pair(struct pair *p)
{
	channel_free(p->ch);
	sys_close(p->peer);
}

static size_t encode_status(uint8_t *buf, size_t max, uint32_t id, const char *name)
{
	struct ask_names ask = { .names = { 0 } };
	uint8_t packed[256];
	size_t len;

	assert_int_equal(texts_add(&ask.names, packed, sizeof packed, name), 0);
	assert_int_equal(msg_encode(MSG_STATUS, id, &ask, buf, max, &len), 0);
	return len;
}

static void send_raw(const struct pair *p, const void *data, size_t len)
{
	assert_int_equal(sys_send(p->peer, data, len, NULL, 0), len);
}

static void two_frames_in_one_read_come_one_after_the_other(void **state)
{
	struct pair p = make_pair(FROM_CLIENTS, 1024, 1024);
	uint8_t buf[512];
	size_t len = encode_status(buf, sizeof buf, 1, "all");
	struct frame f;

	(void)state;
	len += encode_status(buf + len, sizeof buf - len, 2, "acme:*");
	send_raw(&p, buf, len);
	assert_int_equal(channel_fill(p.ch), 1);
	assert_int_equal(channel_next(p.ch, &f), 1);
	assert_int_equal(f.id, 1);
	assert_int_equal(channel_next(p.ch, &f), 1);
	assert_int_equal(f.id, 2);
	assert_int_equal(channel_next(p.ch, &f), 0);
	assert_int_equal(channel_fill(p.ch), -EAGAIN);
	end_pair(&p);
}

static void one_frame_in_many_reads_is_whole_in_the_end(void **state)
{
	struct pair p = make_pair(FROM_CLIENTS, 1024, 1024);
	uint8_t buf[512];
	size_t len = encode_status(buf, sizeof buf, 9, "a-name-that-makes-the-frame-longer-than-64-bytes:child");
	struct ask_names ask;
	struct frame f;

	(void)state;
	assert_true(len > 64);
	for (size_t i = 0; i < len; i++) {
		assert_int_equal(channel_next(p.ch, &f), 0);
		send_raw(&p, buf + i, 1);
		assert_int_equal(channel_fill(p.ch), 1);
	}
	assert_int_equal(channel_next(p.ch, &f), 1);
	assert_int_equal(msg_decode(&f, &ask), 0);
	assert_int_equal(ask.names.count, 1);
	end_pair(&p);
}

static void a_frame_larger_than_the_room_is_refused_though_its_rule_allows_it(void **state)
{
	struct pair p = make_pair(FROM_CLIENTS, 64, 64);
	uint8_t frame[FRAME_HEAD + 80] = { 80, 0, 0, 0, WIRE_VERSION, 0, MSG_STATUS };
	struct frame f;

	(void)state;
	send_raw(&p, frame, sizeof frame);
	assert_int_equal(channel_fill(p.ch), 1);
	assert_int_equal(channel_next(p.ch, &f), -EBADMSG);
	end_pair(&p);
}

static void rubbish_stays_refused(void **state)
{
	struct pair p = make_pair(FROM_CLIENTS, 1024, 1024);
	struct frame f;

	(void)state;
	send_raw(&p, "GET / HTTP/1.1\r\n\r\n", 18);
	assert_int_equal(channel_fill(p.ch), 1);
	assert_int_equal(channel_next(p.ch, &f), -EBADMSG);
	assert_int_equal(channel_next(p.ch, &f), -EBADMSG);
	end_pair(&p);
}

static void what_came_before_the_end_of_the_peer_is_still_handed_out(void **state)
{
	struct pair p = make_pair(FROM_CLIENTS, 1024, 1024);
	uint8_t buf[128];
	size_t len = encode_status(buf, sizeof buf, 1, "all");
	struct frame f;

	(void)state;
	send_raw(&p, buf, len);
	assert_int_equal(shutdown(p.peer, SHUT_WR), 0); /* half a close: it still reads */
	assert_int_equal(channel_fill(p.ch), 1);
	assert_int_equal(channel_next(p.ch, &f), 1);
	assert_int_equal(channel_fill(p.ch), 0);
	assert_int_equal(channel_send(p.ch, MSG_END, 1, &(struct end_row){ 0 }, NULL), 0);
	assert_int_equal(read(p.peer, buf, sizeof buf), FRAME_HEAD + 4);
	end_pair(&p);
}

static void a_peer_that_never_reads_fills_its_queue_and_nothing_else(void **state)
{
	struct pair p = make_pair(FROM_CLIENTS, 1024, 4096);
	struct error_row row = { .text = "a line of some length, so that the socket is full soon" };
	int r = 0;

	(void)state;
	for (size_t i = 0; i < 1000000 && r == 0; i++)
		r = channel_send(p.ch, MSG_ERROR, 1, &row, NULL);
	assert_int_equal(r, -ENOBUFS);
	assert_true(channel_has_output(p.ch));
	assert_true(channel_room(p.ch) < 128);
	assert_int_equal(channel_flush(p.ch), -EAGAIN);
	sys_close(p.peer);
	p.peer = -1;
	assert_int_equal(channel_flush(p.ch), -EPIPE);
	end_pair(&p);
}

static void a_queue_empties_in_order_as_the_peer_reads(void **state)
{
	struct pair p = make_pair(FROM_CLIENTS, 1024, 65536);
	struct channel *reader;
	uint32_t sent = 0, got = 0;
	struct frame f;

	(void)state;
	assert_int_equal(channel_new(p.peer, FROM_REEVE, 1024, 1024, &reader), 0);
	while (channel_send(p.ch, MSG_END, sent, &(struct end_row){ sent }, NULL) == 0)
		sent++;
	while (got < sent) {
		int r = channel_next(reader, &f);

		if (r == 0) {
			r = channel_flush(p.ch);
			assert_true(r == 0 || r == -EAGAIN);
			assert_int_equal(channel_fill(reader), 1);
			continue;
		}
		assert_int_equal(r, 1);
		assert_int_equal(f.id, got++);
	}
	assert_false(channel_has_output(p.ch));
	channel_free(reader);
	channel_free(p.ch);
}

static size_t count_open(void)
{
	size_t n = 0;

	for (int fd = 0; fd < 256; fd++)
		if (lseek(fd, 0, SEEK_CUR) >= 0 || errno != EBADF)
			n++;
	return n;
}

static void descriptors_from_a_client_end_the_connection_and_leak_nothing(void **state)
{
	size_t before = count_open();
	struct pair p = make_pair(FROM_CLIENTS, 1024, 1024);
	int many[SYS_FDS_MAX] = { 0 };
	uint8_t buf[128];
	size_t len = encode_status(buf, sizeof buf, 1, "all");

	(void)state;
	assert_int_equal(sys_send(p.peer, buf, len, many, ARRAY_LEN(many)), len);
	assert_int_equal(channel_fill(p.ch), -EBADMSG);
	end_pair(&p);
	assert_int_equal(count_open(), before);
}

/* 253 is the most that unix(7) lets through (SCM_MAX_FD). */
static void two_hundred_and_fifty_three_descriptors_leak_nothing(void **state)
{
	size_t before = count_open();
	struct pair p = make_pair(FROM_CLIENTS, 1024, 1024);
	union { struct cmsghdr head; char room[CMSG_SPACE(253 * sizeof(int))]; } rights = { .room = { 0 } };
	struct iovec part = { (void *)(uintptr_t)"x", 1 };
	struct msghdr msg = {
		.msg_iov = &part, .msg_iovlen = 1, .msg_control = rights.room, .msg_controllen = sizeof rights.room,
	};

	(void)state;
	rights.head = (struct cmsghdr){ CMSG_LEN(253 * sizeof(int)), SOL_SOCKET, SCM_RIGHTS };
	assert_int_equal(sendmsg(p.peer, &msg, 0), 1);
	assert_int_equal(channel_fill(p.ch), -EBADMSG);
	end_pair(&p);
	assert_int_equal(count_open(), before);
}

static void descriptors_come_with_the_message_they_belong_to(void **state)
{
	struct pair p = make_pair(FROM_REEVE, 1024, 1024);
	struct log_attach row = { .stream = 3, .child = "acme:mail" };
	struct channel *out;
	int ends[2];
	struct frame f;
	char c = 0;

	(void)state;
	assert_int_equal(channel_new(p.peer, FROM_REEVE, 64, 4096, &out), 0);
	assert_int_equal(sys_pipe(ends, NONBLOCK_BOTH), 0);
	assert_int_equal(channel_send(out, MSG_LOG_REOPEN, 1, NULL, NULL), 0);
	assert_int_equal(channel_send(out, MSG_LOG_ATTACH, 2, &row, &ends[0]), 0);
	assert_int_equal(channel_send(out, MSG_LOG_REOPEN, 3, NULL, NULL), 0);
	sys_close(ends[0]);
	for (uint32_t id = 1; id <= 3; id++) {
		assert_int_equal(channel_wait_next(p.ch, 1000, &f), 1);
		assert_int_equal(f.id, id);
		if (id == 2) {
			assert_int_equal(write(ends[1], "y", 1), 1);
			assert_int_equal(read(f.fds[0], &c, 1), 1);
			assert_int_equal(c, 'y');
			sys_close(f.fds[0]);
		} else {
			assert_int_equal(f.fds[0], -1);
		}
	}
	sys_close(ends[1]);
	channel_free(out);
	channel_free(p.ch);
}

static void a_message_without_the_descriptor_it_needs_is_refused(void **state)
{
	struct pair p = make_pair(FROM_REEVE, 1024, 1024);
	struct log_attach row = { .stream = 3, .child = "acme:mail" };
	uint8_t buf[256];
	struct frame f;
	size_t len;

	(void)state;
	assert_int_equal(msg_encode(MSG_LOG_ATTACH, 1, &row, buf, sizeof buf, &len), 0);
	send_raw(&p, buf, len);
	assert_int_equal(channel_fill(p.ch), 1);
	assert_int_equal(channel_next(p.ch, &f), -EBADMSG);
	end_pair(&p);
}

static void waiting_ends_at_the_deadline_and_with_the_peer(void **state)
{
	struct pair p = make_pair(FROM_REEVE, 1024, 1024);
	struct frame f;

	(void)state;
	assert_int_equal(channel_wait_next(p.ch, 1, &f), -ETIMEDOUT);
	sys_close(p.peer);
	p.peer = -1;
	assert_int_equal(channel_wait_next(p.ch, -1, &f), -EPIPE);
	end_pair(&p);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_frames_in_one_read_come_one_after_the_other),
		cmocka_unit_test(one_frame_in_many_reads_is_whole_in_the_end),
		cmocka_unit_test(a_frame_larger_than_the_room_is_refused_though_its_rule_allows_it),
		cmocka_unit_test(rubbish_stays_refused),
		cmocka_unit_test(what_came_before_the_end_of_the_peer_is_still_handed_out),
		cmocka_unit_test(a_peer_that_never_reads_fills_its_queue_and_nothing_else),
		cmocka_unit_test(a_queue_empties_in_order_as_the_peer_reads),
		cmocka_unit_test(descriptors_from_a_client_end_the_connection_and_leak_nothing),
		cmocka_unit_test(two_hundred_and_fifty_three_descriptors_leak_nothing),
		cmocka_unit_test(descriptors_come_with_the_message_they_belong_to),
		cmocka_unit_test(a_message_without_the_descriptor_it_needs_is_refused),
		cmocka_unit_test(waiting_ends_at_the_deadline_and_with_the_peer),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
