#include "wire/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <endian.h>
#include <errno.h>
#include <string.h>

#include <cmocka.h>

#include "wire/rows.h"

/* A head with these values; the body is zeros. */
static size_t make_frame(uint8_t *buf, uint32_t body_len, uint8_t version, uint16_t number)
{
	memset(buf, 0, FRAME_HEAD);
	body_len = htole32(body_len);
	number = htole16(number);
	memcpy(buf, &body_len, 4);
	buf[4] = version;
	memcpy(buf + 6, &number, 2);
	buf[8] = 42;
	return FRAME_HEAD;
}

static void a_message_comes_back_as_it_went(void **state)
{
	struct ask_tail in = { .child = "acme:mail", .lines = 10, .follow = true }, out;
	uint8_t buf[256];
	struct frame f;
	size_t len;

	(void)state;
	assert_int_equal(msg_encode(MSG_TAIL, 7, &in, buf, sizeof buf, &len), 0);
	assert_int_equal(msg_frame(buf, len, FROM_WORKSPACE, &f), len);
	assert_int_equal(f.type, MSG_TAIL);
	assert_int_equal(f.id, 7);
	assert_int_equal(f.fds[0], -1);
	assert_int_equal(msg_decode(&f, &out), 0);
	assert_string_equal(out.child, "acme:mail");
	assert_true(out.follow);
	assert_false(out.whole);
}

static void a_frame_is_waited_for_until_its_last_byte(void **state)
{
	struct ask_tail in = { .child = "acme:mail" };
	uint8_t buf[256];
	struct frame f;
	size_t len;

	(void)state;
	assert_int_equal(msg_encode(MSG_TAIL, 7, &in, buf, sizeof buf, &len), 0);
	for (size_t have = 0; have < len; have++)
		assert_int_equal(msg_frame(buf, have, FROM_WORKSPACE, &f), 0);
}

static void lengths_beyond_the_rule_of_the_message_are_refused_at_once(void **state)
{
	static const struct { uint32_t len; ssize_t result; } cases[] = {
		{ 0, FRAME_HEAD }, { 1, 0 }, { 3, 0 }, { 16384, 0 },
		{ 16385, -EBADMSG }, { 0x80000000u, -EBADMSG }, { 0xffffffffu, -EBADMSG },
	};
	uint8_t buf[FRAME_HEAD];
	struct frame f;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t have = make_frame(buf, cases[i].len, WIRE_VERSION, MSG_STATUS);

		assert_int_equal(msg_frame(buf, have, FROM_CLIENTS, &f), cases[i].result);
	}
}

static void versions_and_numbers_that_nobody_gave_are_refused(void **state)
{
	static const struct { uint8_t version; uint16_t number; } cases[] = {
		{ 0, MSG_VERSION }, { 2, MSG_VERSION }, { 255, MSG_VERSION },
		{ 1, 0 }, { 1, 31 }, { 1, 127 }, { 1, 128 }, { 1, 65535 },
	};
	uint8_t buf[FRAME_HEAD];
	struct frame f;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t have = make_frame(buf, 0, cases[i].version, cases[i].number);

		assert_int_equal(msg_frame(buf, have, FROM_CLIENTS, &f), -EBADMSG);
	}
	make_frame(buf, 0, WIRE_VERSION, MSG_VERSION);
	assert_int_equal(msg_frame(buf, sizeof buf, FROM_CLIENTS, &f), FRAME_HEAD);
	buf[5] = 1; /* the spare byte stays 0 until it means something */
	assert_int_equal(msg_frame(buf, sizeof buf, FROM_CLIENTS, &f), -EBADMSG);
}

static void a_message_is_taken_only_from_those_who_may_send_it(void **state)
{
	uint8_t buf[FRAME_HEAD];
	struct frame f;

	(void)state;
	make_frame(buf, 0, WIRE_VERSION, MSG_SHUTDOWN);
	assert_int_equal(msg_frame(buf, sizeof buf, FROM_ORG, &f), FRAME_HEAD);
	assert_int_equal(msg_frame(buf, sizeof buf, FROM_OBSERVER, &f), -EBADMSG);
	make_frame(buf, 0, WIRE_VERSION, MSG_STORE_DONE);
	assert_int_equal(msg_frame(buf, sizeof buf, FROM_STORE, &f), FRAME_HEAD);
	assert_int_equal(msg_frame(buf, sizeof buf, FROM_CLIENTS, &f), -EBADMSG);
	assert_int_equal(msg_frame(buf, sizeof buf, FROM_LAUNCH, &f), -EBADMSG);
}

static void a_body_where_none_belongs_is_refused(void **state)
{
	struct frame f = { .type = MSG_VERSION, .len = 1, .body = (const uint8_t *)"x" };

	(void)state;
	assert_int_equal(msg_decode(&f, NULL), -EBADMSG);
	f.len = 0;
	assert_int_equal(msg_decode(&f, NULL), 0);
}

static void a_body_beyond_its_rule_is_not_sent(void **state)
{
	static char huge[600];
	struct ask_tail in = { .child = huge };
	uint8_t buf[1024];
	size_t len;

	(void)state;
	memset(huge, 'x', sizeof huge - 1);
	assert_int_equal(msg_encode(MSG_TAIL, 1, &in, buf, sizeof buf, &len), -ENOBUFS);
	assert_int_equal(msg_encode(MSG_VERSION, 1, NULL, buf, FRAME_HEAD - 1, &len), -ENOBUFS);
}

static void every_message_keeps_the_bounds_of_the_frame(void **state)
{
	(void)state;
	for (uint32_t n = 0; n < MSG_LIMIT; n++) {
		const struct msg_rule *rule = msg_rule(n);

		if (rule->name == NULL)
			continue;
		assert_true(rule->body_max <= FRAME_BODY_MAX);
		assert_true(rule->fds <= 4);
		assert_true(rule->who != 0);
		assert_true(rule->meaning[0] != '\0');
		if (rule->who & FROM_CLIENTS) /* reeve takes no descriptor from a client */
			assert_int_equal(rule->fds, 0);
	}
	assert_string_equal(msg_name(MSG_STATUS), "STATUS");
	assert_string_equal(msg_name(MSG_LIMIT), "?");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_comes_back_as_it_went),
		cmocka_unit_test(a_frame_is_waited_for_until_its_last_byte),
		cmocka_unit_test(lengths_beyond_the_rule_of_the_message_are_refused_at_once),
		cmocka_unit_test(versions_and_numbers_that_nobody_gave_are_refused),
		cmocka_unit_test(a_message_is_taken_only_from_those_who_may_send_it),
		cmocka_unit_test(a_body_where_none_belongs_is_refused),
		cmocka_unit_test(a_body_beyond_its_rule_is_not_sent),
		cmocka_unit_test(every_message_keeps_the_bounds_of_the_frame),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
